// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/wire/writer.hpp>

namespace pawl {

/// The bytes on their way to the transport, in the caller's storage. They are written at the end and sent from the
/// front.
class Outbox {
 public:
  explicit Outbox(MutBytes storage) : storage_(storage) {}

  [[nodiscard]] std::size_t capacity() const { return storage_.size(); }
  [[nodiscard]] std::size_t room() const;
  /// What is to be sent. Valid until the next call of anything but pending() and room().
  [[nodiscard]] Bytes pending() const { return storage_.subspan(begin_, end_ - begin_); }
  /// The first n bytes of pending() are sent.
  void consume(std::size_t n);
  /// All free space, in one piece. What is written to its front counts once commit() has said how much.
  MutBytes space();
  Writer writer();
  void commit(std::size_t n) { end_ += n; }
  void clear() { begin_ = end_ = 0; }

 private:
  MutBytes storage_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace pawl
