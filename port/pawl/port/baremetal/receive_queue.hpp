// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>

namespace pawl {

/// The bytes that a receive interrupt has taken from a UART and the program not yet. One interrupt puts, one program
/// takes, and neither waits for the other. It is constant-initialised, so that an interrupt finds it ready.
class ReceiveQueue {
 public:
  /// `storage` belongs to the caller and outlives the queue. One byte of it stays free.
  explicit constexpr ReceiveQueue(MutBytes storage) : storage_(storage) {}

  /// For the interrupt. Whether there is no room for a byte.
  [[nodiscard]] bool full() const { return after(end_) == begin_; }
  /// For the interrupt. There must be room.
  void put(std::uint8_t byte);

  /// For the program. The oldest bytes, as many as lie in one piece.
  [[nodiscard]] Bytes pending() const;
  /// For the program. The first n bytes of pending() were used. This wipes them, because they may be a password that
  /// somebody types.
  void consume(std::size_t n);

 private:
  [[nodiscard]] std::size_t after(std::size_t at) const { return at + 1 == storage_.size() ? 0 : at + 1; }

  MutBytes storage_;
  /// Of the program.
  volatile std::size_t begin_ = 0;
  /// Of the interrupt.
  volatile std::size_t end_ = 0;
};

}  // namespace pawl
