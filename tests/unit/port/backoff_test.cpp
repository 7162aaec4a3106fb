// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/port/backoff.hpp>
#include <pawl/port/sim/seeded_random.hpp>

namespace pawl::test::backoff_test {
namespace {

ScriptedRandom always(std::uint8_t byte) { return ScriptedRandom(std::vector<std::uint8_t>(20, byte)); }

TEST(Backoff, DoublesFromASecondToAMinute) {
  Backoff backoff;
  auto lowest = always(0);
  for (const std::uint64_t full : {1000U, 2000U, 4000U, 8000U, 16'000U, 32'000U, 64'000U, 64'000U}) {
    EXPECT_EQ(backoff.failed(lowest).value(), milliseconds(full * 3 / 4));
  }
}

TEST(Backoff, VariesByAQuarter) {
  Backoff backoff;
  auto highest = always(255);
  EXPECT_EQ(backoff.failed(highest).value(), milliseconds(1250));
  EXPECT_EQ(backoff.failed(highest).value(), milliseconds(2500));
}

TEST(Backoff, StartsAnewAfterASuccess) {
  Backoff backoff;
  auto lowest = always(0);
  static_cast<void>(backoff.failed(lowest));
  static_cast<void>(backoff.failed(lowest));
  backoff.succeeded();
  EXPECT_EQ(backoff.failed(lowest).value(), milliseconds(750));
}

TEST(Backoff, WaitsAsLongAsTheServerAsked) {
  Backoff backoff;
  auto lowest = always(0);
  EXPECT_EQ(backoff.failed(lowest, 300).value(), seconds(300));
  EXPECT_EQ(backoff.failed(lowest, 1).value(), milliseconds(1500)) << "its own wait is longer";
}

TEST(Backoff, NeedsRandomness) {
  Backoff backoff;
  ScriptedRandom none({});
  EXPECT_EQ(backoff.failed(none).error(), Error::random_failed);
}

}  // namespace
}  // namespace pawl::test::backoff_test
