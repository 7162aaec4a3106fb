// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/hex.hpp>

#include <gtest/gtest.h>

#include <string>

namespace pawl::host::hex_test {
namespace {

constexpr ByteArray<4> kBytes{0x00, 0x0F, 0xA0, 0xFF};

/// Whether these are the digits of two bytes.
bool are_two_bytes(std::string_view digits) {
  ByteArray<2> out{};
  return from_hex(digits, out);
}

TEST(Hex, HasTwoLowerCaseDigitsAByte) {
  EXPECT_EQ(hex(kBytes), "000fa0ff");
  EXPECT_EQ(hex({}), "");
}

TEST(Hex, DigitsOfOneByte) {
  EXPECT_EQ(hex_digits(0xA0), (ByteArray<2>{'a', '0'}));
  EXPECT_EQ(hex_digits(0x0F), (ByteArray<2>{'0', 'f'}));
}

TEST(Hex, IsReadAsItIsWritten) {
  ByteArray<4> out{};
  ASSERT_TRUE(from_hex("000fa0ff", out));
  EXPECT_EQ(out, kBytes);
}

TEST(Hex, EveryByteComesBack) {
  for (unsigned i = 0; i < 256; ++i) {
    const ByteArray<1> byte{static_cast<std::uint8_t>(i)};
    ByteArray<1> back{};
    ASSERT_TRUE(from_hex(hex(byte), back)) << i;
    EXPECT_EQ(back, byte);
  }
}

TEST(Hex, IsExactlyAsLongAsWhatItIsReadInto) {
  EXPECT_TRUE(are_two_bytes("a1b2"));
  for (const char* digits : {"", "a1b", "a1b2c", "a1b2c3"}) EXPECT_FALSE(are_two_bytes(digits)) << digits;
  EXPECT_TRUE(from_hex("", {}));
}

/// The neighbours of the digits in ASCII too.
TEST(Hex, HasNoOtherCharacters) {
  for (const char* digits : {"A1b2", "a1bF", "g1b2", "a/b2", "a:b2", "a`b2", "a1 2", "0x12", "-1b2", "a1\xC3\xA4"}) {
    EXPECT_FALSE(are_two_bytes(digits)) << digits;
  }
}

}  // namespace
}  // namespace pawl::host::hex_test
