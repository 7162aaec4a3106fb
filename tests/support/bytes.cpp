// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <charconv>

#include "tests/support/bytes.hpp"

namespace pawl::test {

Buffer unhex(std::string_view text) {
  constexpr int kBase = 16;
  Buffer bytes(text.size() / 2);
  EXPECT_EQ(text.size() % 2, 0U) << "hex has two digits a byte: " << text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::string_view digits = text.substr(2 * i, 2);
    const char* const end = digits.data() + digits.size();
    if (std::from_chars(digits.data(), end, bytes[i], kBase).ptr != end) {
      ADD_FAILURE() << "not hex: " << digits;
      return bytes;
    }
  }
  return bytes;
}

std::string hex(Bytes bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xFU];
  }
  return text;
}

Buffer bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Buffer pattern(std::size_t n) {
  constexpr std::size_t kPeriod = 251;
  Buffer bytes(n);
  for (std::size_t i = 0; i < n; ++i) bytes[i] = static_cast<std::uint8_t>(i % kPeriod);
  return bytes;
}

void append(Buffer& to, Bytes bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

}  // namespace pawl::test
