// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/base/bytes.hpp>

namespace pawl::test::bytes_test {
namespace {

TEST(Ascii, HasNoTerminator) {
  constexpr auto kText = ascii("pawl2 ");
  static_assert(kText.size() == 6);
  EXPECT_EQ(kText.front(), 'p');
  EXPECT_EQ(kText.back(), ' ');
}

TEST(Copy, FillsTheStartAndLeavesTheRest) {
  ByteArray<4> to{9, 9, 9, 9};
  copy(ByteArray<2>{1, 2}, to);
  EXPECT_EQ(to, (ByteArray<4>{1, 2, 9, 9}));
}

}  // namespace
}  // namespace pawl::test::bytes_test
