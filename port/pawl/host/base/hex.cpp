// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/hex.hpp>

#include <optional>

namespace pawl::host {
namespace {

std::optional<std::uint8_t> digit_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  return std::nullopt;
}

}  // namespace

ByteArray<2> hex_digits(std::uint8_t byte) {
  constexpr auto kDigits = ascii("0123456789abcdef");
  return {kDigits[byte >> 4U], kDigits[byte & 0xFU]};
}

std::string hex(Bytes bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    for (const std::uint8_t digit : hex_digits(byte)) text += static_cast<char>(digit);
  }
  return text;
}

bool from_hex(std::string_view digits, MutBytes out) {
  if (digits.size() != 2 * out.size()) return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto high = digit_of(digits[2 * i]);
    const auto low = digit_of(digits[2 * i + 1]);
    if (!high || !low) return false;
    out[i] = static_cast<std::uint8_t>(*high << 4U | *low);
  }
  return true;
}

}  // namespace pawl::host
