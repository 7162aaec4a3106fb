// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <pawl/base/secret.hpp>
#include <pawl/port/baremetal/receive_queue.hpp>

namespace pawl {

// There is one processor, and an interrupt is over before the program goes on. So order matters to the compiler alone.

void ReceiveQueue::put(std::uint8_t byte) {
  storage_[end_] = byte;
  std::atomic_signal_fence(std::memory_order_release);
  end_ = after(end_);
}

Bytes ReceiveQueue::pending() const {
  const std::size_t begin = begin_;
  const std::size_t end = end_;
  std::atomic_signal_fence(std::memory_order_acquire);
  return storage_.subspan(begin, (end >= begin ? end : storage_.size()) - begin);
}

void ReceiveQueue::consume(std::size_t n) {
  wipe(storage_.subspan(begin_, n));
  std::atomic_signal_fence(std::memory_order_release);
  const std::size_t begin = begin_ + n;
  begin_ = begin == storage_.size() ? 0 : begin;
}

}  // namespace pawl
