// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/port/pump.hpp>

namespace pawl {

Event Pump::run(Instant now) {
  flush(now);
  Event event = session_.next_event();
  if (is_event(event) || closed_) return event;
  if (session_.is_over()) {
    wind_up(now);
    return {};
  }
  if (wants_read()) read();
  event = feed(now);
  // What came before the end is worked on first: a wrong proof must count as one even if its sender is gone.
  if (!is_event(event) && input_.empty() && read_ended_ && !session_.has_work()) {
    session_.end_of_stream(now);
    event = session_.next_event();
  }
  return event;
}

void Pump::flush(Instant now) {
  const auto due = session_.deadline();
  if (due && *due <= now) session_.advance(now);
  write(now);
}

/// Hands what was read to the session, as far as it takes it.
Event Pump::feed(Instant now) {
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

void Pump::write(Instant now) {
  while (wants_write()) {
    const auto written = transport_.write(session_.outgoing());
    write_ended_ = !written.ok();
    if (!written.ok() || written.value() == 0) break;
    session_.sent(written.value(), now);
  }
  // What is to be sent, now or later, is lost; but what the peer sent before may still be read.
  if (write_ended_) session_.sent(session_.outgoing().size(), now);
}

void Pump::read() {
  const auto got = transport_.read(buffer_);
  if (got.ok()) {
    input_ = buffer_.first(got.value());
  } else {
    read_ended_ = true;
  }
}

/// PROTOCOL.md 11.2: shut down writing, then read and discard for a moment; else a reset could destroy the last words.
void Pump::wind_up(Instant now) {
  if (!wind_up_until_) wind_up_until_ = now + Config::kCloseWait;
  const bool delivered = write_ended_ || session_.outgoing().empty();
  if (delivered && !shut_down_) {
    transport_.shutdown();
    shut_down_ = true;
    wind_up_until_ = now + Config::kLinger;
  }
  input_ = {};
  if (!read_ended_) read();
  input_ = {};
  if ((delivered && read_ended_) || now >= *wind_up_until_) abort();
}

void Pump::abort() {
  transport_.close();
  closed_ = true;
}

std::optional<Instant> Pump::deadline() const {
  if (closed_) return std::nullopt;
  if (session_.is_over()) return wind_up_until_ ? wind_up_until_ : at_once();
  return !input_.empty() && !blocked_ ? at_once() : session_.deadline();
}

}  // namespace pawl
