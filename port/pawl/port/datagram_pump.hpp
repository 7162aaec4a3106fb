// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <pawl/port/datagram_transport.hpp>
#include <pawl/session/datagram_client.hpp>

namespace pawl {

/// The one loop between a transport of datagrams and a client's session. A server has the DatagramServerPump.
///
///     for (;;) {
///       while (is_event(event = pump.run(clock.now()))) act on it;
///       if (pump.finished()) break;
///       wait until the transport is ready (to be written to as well, if wants_write()) or deadline() has come;
///     }
///
/// A transport that is lost does not end the session. If it comes back in time, all goes on.
class DatagramPump {
 public:
  /// The session has been started. All belong to the caller and outlive the pump. `buffer` holds the datagram that came
  /// last, and is longer than settings.max_rx by datagram_header_size(false).
  DatagramPump(DatagramClient& session, DatagramTransport& transport, MutBytes buffer)
      : session_(session), transport_(transport), buffer_(buffer) {}

  /// Moves what can be moved at `now`, until an event comes or nothing moves. What the session cannot look at yet stays
  /// in the transport. A Message is valid until the next run().
  Event run(Instant now);
  /// Only sends and keeps time, while the application is not ready for the next event. Its last Message stays valid.
  void flush(Instant now);

  [[nodiscard]] bool wants_write() const { return transport_.sending() || !session_.outgoing().empty(); }
  /// When to call run() at the latest. While the application only calls flush(), the session's deadline is the one to
  /// wait for. None means only when the transport is ready. A moment that has passed means now, as at_once() does.
  [[nodiscard]] std::optional<Instant> deadline() const {
    return more_ || session_.event_waits() ? at_once() : session_.deadline();
  }
  /// The transport gave Error::connection_lost, and nothing better since.
  [[nodiscard]] bool lost() const { return lost_; }
  /// Whether Closed was given and all that the session had to say has left, or cannot leave. A close of the peer's that
  /// comes again would still be answered by going on until the session is_over().
  [[nodiscard]] bool finished() const { return closed_ && (lost_ || !wants_write()); }

 private:
  Event next_event();
  void send(Instant now);

  DatagramClient& session_;
  DatagramTransport& transport_;
  MutBytes buffer_;
  /// There may be more datagrams than one run() takes.
  bool more_ = false;
  bool lost_ = false;
  bool closed_ = false;
};

}  // namespace pawl
