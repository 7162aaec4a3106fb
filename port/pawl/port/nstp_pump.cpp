// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/port/nstp_pump.hpp>

namespace pawl {

nstp::Event NstpPump::run(Instant now) {
  const auto due = endpoint_.deadline();
  if (due && *due <= now) endpoint_.advance(now);
  write();
  nstp::Event event = endpoint_.next_event();
  if (is_event(event)) return event;
  if (endpoint_.is_over()) {
    wind_up(now);
    return {};
  }
  if (wants_read()) read();
  event = feed(now);
  if (!is_event(event) && input_.empty() && read_ended_) {
    endpoint_.end_of_stream();
    event = endpoint_.next_event();
  }
  return event;
}

/// Hands over what was read, as far as it is taken.
nstp::Event NstpPump::feed(Instant now) {
  while (!input_.empty()) {
    const auto taken = endpoint_.receive(input_, now);
    if (!taken.ok() || taken.value() == 0) break;
    input_ = input_.subspan(taken.value());
    write();
    const nstp::Event event = endpoint_.next_event();
    if (is_event(event)) return event;
  }
  return {};
}

void NstpPump::write() {
  while (wants_write()) {
    const auto written = transport_.write(endpoint_.outgoing());
    write_ended_ = !written.ok();
    if (!written.ok() || written.value() == 0) break;
    endpoint_.sent(written.value());
  }
  // What is to be sent is lost; but what the peer sent before may still be read.
  if (write_ended_) endpoint_.sent(endpoint_.outgoing().size());
}

void NstpPump::read() {
  const auto got = transport_.read(buffer_);
  if (got.ok()) {
    input_ = buffer_.first(got.value());
  } else {
    read_ended_ = true;
  }
}

void NstpPump::wind_up(Instant now) {
  if (!wind_up_until_) wind_up_until_ = now + Config::kCloseWait;
  if (wants_write() && now < *wind_up_until_) return;
  transport_.close();
  closed_ = true;
}

std::optional<Instant> NstpPump::deadline() const {
  if (closed_) return std::nullopt;
  if (!endpoint_.is_over()) return endpoint_.deadline();
  return wind_up_until_ ? wind_up_until_ : Instant{};
}

}  // namespace pawl
