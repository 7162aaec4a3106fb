// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>

#include <pawl/base/time.hpp>
#include <pawl/port/transport.hpp>

namespace pawl {

/// The one loop between a transport and a session over a stream. It is Pump for a Session, and NstpPump for a side of
/// NSTP. It moves bytes both ways and tells the session the time and the end of the stream. Once the session is over,
/// it delivers its last bytes and closes the transport.
///
///     for (;;) {
///       while (is_event(event = pump.run(clock.now()))) act on it;
///       if (pump.finished()) break;
///       wait until the transport is ready (wants_read(), wants_write()) or deadline() has come;
///     }
///
/// Allocates nothing and never blocks. A run() does at most one read and one step of work for each event it gives. What
/// one read gave goes to receive() as it is, because to a server of NSTP the end of a read means something.
template <class AnySession>
class StreamPump {
 public:
  using Event = decltype(std::declval<AnySession&>().next_event());

  /// The session has been started. All belong to the caller and outlive the pump. `buffer` holds what is read and not
  /// yet taken, and may have any size.
  StreamPump(AnySession& session, Transport& transport, MutBytes buffer)
      : session_(session), transport_(transport), buffer_(buffer) {}

  /// Moves what can be moved at `now`, until an event comes or nothing moves. A Message is valid until the next run().
  Event run(Instant now);
  /// Only writes and keeps time, while the application is not ready for the next event. Its last Message stays valid.
  void flush(Instant now);

  /// What to wait for.
  [[nodiscard]] bool wants_read() const { return !closed_ && !read_ended_ && input_.empty(); }
  [[nodiscard]] bool wants_write() const { return !closed_ && !write_ended_ && !session_.outgoing().empty(); }
  /// When to call run() at the latest. While the application only calls flush(), the session's deadline is the one to
  /// wait for. None means only when the transport is ready. A moment that has passed means now, as at_once() does.
  [[nodiscard]] std::optional<Instant> deadline() const;

  /// Whether the transport takes nothing more, so that its end is to be read.
  [[nodiscard]] bool broken() const { return write_ended_; }
  /// Whether the session is over and the transport is closed.
  [[nodiscard]] bool finished() const { return closed_; }
  /// Closes the transport at once, whatever the session's state.
  void abort();

 private:
  void write(Instant now);
  void read();
  Event feed(Instant now);
  /// Delivers the last bytes of a session that is over, and closes the transport as its protocol has it.
  void wind_up(Instant now);

  AnySession& session_;
  Transport& transport_;
  MutBytes buffer_;
  /// Read and not yet taken by the session. A part of buffer_.
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

template <class AnySession>
auto StreamPump<AnySession>::run(Instant now) -> Event {
  flush(now);
  Event event = session_.next_event();
  if (is_event(event) || closed_) return event;
  if (session_.is_over()) {
    wind_up(now);
    return {};
  }
  if (wants_read()) read();
  event = feed(now);
  // What came before the end is worked on first, because a wrong proof must count as one even if its sender is gone.
  if (!is_event(event) && input_.empty() && read_ended_ && !session_.has_work()) {
    session_.end_of_stream(now);
    event = session_.next_event();
  }
  return event;
}

template <class AnySession>
void StreamPump<AnySession>::flush(Instant now) {
  const auto due = session_.deadline();
  if (due && *due <= now) session_.advance(now);
  write(now);
}

/// Hands what was read to the session, as far as it takes it.
template <class AnySession>
auto StreamPump<AnySession>::feed(Instant now) -> Event {
  blocked_ = false;
  while (!input_.empty()) {
    const auto taken = session_.receive(input_, now);
    if (!taken.ok() || taken.value() == 0) {
      blocked_ = true;
      break;
    }
    input_ = input_.subspan(taken.value());
    write(now);
    const Event event = session_.next_event();
    if (is_event(event)) return event;
  }
  return {};
}

template <class AnySession>
void StreamPump<AnySession>::write(Instant now) {
  while (wants_write()) {
    const auto written = transport_.write(session_.outgoing());
    write_ended_ = !written.ok();
    if (!written.ok() || written.value() == 0) break;
    session_.sent(written.value(), now);
  }
  // What is to be sent, now or later, is lost. But what the peer sent before may still be read.
  if (write_ended_) session_.sent(session_.outgoing().size(), now);
}

template <class AnySession>
void StreamPump<AnySession>::read() {
  const auto got = transport_.read(buffer_);
  if (got.ok()) {
    input_ = buffer_.first(got.value());
  } else {
    read_ended_ = true;
  }
}

template <class AnySession>
void StreamPump<AnySession>::abort() {
  transport_.close();
  closed_ = true;
}

template <class AnySession>
std::optional<Instant> StreamPump<AnySession>::deadline() const {
  if (closed_) return std::nullopt;
  if (session_.is_over()) return wind_up_until_ ? wind_up_until_ : at_once();
  return !input_.empty() && !blocked_ ? at_once() : session_.deadline();
}

}  // namespace pawl
