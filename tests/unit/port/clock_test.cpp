// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>

#include <pawl/port/posix/clock.hpp>
#include <pawl/port/sim/manual_clock.hpp>

namespace pawl::test::clock_test {
namespace {

TEST(MonotonicClock, CountsMilliseconds) {
  using std::chrono::steady_clock;
  MonotonicClock clock;
  const auto start = steady_clock::now();
  const Instant before = clock.now();
  const auto inner_start = steady_clock::now();
  while (steady_clock::now() < inner_start + std::chrono::milliseconds(20)) {
  }
  const auto inner = steady_clock::now() - inner_start;
  const Duration passed = clock.now() - before;
  const auto outer = steady_clock::now() - start;
  // Cutting off fractions of a millisecond makes a difference of one.
  EXPECT_GE(std::chrono::milliseconds(passed.ms + 1), inner);
  EXPECT_LE(std::chrono::milliseconds(passed.ms - 1), outer);
}

TEST(ManualClock, StandsStillUntilMoved) {
  ManualClock clock;
  const Instant before = clock.now();
  EXPECT_EQ(clock.now(), before);
  clock.advance(milliseconds(5));
  EXPECT_EQ(clock.now(), before + milliseconds(5));
}

}  // namespace
}  // namespace pawl::test::clock_test
