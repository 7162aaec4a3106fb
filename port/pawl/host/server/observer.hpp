// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <pawl/host/base/failure.hpp>
#include <pawl/host/net/datagram_port.hpp>
#include <pawl/host/net/listener.hpp>
#include <pawl/host/server/session_handler.hpp>
#include <pawl/port/posix/peer_address.hpp>
#include <pawl/session/event.hpp>

namespace pawl::host {

/// Who a client is, as far as the server knows.
struct PeerIdentity {
  PeerAddress address;
  /// The user name, which is any bytes. The client says it, and has proved it once its session was established. It is
  /// empty before the client has said it.
  std::string user{};
  /// Way::nstp for NSTP, which has neither kinds nor modes.
  Way way = Way::tcp;
  Kind kind = Kind::password;
  Mode mode = Mode::psk;
};

/// Why a client was refused. The client learns less, because it sees the same whatever it did wrong.
struct Refusal {
  enum class Reason : std::uint8_t {
    handshake,              ///< The handshake ended with `error`.
    no_free_session,        ///< There are as many sessions as there may be.
    unfinished_handshakes,  ///< There are as many unfinished handshakes as there may be, in all or from one source.
    made_room,              ///< It had said nothing when somebody else came.
    own_trouble,            ///< The server could not look its user up. failed() has told why.
  };

  Reason reason = Reason::handshake;
  Error error = Error::busy;
  /// Seconds that the client was told to wait. It is 0 if it was told nothing.
  std::uint16_t retry_after = 0;
  /// The handshake went as far as the server's proof. If it ended there, the client may have found that proof wrong.
  bool proof_given = false;
  /// The mode of the user's enrolment, if the client asked for another one.
  std::optional<Mode> enrolled_mode{};
};

/// How an established session ended.
struct SessionEnd {
  Closed closed;
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  /// With NSTP, stretches of bytes that were repeated, altered, foreign or too long.
  std::uint32_t dropped = 0;
  std::optional<LeftOver> left_over{};
};

/// Is told what happens at a server. The calls come from its loop, and hold it up for as long as they take.
class ServerObserver {
 public:
  /// Clients can come in at `point` from now on.
  virtual void listening(const ListenPoint& point) = 0;
  /// A stream was accepted. Nobody knows who it is.
  virtual void accepted(const PeerAddress& address) = 0;
  virtual void refused(const PeerIdentity& peer, const Refusal& refusal) = 0;
  virtual void established(const PeerIdentity& peer) = 0;
  virtual void closed(const PeerIdentity& peer, const SessionEnd& end) = 0;
  /// The user has more sessions than one may have. The one idle longest is being closed.
  virtual void too_many_sessions(const PeerIdentity& peer) = 0;
  /// The user was removed or enrolled anew. The session of the earlier enrolment is being closed.
  virtual void enrolment_gone(const PeerIdentity& peer) = 0;
  /// The session is as old as one may be, and is being closed.
  virtual void too_old(const PeerIdentity& peer) = 0;
  /// An answer that does not fit a datagram was not sent.
  virtual void answer_too_long(const PeerIdentity& peer) = 0;
  /// Everybody on the machine may read or write this file, which holds secrets.
  virtual void exposed(const std::filesystem::path& path) = 0;
  /// The server could not do something, for a reason of its own. `peer` is the one it concerns, or null if it concerns
  /// nobody alone.
  virtual void failed(const Failure& failure, const PeerIdentity* peer) = 0;
  /// A serial line was lost or is back.
  virtual void line_changed(const ListenPoint& point, LineChange change) = 0;
  /// So many packets came over a serial line altered. Said rarely.
  virtual void line_garbles(const ListenPoint& point, std::uint64_t corrupt) = 0;
  /// What became of the datagrams of an endpoint, when it ends.
  virtual void link(const LinkReport& report) = 0;
  /// All sessions are being closed.
  virtual void stopping() = 0;

 protected:
  ~ServerObserver() = default;
};

}  // namespace pawl::host
