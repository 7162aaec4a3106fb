// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <pawl/port/transport.hpp>
#include <pawl/session/session.hpp>

namespace pawl {

/// The one loop between a transport and a session: it moves bytes both ways, tells the session the time and the end of
/// the stream, and, once the session is over, delivers its last bytes and closes the transport by the rule of
/// PROTOCOL.md 11.2.
///
///     for (;;) {
///       while (is_event(event = pump.run(clock.now()))) act on it;
///       if (pump.finished()) break;
///       wait until the transport is ready (wants_read(), wants_write()) or deadline() has come;
///     }
///
/// Allocates nothing and never blocks; a run() does at most one read and one step of work for each event it gives.
class Pump {
 public:
  /// The session has been started. All belong to the caller and outlive the pump; `buffer` holds what is read and not
  /// yet taken, any size.
  Pump(Session& session, Transport& transport, MutBytes buffer)
      : session_(session), transport_(transport), buffer_(buffer) {}

  /// Moves what can be moved at `now`, until an event comes or nothing moves. A Message is valid until the next run().
  Event run(Instant now);
  /// Only writes and keeps time, while the application is not ready for the next event. Its last Message stays valid.
  void flush(Instant now);

  /// What to wait for.
  [[nodiscard]] bool wants_read() const { return !closed_ && !read_ended_ && input_.empty(); }
  [[nodiscard]] bool wants_write() const { return !closed_ && !write_ended_ && !session_.outgoing().empty(); }
  /// When to call run() at the latest (while the application only calls flush(), the session's deadline is the one to
  /// wait for); none: only when the transport is ready. A moment that has passed means now, as at_once() does.
  [[nodiscard]] std::optional<Instant> deadline() const;

  /// Whether the session is over and the transport is closed.
  [[nodiscard]] bool finished() const { return closed_; }
  /// Closes the transport at once, whatever the session's state.
  void abort();

 private:
  void write(Instant now);
  void read();
  Event feed(Instant now);
  void wind_up(Instant now);

  Session& session_;
  Transport& transport_;
  MutBytes buffer_;
  /// Read and not yet taken by the session: a part of buffer_.
  Bytes input_{};
  /// The session takes nothing until the application has acted.
  bool blocked_ = false;
  bool read_ended_ = false;
  bool write_ended_ = false;
  bool shut_down_ = false;
  bool closed_ = false;
  /// Of delivering the last bytes, then of waiting for the peer to end.
  std::optional<Instant> wind_up_until_{};
};

}  // namespace pawl
