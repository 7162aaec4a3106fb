// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include <pawl/host/base/text.hpp>
#include <pawl/host/server/admission.hpp>

namespace pawl::host::admission_test {
namespace {

constexpr Instant kStart{1'000'000};
constexpr Limits kLimits{256, 8, 50, 5};

Bytes user(const std::string& name) { return bytes_of(name); }

/// The prefix of addresses a.b.c.x.
SourcePrefix ipv4(unsigned a, unsigned b, unsigned c) {
  return {4, static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(b), static_cast<std::uint8_t>(c)};
}

// Rates.

TEST(TokenBucket, LetsItsRatePassAndNoMore) {
  TokenBucket bucket(5);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(bucket.take(1, kStart));
  EXPECT_FALSE(bucket.take(1, kStart));
  EXPECT_FALSE(bucket.take(1, kStart + milliseconds(199)));
  EXPECT_TRUE(bucket.take(1, kStart + milliseconds(200)));
  EXPECT_FALSE(bucket.take(1, kStart + milliseconds(200)));
}

TEST(TokenBucket, SavesNoMoreThanASecond) {
  TokenBucket bucket(5);
  int passed = 0;
  while (bucket.take(1, kStart + seconds(3600))) ++passed;
  EXPECT_EQ(passed, 5);
}

TEST(TokenBucket, TakesAnotherRateFromNowOn) {
  TokenBucket bucket(5);
  bucket.set_rate(2, kStart);
  EXPECT_TRUE(bucket.take(2, kStart));
  EXPECT_FALSE(bucket.take(1, kStart)) << "what it held of the higher rate is gone";
  bucket.set_rate(10, kStart + milliseconds(250));
  EXPECT_FALSE(bucket.take(1, kStart + milliseconds(250))) << "until then the lower rate held";
  EXPECT_TRUE(bucket.take(1, kStart + milliseconds(300)));
}

int hellos_let_through(Admission& admission, Kind kind, unsigned sources, unsigned of_each) {
  int passed = 0;
  for (unsigned source = 0; source < sources; ++source) {
    for (unsigned i = 0; i < of_each; ++i) {
      const auto from = ipv4(10, 0, source);
      if (admission.hello(user("u"), kind, Mode::psk_ecdhe, from, kStart) == 0) ++passed;
    }
  }
  return passed;
}

TEST(Admission, LetsFiveEcdheHellosOfASourceThroughASecond) {
  Admission admission(kLimits);
  EXPECT_EQ(hellos_let_through(admission, Kind::password, 1, 20), 5);
  EXPECT_EQ(admission.hello(user("u"), Kind::password, Mode::psk_ecdhe, ipv4(10, 0, 0), kStart), 1);
  EXPECT_EQ(admission.hello(user("u"), Kind::password, Mode::psk_ecdhe, ipv4(10, 0, 0), kStart + seconds(1)), 0);
}

TEST(Admission, LetsFiftyEcdheHellosThroughASecondAndKeyFlowOnesCountTwice) {
  Admission passwords(kLimits);
  EXPECT_EQ(hellos_let_through(passwords, Kind::password, 40, 4), 50);
  Admission keys(kLimits);
  EXPECT_EQ(hellos_let_through(keys, Kind::raw_key, 40, 4), 25);
}

TEST(Admission, FollowsLimitsThatChange) {
  Limits limits = kLimits;
  Admission admission(limits);
  limits.hellos = 3;
  EXPECT_EQ(hellos_let_through(admission, Kind::password, 5, 5), 3);
  EXPECT_TRUE(admission.exchanges_scarce(kStart));
  limits.hellos = 50;
  limits.hellos_per_source = 1;
  EXPECT_EQ(admission.hello(user("u"), Kind::password, Mode::pake, ipv4(10, 8, 0), kStart + seconds(1)), 0);
  EXPECT_EQ(admission.hello(user("u"), Kind::password, Mode::pake, ipv4(10, 8, 0), kStart + seconds(1)), 1);
}

TEST(Admission, ASourceOverItsRateTakesNothingFromOthers) {
  Admission admission(kLimits);
  hellos_let_through(admission, Kind::password, 1, 1000);
  EXPECT_EQ(admission.hello(user("u"), Kind::password, Mode::psk_ecdhe, ipv4(10, 9, 0), kStart), 0);
}

TEST(Admission, DoesNotLimitHellosWithoutAKeyExchange) {
  Admission admission(kLimits);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(admission.hello(user("u"), Kind::raw_key, Mode::psk, ipv4(10, 0, 0), kStart), 0);
  }
}

// Guessing.

class Guessing : public testing::Test {
 protected:
  void fail(int times, const std::string& name = "alice") {
    for (int i = 0; i < times; ++i) guesses_.failed(user(name), here_, kStart);
  }
  Duration wait(const std::string& name = "alice", Duration later = {}) {
    return guesses_.wait(user(name), here_, kStart + later);
  }

  Limits limits_;
  GuessTable guesses_{limits_};
  SourcePrefix here_ = ipv4(192, 0, 2);
  SourcePrefix elsewhere_ = ipv4(198, 51, 100);
};

TEST_F(Guessing, WaitsFromTheThirdFailureOn) {
  fail(2);
  EXPECT_EQ(wait(), Duration{});
  fail(1);
  EXPECT_EQ(wait(), seconds(1));
  fail(1);
  EXPECT_EQ(wait(), seconds(2));
  fail(3);
  EXPECT_EQ(wait(), seconds(16));
  EXPECT_EQ(wait("alice", seconds(15)), seconds(1));
  EXPECT_EQ(wait("alice", seconds(16)), Duration{});
}

TEST_F(Guessing, WaitsNoLongerThanFiveMinutes) {
  fail(31);
  EXPECT_EQ(wait(), seconds(300));
}

TEST_F(Guessing, WaitsAsTheLimitsSay) {
  limits_.failures = 1;
  limits_.longest_wait = 3;
  fail(1);
  EXPECT_EQ(wait(), seconds(1));
  fail(2);
  EXPECT_EQ(wait(), seconds(3));
}

TEST_F(Guessing, OfManyUsersWaitsAndIsForgivenAsTheLimitsSay) {
  limits_.failures_per_source = 2;
  limits_.forgiveness = 10;
  fail(1, "a");
  fail(1, "b");
  EXPECT_EQ(wait("c"), seconds(1));
  guesses_.failed(user("d"), here_, kStart + seconds(20));
  EXPECT_EQ(wait("c", seconds(20)), Duration{}) << "two of them are forgiven";
}

TEST_F(Guessing, LocksNobodyOutElsewhere) {
  fail(1000);
  EXPECT_EQ(guesses_.wait(user("alice"), elsewhere_, kStart), Duration{});
}

TEST_F(Guessing, OfOneUserDoesNotStopItsNeighbours) {
  fail(10);
  EXPECT_EQ(wait("bob"), Duration{});
}

TEST_F(Guessing, EndsWithSuccess) {
  fail(5);
  guesses_.succeeded(user("alice"), here_);
  EXPECT_EQ(wait(), Duration{});
  fail(2);
  EXPECT_EQ(wait(), Duration{});
}

TEST_F(Guessing, ManyConnectionsAtOnceAreOneGuess) {
  fail(5);
  const Duration later = seconds(4);
  ASSERT_EQ(wait("alice", later), Duration{});
  guesses_.attempt(user("alice"), here_, kStart + later);
  EXPECT_EQ(wait("alice", later), seconds(4));
}

TEST_F(Guessing, AtManyUsersFromOnePlaceStopsThePlace) {
  for (int i = 0; i < 31; ++i) fail(1, "user" + std::to_string(i));
  EXPECT_EQ(wait("somebody new"), Duration{});
  fail(1, "user31");
  EXPECT_EQ(wait("somebody new"), seconds(1));
  guesses_.succeeded(user("user31"), here_);
  EXPECT_EQ(wait("somebody new"), seconds(1));
  EXPECT_EQ(guesses_.wait(user("somebody new"), elsewhere_, kStart), Duration{});
}

TEST_F(Guessing, OfADeviceThatNeverStopsDoesNotStopItsNeighbours) {
  Instant now = kStart;
  for (int attempts = 0; attempts < 1000; ++attempts) {
    now = now + guesses_.wait(user("wrong device"), here_, now);
    guesses_.attempt(user("wrong device"), here_, now);
    guesses_.failed(user("wrong device"), here_, now);
    ASSERT_EQ(guesses_.wait(user("neighbour"), here_, now), Duration{}) << "after " << attempts << " attempts";
  }
}

TEST_F(Guessing, ForgetsTheOldestOfManyPairs) {
  fail(10);
  for (unsigned i = 0; i < 2000; ++i) {
    const auto source = ipv4(10, i / 256, i % 256);
    guesses_.failed(user("mallory"), source, kStart + seconds(1) + milliseconds(i));
  }
  EXPECT_EQ(wait("alice", seconds(2)), Duration{});
}

TEST(Admission, RefusesAGuessWithItsWaitInWholeSeconds) {
  Admission admission(kLimits);
  const auto source = ipv4(192, 0, 2);
  for (int i = 0; i < 5; ++i) admission.guesses().failed(user("alice"), source, kStart);
  const auto later = kStart + milliseconds(500);
  EXPECT_EQ(admission.hello(user("alice"), Kind::password, Mode::psk, source, later), 4);
  EXPECT_EQ(admission.hello(user("bob"), Kind::password, Mode::psk, source, later), 0);
}

TEST(RecentTable, ReplacesTheEntryTouchedLongestAgo) {
  RecentTable<int, int> table(3);
  for (int key = 0; key < 3; ++key) table.touch(key, key * 10, Instant{static_cast<std::uint64_t>(key)});
  table.touch(0, 99, Instant{10});
  table.touch(3, 30, Instant{11});
  EXPECT_EQ(table.find(1), nullptr);
  EXPECT_EQ(*table.find(0), 0);
  EXPECT_EQ(*table.find(2), 20);
  EXPECT_EQ(*table.find(3), 30);
  EXPECT_EQ(table.size(), 3U);
}

TEST(RecentTable, ErasesAnyEntry) {
  RecentTable<int, int> table(3);
  for (int key = 0; key < 3; ++key) table.touch(key, key, Instant{});
  table.erase(0);
  table.erase(2);
  table.erase(7);
  EXPECT_EQ(table.size(), 1U);
  EXPECT_NE(table.find(1), nullptr);
}

}  // namespace
}  // namespace pawl::host::admission_test
