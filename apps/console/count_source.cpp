// SPDX-License-Identifier: Apache-2.0
#include "count_source.hpp"

#include <pawl/host/base/text.hpp>

namespace pawl::app {

CountSource::CountSource(std::uint64_t count) : count_(count), message_(text()) {}

std::optional<host::Fragment> CountSource::next() const {
  if (ended() || awaiting_answer_) return std::nullopt;
  return host::Fragment{host::bytes_of(message_).subspan(taken_), true};
}

void CountSource::taken(std::size_t n) {
  taken_ += n;
  if (taken_ < message_.size()) return;
  ++number_;
  message_ = text();
  taken_ = 0;
  awaiting_answer_ = true;
}

}  // namespace pawl::app
