// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>

namespace pawl {

/// Appends big-endian fields to a caller's buffer. A field without room is dropped, and the writer remembers that. So
/// write everything, and then ask ok() once.
class Writer {
 public:
  explicit Writer(MutBytes buffer) : buffer_(buffer) {}

  void u8(std::uint8_t value);
  void u16(std::uint16_t value);
  void u32(std::uint32_t value);
  void u64(std::uint64_t value);
  void bytes(Bytes value) { bytes(value.data(), value.size()); }

  [[nodiscard]] std::size_t room() const { return buffer_.size() - size_; }
  /// Whether everything fitted.
  [[nodiscard]] bool ok() const { return !overflow_; }
  /// What was written, as a view into the buffer.
  [[nodiscard]] MutBytes written() const { return buffer_.first(size_); }

 private:
  void bytes(const std::uint8_t* data, std::size_t size);

  MutBytes buffer_;
  std::size_t size_ = 0;
  bool overflow_ = false;
};

}  // namespace pawl
