// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/outbox_header.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include <pawl/host/base/hex.hpp>
#include <pawl/host/base/text.hpp>

namespace pawl::host::outbox_header_test {
namespace {

constexpr OutboxId kId{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255};

/// As INBOX.md has it.
TEST(OutboxHeader, IsMagicIdAndNumber) {
  EXPECT_EQ(hex(bytes_of(outbox_header({kId, 0x0102030405060708}))),
            "00504f01"
            "000102030405060708090a0b0c0d0eff"
            "0102030405060708");
}

TEST(OutboxHeader, IsReadAsItWasWritten) {
  for (const std::int64_t number : {std::int64_t{1}, std::int64_t{256}, std::numeric_limits<std::int64_t>::max()}) {
    const std::string message = outbox_header({kId, number}) + "text";
    const auto parsed = parse_outbox_header(bytes_of(message));
    ASSERT_TRUE(parsed);
    EXPECT_TRUE(*parsed == (OutboxNumber{kId, number}));
  }
}

TEST(OutboxHeader, HasNoOtherMagicAndNoOtherLength) {
  const std::string header = outbox_header({kId, 1});
  for (std::size_t i = 0; i < header.size(); ++i) {
    EXPECT_FALSE(parse_outbox_header(bytes_of(header).first(i))) << i;
  }
  for (std::size_t i = 0; i < kOutboxMagic.size(); ++i) {
    std::string other = header;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(parse_outbox_header(bytes_of(other))) << i;
    EXPECT_FALSE(has_outbox_magic(bytes_of(other))) << i;
  }
  EXPECT_TRUE(has_outbox_magic(bytes_of(header).first(4)));
  EXPECT_FALSE(has_outbox_magic(bytes_of(header).first(3)));
}

TEST(OutboxHeader, HasAPositiveNumber) {
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_FALSE(parse_outbox_header(bytes_of(outbox_header({kId, number})))) << number;
  }
}

}  // namespace
}  // namespace pawl::host::outbox_header_test
