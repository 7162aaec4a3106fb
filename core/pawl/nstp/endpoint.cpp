// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/secret.hpp>
#include <pawl/nstp/endpoint.hpp>

namespace pawl::nstp {

Endpoint::~Endpoint() {
  wipe(rx_);
  wipe(tx_);
}

Event Endpoint::next_event() {
  Event event = event_;
  event_ = {};
  if (!is_event(event) && closed_) {
    event = *closed_;
    closed_.reset();
  }
  return event;
}

void Endpoint::advance(Instant now) {
  if (deadline_ && now >= *deadline_) end(is_open() ? Error::idle : Error::timeout);
}

bool Endpoint::takes_input() const {
  const bool awaits = stage_ == Stage::hello || stage_ == Stage::proof || stage_ == Stage::open;
  return awaits && !event_waits() && outgoing().empty();
}

std::size_t Endpoint::fill(Bytes in, std::size_t want) {
  const Bytes part = in.first(std::min(in.size(), want - rx_size_));
  copy(part, rx_.subspan(rx_size_));
  rx_size_ += part.size();
  return part.size();
}

void Endpoint::commit(std::size_t n) {
  tx_begin_ = 0;
  tx_end_ = n;
}

/// A key that can no longer be provided is no event. What was said before is still delivered, above all a response.
void Endpoint::end(Error error) {
  if (is_over()) return;
  stage_ = Stage::over;
  deadline_.reset();
  forget();
  if (std::holds_alternative<PskWanted>(event_)) event_ = {};
  closed_ = Closed{error};
}

}  // namespace pawl::nstp
