// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/reader.hpp>

namespace pawl {

Bytes Reader::bytes(std::size_t n) {
  if (n > rest_.size()) {
    short_ = true;
    return {};
  }
  const Bytes taken = rest_.first(n);
  rest_ = rest_.subspan(n);
  return taken;
}

std::uint8_t Reader::u8() {
  const Bytes b = bytes(1);
  return b.empty() ? std::uint8_t{0} : b[0];
}

std::uint16_t Reader::u16() {
  const Bytes b = bytes(2);
  return b.empty() ? std::uint16_t{0} : static_cast<std::uint16_t>(b[0] << 8 | b[1]);
}

std::uint32_t Reader::u32() {
  const std::uint32_t high = u16();
  return high << 16 | u16();
}

std::uint64_t Reader::u64() {
  const std::uint64_t high = u32();
  return high << 32 | u32();
}

}  // namespace pawl
