// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/base/bytes.hpp>
#include <pawl/port/baremetal/health_tests.hpp>

#include "tests/support/vectors.hpp"

namespace pawl::test::health_tests_test {
namespace {

constexpr std::uint8_t kByte = 0x5a;

/// A byte other than kByte and other than those near it in the sequence.
std::uint8_t other(int i) { return static_cast<std::uint8_t>(0x80 + i % 64); }

TEST(HealthTests, HaveTheCutoffsOfTheStandard) {
  const Json& known = sp800_90_vectors();
  EXPECT_EQ(HealthTests::kRepetitionCutoff, known["repetition_cutoff"]);
  EXPECT_EQ(HealthTests::kWindow, known["adaptive_proportion"]["window"]);
  EXPECT_EQ(HealthTests::kProportionCutoff, known["adaptive_proportion"]["cutoff"]);
}

TEST(HealthTests, AcceptFewerRepetitionsThanTheCutoff) {
  HealthTests tests;
  for (int run = 0; run < 100; ++run) {
    for (int i = 1; i < HealthTests::kRepetitionCutoff; ++i) ASSERT_TRUE(tests.accept(other(run)));
  }
}

TEST(HealthTests, RefuseAsManyRepetitionsAsTheCutoff) {
  for (const std::uint8_t stuck : ByteArray<3>{0x00, 0xff, 0x5a}) {
    HealthTests tests;
    for (int i = 1; i < HealthTests::kRepetitionCutoff; ++i) ASSERT_TRUE(tests.accept(stuck));
    EXPECT_FALSE(tests.accept(stuck));
  }
}

/// A window that begins with kByte and has it `count` times, never often in a row. The result of the last accept().
bool accepts_window(HealthTests& tests, int count) {
  bool good = true;
  for (int i = 0; i < HealthTests::kWindow; ++i) {
    // Spread evenly: where the running share steps up.
    const bool hit = i * count / HealthTests::kWindow != (i - 1) * count / HealthTests::kWindow || i == 0;
    good = tests.accept(hit ? kByte : other(i));
  }
  return good;
}

int hits(int count) {
  int n = 0;
  for (int i = 0; i < HealthTests::kWindow; ++i) {
    if (i * count / HealthTests::kWindow != (i - 1) * count / HealthTests::kWindow || i == 0) ++n;
  }
  return n;
}

TEST(HealthTests, CountTheFirstByteOfEachWindow) {
  ASSERT_EQ(hits(HealthTests::kProportionCutoff), HealthTests::kProportionCutoff);
  ASSERT_EQ(hits(HealthTests::kProportionCutoff - 1), HealthTests::kProportionCutoff - 1);
  HealthTests tests;
  EXPECT_TRUE(accepts_window(tests, HealthTests::kProportionCutoff - 1));
  EXPECT_TRUE(accepts_window(tests, HealthTests::kProportionCutoff - 1)) << "each window counts for itself";
  EXPECT_FALSE(accepts_window(tests, HealthTests::kProportionCutoff));
}

TEST(HealthTests, FailForGood) {
  HealthTests tests;
  for (int i = 0; i < HealthTests::kRepetitionCutoff; ++i) static_cast<void>(tests.accept(0));
  for (int i = 0; i < 2000; ++i) ASSERT_FALSE(tests.accept(other(i)));
}

}  // namespace
}  // namespace pawl::test::health_tests_test
