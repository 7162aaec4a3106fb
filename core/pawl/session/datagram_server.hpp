// SPDX-License-Identifier: Apache-2.0
/// The public header of Pawl for servers over datagrams. A server has one socket, or one serial line, and all sessions
/// on it.
///
/// It is sans-I/O like Session. For each datagram that comes its owner does this:
///
///     const auto place = server.receive(datagram, from, now);
///     if server.reply() is not empty: send it back to `from`, then server.replied();
///     if there is a place: take the session's events until there is none, and send its outgoing() to its peer().
///
/// For each session whose deadline() has come it calls server.advance() and then does the same. Sections in comments
/// are those of core/PROTOCOL.md.
#pragma once

#include <pawl/session/datagram_server_session.hpp>
#include <pawl/session/retry_cookies.hpp>
#include <pawl/wire/client_hello.hpp>
#include <pawl/wire/reject.hpp>
#include <pawl/wire/retry.hpp>

namespace pawl {

/// A server over datagrams, which finds the session of each datagram. The top of this file says how it is driven.
class DatagramServer {
 public:
  /// Before which hellos a Retry is sent to see whether somebody is where they come from (section 13.2).
  enum class Cookies : std::uint8_t {
    never,         ///< A serial line needs none.
    when_crowded,  ///< While more than half of the places for handshakes are taken.
    for_exchange,  ///< Also before hellos that cost a key exchange at once.
    always,
  };

  /// `settings`, `random` and the sessions, made with both of them, belong to the caller and outlive the server. At
  /// most `half_open` of the sessions are handshakes under way. It is at least 1.
  DatagramServer(const ServerSettings& settings, Random& random, std::span<DatagramServerSession* const> sessions,
                 std::size_t half_open);

  /// Begins. Error::invalid_argument for settings or buffers out of range. Unlike with a stream settings.idle must not
  /// be 0, or a dead peer would never be noticed. Error::random_failed.
  Status start(Instant now);

  Cookies cookies = Cookies::when_crowded;
  /// From now on that many of the sessions are handshakes under way at most. Those that are go on. It is at least 1.
  void limit_half_open(std::size_t most) { most_half_open_ = most; }

  /// Takes a datagram, which is opened in place, and returns the place of the session that it was for, if there is one.
  /// All events of that session are to be taken before the next datagram, because one for a session whose event waits
  /// is dropped.
  std::optional<std::size_t> receive(MutBytes datagram, const Address& from, Instant now);

  /// What is to be sent back to where the last datagram came from, wherever its session's peer is. It is a Retry, a
  /// Reject or a ServerFinish once more.
  [[nodiscard]] Bytes reply() const { return Bytes(reply_).first(reply_size_); }
  void replied() { reply_size_ = 0; }

  /// After a session's CredentialWanted, the enrolment, or null if there is no such user. As Session::provide() and
  /// provide_none().
  Status provide(std::size_t place, const Enrolment* enrolment, Instant now);

  /// After a session's CredentialWanted of Kind::ticket, as Session::provide().
  Status provide(std::size_t place, const Ticket& ticket, const Enrolment& enrolment, Instant now);

  /// Does one step of the session's work, or what time has made due for it.
  void advance(std::size_t place, Instant now);

  [[nodiscard]] DatagramServerSession& session(std::size_t place) { return *sessions_[place]; }
  [[nodiscard]] std::size_t places() const { return sessions_.size(); }
  [[nodiscard]] std::size_t half_open() const;
  /// Of datagrams that were for no session.
  [[nodiscard]] const LinkCounters& counters() const { return counters_; }

 private:
  using Place = std::optional<std::size_t>;

  Place receive_frame(MutBytes datagram, const Address& from, Instant now);
  Place receive_hello(MutBytes frame, const Address& from, Instant now);
  [[nodiscard]] Place find_cid(Bytes cid) const;
  [[nodiscard]] Place place_for(const Address& from, bool cookie_good) const;
  [[nodiscard]] Place oldest_half_open(bool with_cookie) const;
  [[nodiscard]] bool demands_cookie(const ClientHello& hello, const Address& from) const;
  [[nodiscard]] std::size_t& chain_of(Bytes cid) const;
  void list_cid(std::size_t place);
  void unlist_cid(std::size_t place);
  void supersede_others(std::size_t place, bool was_open);
  void reject(RejectCode code, const Sha256::Digest& hello);
  void answer(Bytes frame);

  const ServerSettings& settings_;
  Random& random_;
  std::span<DatagramServerSession* const> sessions_;
  std::size_t most_half_open_;
  RetryCookies jar_;
  LinkCounters counters_;
  ByteArray<kFrameHeaderSize + kConfirmSize> reply_{};
  std::size_t reply_size_ = 0;
};

}  // namespace pawl
