// SPDX-License-Identifier: Apache-2.0
// The time-outs of the handshake, PROTOCOL.md 11.1 and 13.1, in virtual time.
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::handshake_timeout_test {
namespace {

constexpr Duration kMoment = milliseconds(1);
constexpr Duration kClientTimeout = seconds(31);
constexpr Duration kFirstByte = seconds(10);
constexpr Duration kServerTimeout = seconds(30);

Instant before(Instant at) { return {at.ms - kMoment.ms}; }

class HandshakeTimeout : public testing::TestWithParam<Flow> {
 protected:
  Pair pair{GetParam()};

  /// The session stays as it is until `at`, and then is over without a word.
  static void expect_gives_up(End& end, Instant at, Error error = Error::timeout) {
    end.take(before(at));
    EXPECT_EQ(end.session().deadline(), at);
    end.run(before(at));
    EXPECT_FALSE(end.seen.closed.has_value());
    end.run(at);
    ASSERT_TRUE(end.seen.closed.has_value());
    EXPECT_EQ(end.seen.closed->error, error);
    EXPECT_TRUE(end.session().outgoing().empty());
    EXPECT_EQ(end.seen.established, 0);
  }
};

TEST_P(HandshakeTimeout, AClientWaits31SecondsForTheServerHello) {
  pair.reach(Side::client, State::wait_sh);
  expect_gives_up(pair.client, pair.now + kClientTimeout);
}

TEST_P(HandshakeTimeout, AClientGetsNoMoreTimeForBytesThatTrickle) {
  const Instant start = pair.now;
  pair.reach(Side::client, State::wait_sh);
  const Buffer hello = pair.on_the_way(Side::client);
  for (std::size_t i = 0; i < 30; ++i) {
    pair.now = pair.now + seconds(1);
    pair.client.give(Bytes(hello).subspan(i, 1), pair.now);
  }
  expect_gives_up(pair.client, start + kClientTimeout);
}

TEST_P(HandshakeTimeout, AServerWaits10SecondsForTheFirstByte) {
  ASSERT_TRUE(pair.server.start(pair.now).ok());
  expect_gives_up(pair.server, pair.now + kFirstByte);
}

TEST_P(HandshakeTimeout, AServerWaits30SecondsFromTheFirstByteOn) {
  ASSERT_TRUE(pair.server.start(pair.now).ok());
  pair.now = before(pair.now + kFirstByte);
  pair.server.give(unhex("00"), pair.now);
  expect_gives_up(pair.server, pair.now + kServerTimeout);
}

TEST_P(HandshakeTimeout, AServerGivesNoMoreTimeForBytesThatTrickle) {
  pair.reach(Side::server, State::wait_ch);
  Buffer stream = pair.on_the_way(Side::server);
  stream.resize(200);
  const Instant first = pair.now;
  for (std::size_t i = 0; i < 30; ++i) {
    pair.server.give(Bytes(stream).subspan(i, 1), pair.now);
    pair.now = pair.now + seconds(1);
  }
  EXPECT_EQ(pair.now, first + kServerTimeout);
  pair.server.run(pair.now);
  ASSERT_TRUE(pair.server.seen.closed.has_value());
  EXPECT_EQ(pair.server.seen.closed->error, Error::timeout);
  EXPECT_TRUE(pair.server.session().outgoing().empty());
}

TEST_P(HandshakeTimeout, AServerWaitsForTheClientFinishNoLonger) {
  ASSERT_TRUE(pair.server.start(pair.now).ok());
  const Instant first = pair.now + seconds(5);
  ASSERT_TRUE(pair.client.start(first).ok());
  const Buffer hello = pair.client.take(first);
  pair.server.give(Bytes(hello).first(1), first);
  pair.server.give(Bytes(hello).subspan(1), first + seconds(20));
  EXPECT_FALSE(pair.server.session().outgoing().empty());
  expect_gives_up(pair.server, first + kServerTimeout);
}

TEST_P(HandshakeTimeout, AServerDoesNotWaitForItsOwnApplicationEither) {
  pair.server.answers = false;
  pair.reach(Side::server, State::wait_ch);
  pair.deliver(Side::client);
  ASSERT_EQ(pair.server.seen.credentials_wanted.size(), 1U);
  expect_gives_up(pair.server, pair.now + kServerTimeout);
  EXPECT_EQ(pair.server.session().provide(pair.enrolled.enrolment, pair.now).error(), Error::wrong_state);
}

TEST_P(HandshakeTimeout, AWishThatNobodyTookIsWithdrawn) {
  pair.reach(Side::server, State::wait_ch);
  pair.server.reads = false;
  pair.server.give(pair.on_the_way(Side::server), pair.now);
  pair.server.session().advance(pair.now + kServerTimeout);
  const Event event = pair.server.session().next_event();
  ASSERT_TRUE(std::holds_alternative<Closed>(event));
  EXPECT_EQ(std::get<Closed>(event).error, Error::timeout);
}

TEST_P(HandshakeTimeout, EndsWithTheHandshake) {
  pair.open();
  pair.pass(seconds(60));
  EXPECT_FALSE(pair.client.over());
  EXPECT_FALSE(pair.server.over());
}

INSTANTIATE_TEST_SUITE_P(Flows, HandshakeTimeout, testing::ValuesIn(kFlows), name_of_flow);

class PasswordTimeout : public HandshakeTimeout {};

TEST_P(PasswordTimeout, AClientWaitsForTheServerFinishNoLonger) {
  const Instant start = pair.now;
  pair.reach(Side::client, State::wait_sh);
  pair.now = pair.now + seconds(15);
  pair.deliver(Side::server);
  EXPECT_FALSE(pair.client.session().outgoing().empty());
  expect_gives_up(pair.client, start + kClientTimeout);
}

class SlowDerivation : public PasswordTimeout {
 protected:
  void SetUp() override {
    pair.client.forget_derived();
    pair.client.answers = false;
    pair.reach(Side::client, State::wait_sh);
    pair.deliver(Side::server);
    ASSERT_EQ(pair.client.seen.derivations_wanted.size(), 1U);
  }
};

TEST_P(SlowDerivation, OfTwentySecondsIsInTime) {
  const Instant at = pair.now + seconds(20);
  EXPECT_TRUE(pair.client.session().provide(pair.enrolled.credential, at).ok());
  pair.now = at;
  pair.deliver();
  EXPECT_EQ(pair.client.seen.established, 1);
  EXPECT_EQ(pair.server.seen.established, 1);
}

TEST_P(SlowDerivation, OfMoreEndsTheAttemptSoThatThereIsANewOne) {
  const Instant at = pair.now + seconds(20) + kMoment;
  EXPECT_TRUE(pair.client.session().provide(pair.enrolled.credential, at).ok());
  pair.client.run(at);
  EXPECT_TRUE(pair.client.session().outgoing().empty());
  ASSERT_TRUE(pair.client.seen.closed.has_value());
  EXPECT_EQ(pair.client.seen.closed->error, Error::derivation_slow);
}

TEST_P(SlowDerivation, ThatIsNotDoneInTimeEndsTheAttempt) {
  expect_gives_up(pair.client, pair.now + kClientTimeout, Error::derivation_slow);
}

TEST_P(SlowDerivation, LosesTheServerAndSaysSo) {
  const Instant at = pair.now + kServerTimeout;
  pair.client.end_of_stream(at);
  ASSERT_TRUE(pair.client.seen.closed.has_value());
  EXPECT_EQ(pair.client.seen.closed->error, Error::derivation_slow);
}

INSTANTIATE_TEST_SUITE_P(Flows, PasswordTimeout, testing::Values(kPasswordPsk, kPasswordEcdhe), name_of_flow);
INSTANTIATE_TEST_SUITE_P(Flows, SlowDerivation, testing::Values(kPasswordPsk, kPasswordEcdhe), name_of_flow);

}  // namespace
}  // namespace pawl::test::handshake_timeout_test
