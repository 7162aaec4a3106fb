// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/baremetal/client_link.hpp>

namespace pawl {

Event ClientLink::serve(Instant now) {
  line_.advance(now);
  if (line_.sending()) return {};
  if (sending_) {
    sending_ = false;
    client_->sent(now);
  }
  if (!client_) {
    if (finished_ || now < next_attempt_) return {};
    client_.emplace(settings_, random_, tx_, windows_);
    static_cast<void>(client_->start(now));  // what it fails with is in the event
  }
  Event event = over_ ? Event{} : take_event(now);
  if (!client_->outgoing().empty()) {
    line_.send(client_->outgoing(), now);
    sending_ = true;
  } else if (over_) {
    over_ = false;
    client_.reset();
  }
  return event;
}

/// The event that waits or that one step of work leads to.
Event ClientLink::take_event(Instant now) {
  Event event = client_->next_event();
  if (!is_event(event)) {
    const auto due = client_->deadline();
    if (due && *due <= now) {
      client_->advance(now);
    } else {
      const MutBytes datagram = line_.receive();
      if (!datagram.empty()) static_cast<void>(client_->receive(datagram, now));
    }
    event = client_->next_event();
  }
  if (std::holds_alternative<Established>(event)) backoff_.succeeded();
  if (const auto* closed = std::get_if<Closed>(&event)) on_closed(*closed, now);
  return event;
}

void ClientLink::on_closed(const Closed& closed, Instant now) {
  over_ = true;
  const auto pause = backoff_.failed(random_, closed.retry_after);
  if (closed.error == Error::random_failed || closed.error == Error::invalid_argument || !pause.ok()) finished_ = true;
  next_attempt_ = now + pause.value();
}

Status ClientLink::provide(const ClientCredential& credential, Instant now) {
  return client_ ? client_->provide(credential, now) : Error::wrong_state;
}

Status ClientLink::send(Bytes message, Instant now) {
  // While a datagram is on the line, there is no room for the next one.
  if (sending_) return Error::would_block;
  return is_open() ? client_->send(message, now) : Error::wrong_state;
}

Status ClientLink::rekey(Instant now) { return is_open() && !sending_ ? client_->rekey(now) : Error::wrong_state; }

void ClientLink::close(Instant now) {
  finished_ = true;
  if (client_ && !over_) client_->close(now);
}

}  // namespace pawl
