// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <list>
#include <string>

#include <pawl/base/bytes.hpp>
#include <pawl/host/base/text.hpp>

namespace pawl::host {

/// Messages that wait to be sent. It takes no more once `limit` bytes wait, so that one message may reach beyond.
class MessageQueue {
 public:
  explicit MessageQueue(std::size_t limit) : limit_(limit) {}

  [[nodiscard]] bool empty() const { return messages_.empty(); }
  [[nodiscard]] bool full() const { return size_ >= limit_; }
  /// Adds the next part of a message, which `last` ends. Not to be called while full().
  void push(std::string part, bool last);

  /// What is there of the first message. Not to be called while empty().
  [[nodiscard]] Bytes front() const { return bytes_of(messages_.front().bytes).subspan(taken_); }
  /// Whether the first message is ended.
  [[nodiscard]] bool front_is_whole() const { return messages_.front().whole; }
  /// The first n bytes of front() were sent. If those are all, they are removed.
  void pop(std::size_t n);
  /// Removes the first message, and what is still to come of it.
  void drop_front();
  void clear();

 private:
  struct Waiting {
    std::string bytes;
    bool whole = false;
  };

  std::size_t limit_;
  std::list<Waiting> messages_{};
  /// How much is gone of the first message that is there.
  std::size_t taken_ = 0;
  /// Bytes that wait, and one for each message, so that empty ones have a limit too.
  std::size_t size_ = 0;
  /// The end of a message that was dropped is still to come.
  bool dropping_ = false;
};

}  // namespace pawl::host
