// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/wire/record_content.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::record_content_test {
namespace {

constexpr std::size_t kLongest = 300;

/// Content of n bytes that end in zero, so that padding and content could be confused, then the type, then padding.
Buffer inner(std::size_t n, unsigned type, std::size_t padding) {
  Buffer bytes(n);
  bytes.push_back(static_cast<std::uint8_t>(type));
  bytes.resize(bytes.size() + padding);
  return bytes;
}

/// PROTOCOL.md 9, the table of types.
bool valid(std::size_t n, unsigned type) {
  switch (type) {
    case 1:
      return true;
    case 2:
      return n >= 1;
    case 3:
    case 4:
      return n == 8;
    case 5:
      return n == 1;
    case 6:
      return n >= 6 && n <= 260;
    default:
      return false;
  }
}

TEST(RecordContent, EveryLengthOfEveryType) {
  for (unsigned type = 1; type <= 0xFF; ++type) {
    for (std::size_t n = 0; n <= kLongest; ++n) {
      const Buffer text = inner(n, type, 0);
      const auto parsed = parse_inner(text);
      ASSERT_EQ(parsed.error(), valid(n, type) ? Error::none : Error::protocol) << "type " << type << ", " << n;
      if (!parsed.ok()) continue;
      ASSERT_EQ(static_cast<unsigned>(parsed.value().type), type);
      ASSERT_EQ(parsed.value().content.size(), n);
    }
  }
}

TEST(RecordContent, PaddingIsStripped) {
  for (const std::size_t padding : {1U, 7U, 1000U}) {
    const Buffer text = inner(8, 3, padding);
    const auto parsed = parse_inner(text);
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(parsed.value().type, RecordType::ping);
    EXPECT_EQ(parsed.value().content.size(), 8U);
    EXPECT_EQ(parsed.value().content.data(), text.data()) << "a view, not a copy";
  }
}

TEST(RecordContent, ZerosOnlyAreNoContent) {
  for (const std::size_t n : {0U, 1U, 17U, 1000U}) EXPECT_EQ(parse_inner(Buffer(n)).error(), Error::protocol);
}

TEST(CloseReason, ThoseWeDoNotKnowAreNormal) {
  for (unsigned n = 0; n <= 0xFF; ++n) {
    EXPECT_EQ(static_cast<unsigned>(close_reason(static_cast<std::uint8_t>(n))), n <= 4 ? n : 0);
  }
}

}  // namespace
}  // namespace pawl::test::record_content_test
