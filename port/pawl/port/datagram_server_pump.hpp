// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <pawl/port/datagram_transport.hpp>
#include <pawl/session/datagram_server.hpp>

namespace pawl {

/// The one loop between a transport of datagrams and all sessions of a server.
///
///     for (;;) {
///       while (happening = pump.run(clock.now())) act on it;
///       wait until the transport is ready (to be written to as well, if wants_write()) or deadline() has come;
///     }
///
/// Whatever the application does to a session, it calls touch() for it, but not for the one whose event it was given
/// last. A transport that is lost ends nothing. If it comes back in time, all goes on.
class DatagramServerPump {
 public:
  /// An event, and the session that has it.
  struct Happening {
    /// Of the session.
    std::size_t place = 0;
    Event event;
  };

  /// The server has been started. All belong to the caller and outlive the pump. `buffer` holds the datagram that came
  /// last, and is longer than settings.max_rx by datagram_header_size(true). `early`, of the same length, keeps one
  /// record that overtook the ClientFinish before it, until its session is open. Without it, that record is lost.
  DatagramServerPump(DatagramServer& server, DatagramTransport& transport, MutBytes buffer, MutBytes early = {})
      : server_(server), transport_(transport), buffer_(buffer), early_(early) {}

  /// Moves what can be moved at `now`, until an event comes or nothing moves. A Message is valid until the next run().
  std::optional<Happening> run(Instant now);
  /// The application has sent something by, or changed, the session at this place.
  void touch(std::size_t place, Instant now);

  [[nodiscard]] bool wants_write() const { return blocked_ || transport_.sending(); }
  /// When to call run() at the latest. None means only when the transport is ready. A moment that has passed means now,
  /// as at_once() does.
  [[nodiscard]] std::optional<Instant> deadline() const;
  /// The transport gave Error::connection_lost, and nothing better since.
  [[nodiscard]] bool lost() const { return lost_; }

 private:
  std::optional<Happening> next_event();
  std::optional<Happening> keep_time(Instant now);
  bool receive(Instant now);
  void take(MutBytes datagram, const Address& from, Instant now);
  void keep_early(Bytes datagram, const Address& from);
  void send(std::size_t place, Instant now);
  void send_blocked(Instant now);

  DatagramServer& server_;
  DatagramTransport& transport_;
  MutBytes buffer_;
  MutBytes early_;
  /// The size of the record that is kept there, or 0 for none. Then where it came from, and for whom.
  std::size_t early_size_ = 0;
  Address early_from_{};
  std::size_t early_place_ = 0;
  /// The session that moved last and may have events.
  std::optional<std::size_t> current_{};
  /// The place to be looked at next for what time has made due. The number of places means none.
  std::size_t scan_ = 0;
  /// No session is due before this. None if none is due ever.
  std::optional<Instant> due_ = at_once();
  /// Something could not leave yet.
  bool blocked_ = false;
  /// There may be more datagrams than one run() takes.
  bool more_ = false;
  bool lost_ = false;
};

}  // namespace pawl
