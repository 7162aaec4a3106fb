// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/port/backoff.hpp>
#include <pawl/port/sim/seeded_random.hpp>

namespace pawl::test::backoff_test {
namespace {

ScriptedRandom always(std::uint8_t byte) { return ScriptedRandom(std::vector<std::uint8_t>(40, byte)); }

TEST(Backoff, DoublesFromASecondToAMinute) {
  Backoff backoff;
  auto middle = always(128);
  for (const std::uint64_t most : {1000U, 2000U, 4000U, 8000U, 16'000U, 32'000U, 64'000U, 64'000U}) {
    EXPECT_EQ(backoff.failed(middle).value(), milliseconds(most * (128 * 256 + 128) / 65'536));
  }
}

TEST(Backoff, IsAnythingBelow) {
  Backoff backoff;
  auto lowest = always(0);
  EXPECT_EQ(backoff.failed(lowest).value(), milliseconds(0));
  EXPECT_EQ(backoff.failed(lowest).value(), milliseconds(0));
  auto highest = always(255);
  EXPECT_EQ(backoff.failed(highest).value(), milliseconds(3999));
}

TEST(Backoff, StartsAnewAfterASuccess) {
  Backoff backoff;
  auto highest = always(255);
  static_cast<void>(backoff.failed(highest));
  static_cast<void>(backoff.failed(highest));
  backoff.succeeded();
  EXPECT_EQ(backoff.failed(highest).value(), milliseconds(999));
}

TEST(Backoff, AddsToWhatTheServerAskedFor) {
  Backoff backoff;
  auto lowest = always(0);
  EXPECT_EQ(backoff.failed(lowest, 300).value(), seconds(300));
  auto highest = always(255);
  EXPECT_EQ(backoff.failed(highest, 300).value(), milliseconds(301'999)) << "not all at one moment";
}

TEST(Backoff, NeedsRandomness) {
  Backoff backoff;
  ScriptedRandom none({});
  EXPECT_EQ(backoff.failed(none).error(), Error::random_failed);
}

}  // namespace
}  // namespace pawl::test::backoff_test
