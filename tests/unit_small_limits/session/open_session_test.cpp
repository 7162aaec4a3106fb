// SPDX-License-Identifier: Apache-2.0
// A session at the limits of PROTOCOL.md 10: it closes with reason 3 rather than pass them, and loses nothing that it
// took.
#include <gtest/gtest.h>

#include "tests/support/pair.hpp"

namespace pawl::test::open_session_test {
namespace {

constexpr std::uint32_t kNoSoftLimit = 1000;
/// Records that carry data in an epoch that is used up to its end.
constexpr std::uint32_t kFullEpoch = Config::kHardRecordLimit - 1;

class OpenSessionLimits : public testing::Test {
 protected:
  Pair pair{kRawKeyPsk};

  /// Sends messages of one byte until one is refused; returns how many were taken.
  std::size_t send_until_refused(Error expected) {
    constexpr std::size_t kMost = 1000;
    for (std::size_t n = 0; n < kMost; ++n) {
      const auto sent = pair.client.session().send(bytes_of("x"), true, pair.now);
      if (!sent.ok()) {
        EXPECT_EQ(sent.error(), expected);
        return n;
      }
      pair.deliver();
    }
    return kMost;
  }

  void expect_closed_for_the_limit() {
    pair.deliver();
    ASSERT_TRUE(pair.client.seen.closed.has_value());
    EXPECT_EQ(pair.client.seen.closed->error, Error::limit);
    EXPECT_EQ(pair.client.seen.closed->reason, CloseReason::limit);
    ASSERT_TRUE(pair.server.seen.closed.has_value());
    EXPECT_EQ(pair.server.seen.closed->error, Error::none);
    EXPECT_EQ(pair.server.seen.closed->reason, CloseReason::limit);
  }
};

TEST_F(OpenSessionLimits, MovesOnAtTheSoftLimitAndEndsWithTheLastEpoch) {
  pair.open();
  const std::size_t taken = send_until_refused(Error::limit);
  EXPECT_EQ(taken, Config::kSoftRecordLimit * (Config::kLastEpoch + 1));
  EXPECT_EQ(pair.client.session().send(bytes_of("x"), true, pair.now).error(), Error::wrong_state) << "it closes";
  expect_closed_for_the_limit();
  EXPECT_EQ(pair.server.seen.messages(), taken);
}

TEST_F(OpenSessionLimits, EndsWithTheHardLimit) {
  pair.client.settings.soft_record_limit = kNoSoftLimit;
  pair.open();
  const std::size_t taken = send_until_refused(Error::limit);
  EXPECT_EQ(taken, kFullEpoch);
  expect_closed_for_the_limit();
  EXPECT_EQ(pair.server.seen.messages(), taken);
}

TEST_F(OpenSessionLimits, ACloseFindsItsRecordInAFullEpoch) {
  pair.client.settings.soft_record_limit = kNoSoftLimit;
  pair.open();
  for (std::uint32_t i = 0; i < kFullEpoch; ++i) {
    ASSERT_TRUE(pair.client.session().send({}, true, pair.now).ok());
    pair.deliver();
  }
  pair.client.session().close(pair.now);
  pair.deliver();
  EXPECT_EQ(pair.client.seen.closed.value_or(Closed{Error::limit}).error, Error::none);
  EXPECT_EQ(pair.server.seen.closed.value_or(Closed{Error::limit}).error, Error::none);
}

TEST_F(OpenSessionLimits, AnAnswerToAPingInAFullEpochClosesInstead) {
  pair.client.settings.soft_record_limit = kNoSoftLimit;
  pair.open();
  for (std::uint32_t i = 0; i < kFullEpoch; ++i) {
    ASSERT_TRUE(pair.client.session().send({}, true, pair.now).ok());
    pair.deliver();
  }
  // The server has heard the client all the time; the client has heard nothing and would ping first. So the server asks
  // to rekey, which sends a ping.
  ASSERT_TRUE(pair.server.session().send({}, true, pair.now).ok());
  ASSERT_TRUE(pair.server.session().rekey(pair.now).ok());
  expect_closed_for_the_limit();
}

TEST_F(OpenSessionLimits, RekeyOnRequestAfterTheLastEpochCloses) {
  pair.open();
  for (std::uint32_t epoch = 0; epoch <= Config::kLastEpoch; ++epoch) {
    ASSERT_FALSE(pair.client.seen.closed.has_value());
    ASSERT_TRUE(pair.client.session().send({}, true, pair.now).ok());
    EXPECT_TRUE(pair.client.session().rekey(pair.now).ok());
    pair.deliver();
  }
  expect_closed_for_the_limit();
}

}  // namespace
}  // namespace pawl::test::open_session_test
