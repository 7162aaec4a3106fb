// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/datagram_pump.hpp>

namespace pawl {

Event DatagramPump::run(Instant now) {
  more_ = false;
  flush(now);
  Event event = next_event();
  for (int i = 0; !is_event(event) && session_.takes_input(); ++i) {
    more_ = i == kDatagramsAtOnce;
    if (more_) break;
    const auto got = transport_.receive(buffer_);
    lost_ = !got.ok();
    if (lost_ || got.value().size == 0) break;
    // Whatever is wrong with it, the session counts it.
    static_cast<void>(session_.receive(buffer_.first(got.value().size), now));
    send(now);
    event = next_event();
  }
  return event;
}

void DatagramPump::flush(Instant now) {
  const auto due = session_.deadline();
  if (due && *due <= now) session_.advance(now);
  send(now);
}

Event DatagramPump::next_event() {
  Event event = session_.next_event();
  closed_ = closed_ || std::holds_alternative<Closed>(event);
  return event;
}

void DatagramPump::send(Instant now) {
  while (!session_.outgoing().empty()) {
    const Status put = transport_.send(session_.outgoing(), Address());
    if (put.error() == Error::would_block) return;
    lost_ = put.error() == Error::connection_lost;
    // What did not leave is lost, as it may be anywhere on its way.
    session_.sent(now);
  }
}

}  // namespace pawl
