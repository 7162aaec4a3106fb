// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/writer.hpp>

namespace pawl {

void Writer::bytes(const std::uint8_t* data, std::size_t size) {
  if (size > buffer_.size() - size_) {
    overflow_ = true;
    return;
  }
  std::copy_n(data, size, buffer_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += size;
}

void Writer::u8(std::uint8_t value) { bytes(&value, 1); }

void Writer::u16(std::uint16_t value) {
  bytes(ByteArray<2>{static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)});
}

void Writer::u32(std::uint32_t value) {
  u16(static_cast<std::uint16_t>(value >> 16));
  u16(static_cast<std::uint16_t>(value));
}

void Writer::u64(std::uint64_t value) {
  u32(static_cast<std::uint32_t>(value >> 32));
  u32(static_cast<std::uint32_t>(value));
}

}  // namespace pawl
