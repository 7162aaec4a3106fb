// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/crypto/constant_time.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::constant_time_test {
namespace {

TEST(Equal, SeesEveryBit) {
  const Buffer bytes = pattern(33);
  EXPECT_TRUE(equal(bytes, pattern(33)));
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    Buffer other = bytes;
    other[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_FALSE(equal(bytes, other)) << "bit " << bit;
  }
}

TEST(Equal, StringsOfDifferentLengthsAreNot) {
  EXPECT_FALSE(equal(pattern(3), pattern(4)));
  EXPECT_FALSE(equal({}, pattern(1)));
  EXPECT_TRUE(equal({}, {}));
}

TEST(CopyIf, CopiesAllOrNothing) {
  Buffer to = Buffer(251, 0xFF);
  copy_if(false, pattern(251), to);
  EXPECT_EQ(to, Buffer(251, 0xFF));
  copy_if(true, pattern(251), to);
  EXPECT_EQ(to, pattern(251));
}

}  // namespace
}  // namespace pawl::test::constant_time_test
