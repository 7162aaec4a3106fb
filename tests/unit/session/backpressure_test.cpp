// SPDX-License-Identifier: Apache-2.0
// A peer that does not read: what the session holds stays bounded, and what must go out still finds room
// (PROTOCOL.md 11.1, Session::send).
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/puppet.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::backpressure_test {
namespace {

constexpr std::size_t kPong = 27;
constexpr std::size_t kClose = 20;

Buffer ping_bytes(std::uint8_t n) { return {n, n, n, n, n, n, n, n}; }

class Backpressure : public testing::TestWithParam<Side> {
 protected:
  Rig rig{GetParam()};

  void SetUp() override { rig.open(); }

  [[nodiscard]] std::size_t waiting() { return rig.session().outgoing().size(); }
  /// Sends so much that this much room is left.
  void fill_but(std::size_t room) {
    constexpr std::size_t kFirst = 100;
    ASSERT_EQ(rig.end().send(Buffer(kFirst), rig.now), kFirst);
    const std::size_t rest = rig.end().tx_size - waiting() - kRecordOverhead - room;
    ASSERT_EQ(rig.end().send(Buffer(rest), rig.now), rest);
    ASSERT_EQ(waiting(), rig.end().tx_size - room);
  }
  /// Sends until there is no room; returns how many messages were taken.
  int fill() {
    int count = 0;
    while (rig.session().send(bytes_of("message"), true, rig.now).ok()) ++count;
    return count;
  }
};

TEST_P(Backpressure, SendRefusesAndHoldsNoMoreThanItsBuffer) {
  EXPECT_GT(fill(), 0);
  const Buffer before(rig.session().outgoing().begin(), rig.session().outgoing().end());
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(rig.session().send(bytes_of("message"), true, rig.now).error(), Error::would_block);
  }
  EXPECT_EQ(hex(rig.session().outgoing()), hex(before));
  EXPECT_LE(waiting() + kPong + kClose, rig.end().tx_size) << "there is room for a pong and a close";
}

TEST_P(Backpressure, WhatIsReservedIsEnoughForAPongAndAClose) {
  fill_but(kPong + kClose);
  rig.hear(RecordType::ping, ping_bytes(1));
  EXPECT_EQ(waiting(), rig.end().tx_size - kClose) << "the pong";
  rig.session().close(rig.now);
  EXPECT_EQ(waiting(), rig.end().tx_size) << "and the close";
}

TEST_P(Backpressure, APingIsSentIfItLeavesWhatIsReserved) {
  constexpr std::size_t kPing = kPong;
  fill_but(kPing + kPong + kClose - 1);
  const std::size_t before = waiting();
  ASSERT_TRUE(rig.session().rekey(rig.now).ok());
  EXPECT_EQ(waiting(), before) << "a byte too few";
  rig.session().sent(1, rig.now);
  EXPECT_EQ(waiting(), before - 1 + kPing);
}

TEST_P(Backpressure, GoesOnWhereItStoodOnceThePeerReads) {
  for (int round = 0; round < 3; ++round) {
    const int count = fill();
    EXPECT_EQ(rig.said().size(), static_cast<std::size_t>(count));
  }
}

TEST_P(Backpressure, AFewBytesReadMakeRoomForAFewMore) {
  fill();
  const Bytes sent = rig.session().outgoing();
  const Buffer first(sent.begin(), sent.begin() + 26);
  rig.session().sent(first.size(), rig.now);
  EXPECT_TRUE(rig.session().send(bytes_of("message"), true, rig.now).ok());
  Buffer stream = first;
  append(stream, rig.end().take(rig.now));
  for (const Record& record : rig.puppet().read(stream)) EXPECT_EQ(hex(record.content), hex(bytes_of("message")));
}

TEST_P(Backpressure, APongFindsRoomAndACloseBesideIt) {
  const auto count = static_cast<std::size_t>(fill());
  rig.hear(RecordType::ping, ping_bytes(1));
  rig.session().close(rig.now);
  const auto records = rig.said();
  ASSERT_EQ(records.size(), count + 2);
  EXPECT_EQ(records[count].type, RecordType::pong);
  EXPECT_EQ(records[count + 1].type, RecordType::close);
}

TEST_P(Backpressure, OfManyPingsOnlyTheNewestIsAnsweredOnceThereIsRoom) {
  const auto count = static_cast<std::size_t>(fill());
  rig.hear(RecordType::ping, ping_bytes(0));
  const std::size_t full = waiting();
  for (std::uint8_t n = 1; n <= 200; ++n) rig.hear(RecordType::ping, ping_bytes(n));
  EXPECT_EQ(waiting(), full);
  const auto records = rig.said();
  ASSERT_EQ(records.size(), count + 2);
  EXPECT_EQ(hex(records[count].content), hex(ping_bytes(0))) << "it was there before the others came";
  EXPECT_EQ(records[count + 1].type, RecordType::pong);
  EXPECT_EQ(hex(records[count + 1].content), hex(ping_bytes(200)));
  EXPECT_TRUE(rig.said().empty());
}

TEST_P(Backpressure, ACloseThatComesIsAnsweredAlthoughAPongWaits) {
  fill();
  rig.hear(RecordType::ping, ping_bytes(1));
  rig.hear(RecordType::ping, ping_bytes(2));
  rig.hear(RecordType::close, unhex("00"));
  const auto records = rig.said();
  ASSERT_FALSE(records.empty());
  EXPECT_EQ(records.back().type, RecordType::close);
  ASSERT_TRUE(rig.end().seen.closed.has_value());
  EXPECT_EQ(rig.end().seen.closed->error, Error::none);
}

TEST_P(Backpressure, MessagesStillComeInWhileNoneCanGoOut) {
  fill();
  for (int i = 0; i < 50; ++i) rig.hear(RecordType::data, bytes_of("in"));
  EXPECT_EQ(rig.end().seen.messages(), 50U);
}

TEST_P(Backpressure, ARekeyThatWasAskedForWaitsForRoom) {
  const auto count = static_cast<std::size_t>(fill());
  EXPECT_TRUE(rig.session().rekey(rig.now).ok());
  const auto records = rig.said();
  ASSERT_EQ(records.size(), count + 1);
  EXPECT_FALSE(records[count - 1].odd_epoch);
  EXPECT_EQ(records[count].type, RecordType::ping);
  EXPECT_TRUE(records[count].odd_epoch);
}

TEST_P(Backpressure, TheIdleTimeOutHoldsForAPeerThatDoesNotRead) {
  fill();
  const auto count = waiting();
  std::size_t steps = 0;
  while (!rig.end().over() && ++steps < 100) {
    rig.now = *rig.session().deadline();
    rig.end().run(rig.now);
    EXPECT_LE(waiting(), rig.end().tx_size);
  }
  ASSERT_TRUE(rig.end().seen.closed.has_value());
  EXPECT_EQ(rig.end().seen.closed->error, Error::idle);
  EXPECT_GT(waiting(), count);
  EXPECT_EQ(rig.said().back().type, RecordType::close);
}

INSTANTIATE_TEST_SUITE_P(Sides, Backpressure, testing::Values(Side::client, Side::server), name_of_side);

// Two sessions.

TEST(PeerThatStopsReading, GetsEverythingWhenItReadsAgain) {
  Pair pair(kPasswordPsk);
  pair.open();
  pair.client.reads = false;
  const Buffer message = pattern(50'000);
  std::size_t taken = 0;
  for (int i = 0; i < 100; ++i) {
    taken += pair.server.send(Bytes(message).subspan(taken), pair.now);
    EXPECT_LE(pair.server.session().outgoing().size(), pair.server.tx_size);
  }
  EXPECT_LT(taken, message.size());
  EXPECT_TRUE(pair.client.seen.fragments.empty());
  pair.client.reads = true;
  while (taken < message.size()) {
    pair.deliver();
    taken += pair.server.send(Bytes(message).subspan(taken), pair.now);
  }
  pair.deliver();
  EXPECT_TRUE(pair.client.seen.bytes() == message);
  EXPECT_EQ(pair.client.seen.messages(), 1U);
}

}  // namespace
}  // namespace pawl::test::backpressure_test
