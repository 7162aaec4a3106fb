// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/wire/record_header.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::record_header_test {
namespace {

constexpr std::uint16_t kMaxRx = 1024;

TEST(RecordHeader, EveryHeaderThereIs) {
  for (unsigned bits = 0; bits <= 0xFFFF; ++bits) {
    const ByteArray<2> bytes{static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)};
    const unsigned length = bits & 0x1FFFU;
    const bool valid = bits >> 14 == 1 && length >= 17 && length <= kMaxRx;
    const auto parsed = parse_record_header(bytes, kMaxRx);
    ASSERT_EQ(parsed.error(), valid ? Error::none : Error::malformed) << bits;
    if (!valid) continue;
    ASSERT_EQ(parsed.value().length, length);
    ASSERT_EQ(parsed.value().odd_epoch, (bits & 0x2000U) != 0);
    ASSERT_EQ(record_header(parsed.value()), bytes);
  }
}

TEST(RecordHeader, TheLongest) {
  EXPECT_EQ(hex(record_header({false, 8191})), "5fff");
  EXPECT_EQ(hex(record_header({true, 8191})), "7fff");
  EXPECT_TRUE(parse_record_header(ByteArray<2>{0x5F, 0xFF}, 8191).ok());
}

TEST(RecordHeader, FirstBytesFrom40To7FBeginARecord) {
  for (unsigned n = 0; n <= 0xFF; ++n) {
    EXPECT_EQ(begins_record(static_cast<std::uint8_t>(n)), n >= 0x40 && n <= 0x7F) << n;
  }
}

}  // namespace
}  // namespace pawl::test::record_header_test
