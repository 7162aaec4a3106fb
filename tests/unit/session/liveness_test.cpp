// SPDX-License-Identifier: Apache-2.0
// Idle time-outs, PROTOCOL.md 4.2 and 11.1, in virtual time.
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/puppet.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::liveness_test {
namespace {

constexpr Duration kDay = seconds(24 * 3600);

/// "ping@10000 close(1)@30000", milliseconds.
std::string timeline(const std::vector<Rig::Said>& said) {
  constexpr std::array kNames{"?", "data", "data_more", "ping", "pong", "close", "ticket"};
  std::string text;
  for (const auto& [at, record] : said) {
    if (!text.empty()) text += ' ';
    text += kNames.at(static_cast<std::size_t>(record.type));
    if (record.type == RecordType::close) text += "(" + std::to_string(record.content.at(0)) + ")";
    text += "@" + std::to_string(at.ms);
  }
  return text;
}

class Idle : public testing::TestWithParam<Side> {
 protected:
  Rig rig{GetParam()};
  Seen& seen = rig.end().seen;

  void open(std::uint16_t idle) {
    rig.client.settings.idle = idle;
    rig.server.settings.idle = idle;
    rig.open();
  }
};

TEST_P(Idle, SendsAPingEachThirdOfTheTimeOutThenClosesAndIsOver) {
  open(30);
  EXPECT_EQ(timeline(rig.pass(milliseconds(29'999))), "ping@10000 ping@20000");
  EXPECT_FALSE(seen.closed.has_value());
  EXPECT_EQ(timeline(rig.pass(milliseconds(1))), "close(1)@1");
  ASSERT_TRUE(seen.closed.has_value());
  EXPECT_EQ(seen.closed->error, Error::idle);
  EXPECT_EQ(seen.closed->reason, CloseReason::idle);
  EXPECT_TRUE(rig.end().over());
}

TEST_P(Idle, OfTheShortestTimeOut) {
  open(3);
  EXPECT_EQ(timeline(rig.pass(seconds(100))), "ping@1000 ping@2000 close(1)@3000");
}

TEST_P(Idle, OfTheLongestTimeOut) {
  open(65535);
  EXPECT_EQ(timeline(rig.pass(milliseconds(21'844'999))), "");
  EXPECT_EQ(timeline(rig.pass(milliseconds(1))).substr(0, 6), "ping@1");
  rig.pass(milliseconds(43'689'999));
  EXPECT_FALSE(seen.closed.has_value());
  EXPECT_EQ(timeline(rig.pass(milliseconds(1))), "close(1)@1");
}

TEST_P(Idle, OfATimeOutWithoutAThirdInSeconds) {
  open(4);
  EXPECT_EQ(timeline(rig.pass(seconds(4))), "ping@1333 ping@2666 ping@3999 close(1)@4000");
}

TEST_P(Idle, AnAnsweredPingKeepsTheSessionOpen) {
  open(30);
  for (int i = 0; i < 100; ++i) {
    const auto said = rig.pass(seconds(10));
    ASSERT_EQ(timeline(said), "ping@10000");
    rig.hear(RecordType::pong, said[0].record.content);
  }
  EXPECT_FALSE(seen.closed.has_value());
}

TEST_P(Idle, APingIsSentWhenItIsAskedForWhateverWasHeard) {
  open(30);
  EXPECT_EQ(rig.session().idle(), 30);
  rig.pass(seconds(9));
  rig.hear(RecordType::pong, ByteArray<8>{});
  EXPECT_EQ(timeline(rig.pass(seconds(9))), "");
  rig.session().ping(rig.now);
  EXPECT_EQ(timeline(rig.pass(seconds(9))), "ping@0");
}

TEST_P(Idle, NoTwoPingsAreTheSame) {
  open(30);
  const auto said = rig.pass(seconds(20));
  ASSERT_EQ(said.size(), 2U);
  EXPECT_NE(hex(said[0].record.content), hex(said[1].record.content));
}

TEST_P(Idle, AnyRecordStartsItAgain) {
  open(30);
  const std::pair<RecordType, Buffer> records[] = {{RecordType::data, {}},
                                                   {RecordType::data_more, {1}},
                                                   {RecordType::pong, bytes_of("unasked!")},
                                                   {RecordType::ping, bytes_of("question")}};
  for (const auto& [type, content] : records) {
    EXPECT_EQ(timeline(rig.pass(milliseconds(9'999))), "");
    rig.hear(type, content);
    rig.said();
  }
  EXPECT_EQ(timeline(rig.pass(seconds(30))), "ping@10000 ping@20000 close(1)@30000");
}

TEST_P(Idle, WhatIsSentDoesNotCount) {
  open(30);
  for (int i = 0; i < 9; ++i) {
    rig.end().send(bytes_of("anybody?"), rig.now);
    rig.pass(seconds(3));
  }
  EXPECT_EQ(timeline(rig.pass(seconds(3))), "close(1)@3000");
}

TEST_P(Idle, PiecesOfARecordDoNotCount) {
  open(30);
  const Buffer record = rig.puppet().seal(RecordType::data, pattern(50));
  for (std::size_t i = 0; i + 1 < record.size() && !rig.end().over(); ++i) {
    rig.hear(Bytes(record).subspan(i, 1));
    rig.pass(seconds(1));
  }
  ASSERT_TRUE(seen.closed.has_value());
  EXPECT_EQ(seen.closed->error, Error::idle);
  EXPECT_TRUE(seen.fragments.empty());
}

TEST_P(Idle, WithoutOneNothingIsSentAllDay) {
  open(0);
  EXPECT_EQ(timeline(rig.pass({kDay.ms - 1})), "");
  EXPECT_FALSE(seen.closed.has_value());
}

TEST_P(Idle, TheDeadlineIsNeverPastOnceAdvanceWasCalled) {
  open(30);
  while (!rig.session().is_over()) {
    const auto due = rig.session().deadline();
    ASSERT_TRUE(due);
    ASSERT_GT(*due, rig.now);
    rig.now = *due;
    rig.session().advance(rig.now);
    static_cast<void>(rig.session().next_event());
  }
}

TEST_P(Idle, APingThatHasNoRandomBytesIsACloseInstead) {
  ScriptedRandom only_the_nonce(pattern(kNonceSize));
  rig.end().random = &only_the_nonce;
  open(30);
  EXPECT_EQ(timeline(rig.pass(seconds(10))), "close(0)@10000");
  rig.hear(RecordType::close, unhex("01"));
  EXPECT_EQ(seen.closed.value_or(Closed{}).error, Error::random_failed);
  EXPECT_EQ(seen.closed.value_or(Closed{}).reason, CloseReason::normal) << "the peer's is not why";
}

INSTANTIATE_TEST_SUITE_P(Sides, Idle, testing::Values(Side::client, Side::server), name_of_side);

// Two sessions keep each other alive.

TEST(TwoIdleSessions, StayOpenAllDay) {
  Pair pair(kRawKeyPsk);
  pair.open();
  pair.pass({kDay.ms - 1});
  EXPECT_FALSE(pair.client.seen.closed.has_value());
  EXPECT_FALSE(pair.server.seen.closed.has_value());
}

// The effective idle time-out.

struct Wishes {
  std::uint16_t client;
  std::uint16_t server;
  std::uint16_t effective;
};

class EffectiveIdle : public testing::TestWithParam<Wishes> {};

TEST_P(EffectiveIdle, IsTheSmallerOfBothWishesWhereZeroIsNone) {
  for (const Flow& flow : kFlows) {
    Pair pair(flow);
    pair.client.settings.idle = GetParam().client;
    pair.server.settings.idle = GetParam().server;
    pair.open();
    const Duration first_ping = GetParam().effective == 0 ? kDay : milliseconds(GetParam().effective * 1000U / 3);
    EXPECT_EQ(pair.client.session().deadline(), pair.now + first_ping);
    EXPECT_EQ(pair.server.session().deadline(), pair.now + first_ping);
  }
}

INSTANTIATE_TEST_SUITE_P(Wishes, EffectiveIdle,
                         testing::Values(Wishes{60, 90, 60}, Wishes{90, 60, 60}, Wishes{60, 60, 60}, Wishes{0, 60, 60},
                                         Wishes{60, 0, 60}, Wishes{0, 0, 0}, Wishes{3, 65535, 3}),
                         [](const auto& test) {
                           return std::to_string(test.param.client) + "_and_" + std::to_string(test.param.server);
                         });

struct Offer {
  std::uint16_t asked;
  std::uint16_t offered;
  bool accepted;
};

class OfferedIdle : public testing::TestWithParam<Offer> {};

TEST_P(OfferedIdle, IsCheckedByTheClient) {
  Pair pair(kPasswordPsk);
  pair.client.settings.idle = GetParam().asked;
  pair.tap = [](Side from, Buffer& bytes) {
    if (from != Side::server || bytes[2] != static_cast<std::uint8_t>(FrameType::server_hello)) return;
    bytes[7] = static_cast<std::uint8_t>(GetParam().offered >> 8);
    bytes[8] = static_cast<std::uint8_t>(GetParam().offered);
  };
  pair.reach(Side::client, State::wait_sh);
  pair.deliver(Side::server);
  EXPECT_EQ(pair.client.over(), !GetParam().accepted);
  EXPECT_EQ(pair.client.take(pair.now).empty(), !GetParam().accepted);
  EXPECT_EQ(pair.client.seen.closed.value_or(Closed{}).error, GetParam().accepted ? Error::none : Error::malformed);
}

INSTANTIATE_TEST_SUITE_P(Offers, OfferedIdle,
                         testing::Values(Offer{60, 60, true}, Offer{60, 3, true}, Offer{60, 61, false},
                                         Offer{60, 65535, false}, Offer{60, 0, false}, Offer{60, 1, false},
                                         Offer{60, 2, false}, Offer{0, 0, true}, Offer{0, 65535, true},
                                         Offer{0, 1, false}, Offer{0, 2, false}),
                         [](const auto& test) {
                           return std::to_string(test.param.asked) + "_asked_" + std::to_string(test.param.offered) +
                                  "_offered";
                         });

}  // namespace
}  // namespace pawl::test::liveness_test
