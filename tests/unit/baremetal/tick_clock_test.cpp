// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/port/baremetal/tick_clock.hpp>

namespace pawl::test::tick_clock_test {
namespace {

TEST(TickClock, CountsMilliseconds) {
  TickClock clock;
  EXPECT_EQ(clock.now(), Instant{0});
  for (int i = 0; i < 1000; ++i) clock.tick();
  EXPECT_EQ(clock.now(), Instant{1000});
}

}  // namespace
}  // namespace pawl::test::tick_clock_test
