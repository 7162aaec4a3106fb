// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/base/time.hpp>

namespace pawl::test::time_test {
namespace {

TEST(Time, AddsAndSubtracts) {
  const Instant start{5};
  EXPECT_EQ(start + seconds(2), Instant{2005});
  EXPECT_EQ((start + milliseconds(7)) - start, milliseconds(7));
  EXPECT_LT(start, start + milliseconds(1));
  EXPECT_LT(milliseconds(999), seconds(1));
}

TEST(Time, AClockTurnedBackGivesNoNegativeTime) { EXPECT_EQ(Instant{5} - Instant{6}, Duration{}); }

}  // namespace
}  // namespace pawl::test::time_test
