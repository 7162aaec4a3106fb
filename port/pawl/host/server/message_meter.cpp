// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/message_meter.hpp>

namespace pawl::host {

/// As the limit is now. Null if there is none.
TokenBucket* MessageMeter::rate(Instant now) {
  if (limits_.message_rate == 0) {
    rate_.reset();
    return nullptr;
  }
  if (!rate_) rate_.emplace(limits_.message_rate);
  rate_->set_rate(limits_.message_rate, now);
  return &*rate_;
}

bool MessageMeter::take(std::size_t size, bool last, Instant now) {
  const std::uint64_t whole = size_ + size;
  size_ = last ? 0 : whole;
  // There is a token, because held_until() was asked.
  if (TokenBucket* rate = last ? this->rate(now) : nullptr) static_cast<void>(rate->take(1, now));
  return limits_.message_size == 0 || whole <= limits_.message_size;
}

std::optional<Instant> MessageMeter::held_until(Instant now) {
  TokenBucket* const rate = this->rate(now);
  const Duration wait = rate != nullptr ? rate->wait(now) : Duration{};
  return wait > Duration{} ? std::optional(now + wait) : std::nullopt;
}

}  // namespace pawl::host
