// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/base/message_queue.hpp>

namespace pawl::host {

void MessageQueue::push(std::string part, bool last) {
  if (dropping_) {
    dropping_ = !last;
    return;
  }
  size_ += part.size();
  if (!messages_.empty() && !messages_.back().whole) {
    messages_.back().bytes += part;
    messages_.back().whole = last;
    return;
  }
  ++size_;
  messages_.push_back({std::move(part), last});
}

void MessageQueue::pop(std::size_t n) {
  size_ -= n;
  taken_ += n;
  if (taken_ < messages_.front().bytes.size()) return;
  --size_;
  taken_ = 0;
  messages_.pop_front();
}

void MessageQueue::drop_front() {
  dropping_ = !front_is_whole();
  pop(front().size());
}

void MessageQueue::clear() {
  messages_.clear();
  taken_ = 0;
  size_ = 0;
}

}  // namespace pawl::host
