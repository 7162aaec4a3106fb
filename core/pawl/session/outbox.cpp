// SPDX-License-Identifier: Apache-2.0
#include <pawl/session/outbox.hpp>

namespace pawl {

std::size_t Outbox::room() const { return storage_.size() - (end_ - begin_); }

void Outbox::consume(std::size_t n) { begin_ += std::min(n, end_ - begin_); }

MutBytes Outbox::space() {
  if (begin_ > 0) {
    const Bytes kept = pending();
    std::copy(kept.begin(), kept.end(), storage_.begin());  // forwards, because they may overlap
    begin_ = 0;
    end_ = kept.size();
  }
  return storage_.subspan(end_);
}

Writer Outbox::writer() { return Writer(space()); }

}  // namespace pawl
