// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>

namespace pawl {

/// Takes big-endian fields off the front of a byte string. A field that is not there reads as zeros or as an empty
/// span, and the reader remembers that. So parse everything, and then ask complete() once.
class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}

  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  std::uint64_t u64();
  /// The next n bytes, as a view into the string that is read.
  Bytes bytes(std::size_t n);

  /// Whether every field was there and nothing is left.
  [[nodiscard]] bool complete() const { return !short_ && rest_.empty(); }

 private:
  Bytes rest_;
  bool short_ = false;
};

}  // namespace pawl
