// SPDX-License-Identifier: Apache-2.0
// How sessions end, PROTOCOL.md 11.2.
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/puppet.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::close_test {
namespace {

class Close : public testing::TestWithParam<Side> {
 protected:
  Rig rig{GetParam()};
  Seen& seen = rig.end().seen;

  void SetUp() override { rig.open(); }

  /// The session sends one close and nothing else.
  void expect_says_close(std::string_view reason) {
    const auto records = rig.said();
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].type, RecordType::close);
    EXPECT_EQ(hex(records[0].content), reason);
  }
  void expect_closed(Error error, CloseReason reason) {
    ASSERT_TRUE(seen.closed.has_value());
    EXPECT_EQ(seen.closed->error, error);
    EXPECT_EQ(seen.closed->reason, reason);
    EXPECT_FALSE(seen.closed->incomplete);
    EXPECT_TRUE(rig.end().over());
    EXPECT_FALSE(rig.session().is_open());
  }
};

TEST_P(Close, IsConfirmedByAClose) {
  rig.session().close(rig.now);
  expect_says_close("00");
  EXPECT_FALSE(seen.closed.has_value());
  rig.hear(RecordType::close, unhex("00"));
  expect_closed(Error::none, CloseReason::normal);
  EXPECT_TRUE(rig.session().outgoing().empty()) << "a close is not answered twice";
}

TEST_P(Close, WaitsForItsAnswerHoweverLongThePeerIsSilent) {
  Rig fresh(GetParam());
  fresh.client.settings.idle = fresh.server.settings.idle = 3;
  fresh.open();
  fresh.session().close(fresh.now);
  fresh.said();
  fresh.session().advance(fresh.now + milliseconds(4999));
  EXPECT_TRUE(fresh.session().outgoing().empty());
  EXPECT_TRUE(fresh.session().is_open()) << "longer than the idle time-out";
  fresh.now = fresh.now + seconds(5);
  fresh.end().run(fresh.now);
  EXPECT_EQ(fresh.end().seen.closed.value_or(Closed{}).error, Error::unconfirmed);
}

TEST_P(Close, TellsThePeerWhy) {
  rig.session().close(rig.now, CloseReason::limit);
  expect_says_close("03");
}

/// Whatever the answer says, or a close of the peer's that crosses it.
TEST_P(Close, ForAReasonReportsThatReason) {
  for (const char* answer : {"00", "01"}) {
    SCOPED_TRACE(answer);
    Rig fresh(GetParam());
    fresh.open();
    fresh.session().close(fresh.now, CloseReason::limit);
    fresh.hear(RecordType::close, unhex(answer));
    ASSERT_TRUE(fresh.end().seen.closed.has_value());
    EXPECT_EQ(fresh.end().seen.closed->error, Error::none);
    EXPECT_EQ(fresh.end().seen.closed->reason, CloseReason::limit);
  }
}

TEST_P(Close, ComesAfterAllThatWasSent) {
  rig.end().send(bytes_of("last words"), rig.now);
  rig.session().close(rig.now);
  const auto records = rig.said();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(hex(records[0].content), hex(bytes_of("last words")));
  EXPECT_EQ(records[1].type, RecordType::close);
}

TEST_P(Close, IsTheLastThatIsSent) {
  rig.session().close(rig.now);
  rig.said();
  EXPECT_EQ(rig.session().send(bytes_of("more"), true, rig.now).error(), Error::wrong_state);
  rig.session().close(rig.now);
  rig.session().close(rig.now, CloseReason::limit);
  static_cast<void>(rig.session().rekey(rig.now));
  rig.hear(RecordType::ping, bytes_of("question"));
  rig.session().sent(0, rig.now);
  EXPECT_TRUE(rig.pass(seconds(4)).empty());
}

TEST_P(Close, MakesTheSessionDeafToEverythingElse) {
  rig.session().close(rig.now);
  rig.hear(RecordType::data, bytes_of("ignored"));
  rig.hear(RecordType::data_more, bytes_of("ignored"));
  rig.hear(RecordType::pong, bytes_of("ignored!"));
  EXPECT_TRUE(seen.fragments.empty());
  rig.hear(RecordType::close, unhex("00"));
  expect_closed(Error::none, CloseReason::normal);
}

TEST_P(Close, UnansweredForFiveSecondsIsUnconfirmed) {
  rig.session().close(rig.now);
  rig.said();
  EXPECT_TRUE(rig.pass(milliseconds(4'999)).empty());
  EXPECT_FALSE(seen.closed.has_value());
  EXPECT_TRUE(rig.pass(milliseconds(1)).empty());
  expect_closed(Error::unconfirmed, CloseReason::normal);
}

TEST_P(Close, IsNotPutOffByRecordsThatKeepComing) {
  rig.session().close(rig.now);
  rig.said();
  for (int i = 0; i < 5; ++i) {
    rig.hear(RecordType::data, bytes_of("and on"));
    EXPECT_FALSE(seen.closed.has_value());
    rig.pass(seconds(1));
  }
  expect_closed(Error::unconfirmed, CloseReason::normal);
}

TEST_P(Close, ThenEndOfStreamIsUnconfirmed) {
  rig.session().close(rig.now);
  rig.said();
  rig.end().end_of_stream(rig.now);
  expect_closed(Error::unconfirmed, CloseReason::normal);
}

TEST_P(Close, OfThePeerIsAnsweredAtOnceAndItsReasonReported) {
  const std::pair<const char*, CloseReason> reasons[] = {{"00", CloseReason::normal},   {"01", CloseReason::idle},
                                                         {"02", CloseReason::protocol}, {"03", CloseReason::limit},
                                                         {"04", CloseReason::expired},  {"05", CloseReason::normal},
                                                         {"ff", CloseReason::normal}};
  for (const auto& [byte, reason] : reasons) {
    SCOPED_TRACE(byte);
    Rig fresh(GetParam());
    fresh.open();
    fresh.hear(RecordType::close, unhex(byte));
    ASSERT_TRUE(fresh.end().seen.closed.has_value());
    EXPECT_EQ(fresh.end().seen.closed->error, Error::none);
    EXPECT_EQ(fresh.end().seen.closed->reason, reason);
    const auto records = fresh.said();
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(hex(records[0].content), "00");
  }
}

TEST_P(Close, OfThePeerIsAnsweredBehindWhatWasSentBefore) {
  rig.end().send(bytes_of("on its way"), rig.now);
  rig.hear(RecordType::close, unhex("00"));
  const auto records = rig.said();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(hex(records[0].content), hex(bytes_of("on its way")));
  EXPECT_EQ(records[1].type, RecordType::close);
}

TEST_P(Close, OfThePeerEndsTheSessionSoThatTheEndOfTheStreamSaysNoMore) {
  rig.hear(RecordType::close, unhex("00"));
  rig.end().end_of_stream(rig.now);
  expect_closed(Error::none, CloseReason::normal);
  EXPECT_EQ(rig.hear(unhex("00")), 0U) << "nothing is taken any more";
}

TEST_P(Close, OfBothAtOnceIsConfirmedForBoth) {
  rig.session().close(rig.now);
  rig.hear(RecordType::close, unhex("03"));
  expect_closed(Error::none, CloseReason::limit);
  expect_says_close("00");
}

INSTANTIATE_TEST_SUITE_P(Sides, Close, testing::Values(Side::client, Side::server), name_of_side);

// Two sessions.

class ClosePair : public testing::TestWithParam<Flow> {
 protected:
  Pair pair{GetParam()};

  void expect_closed(Side side, Error error) {
    ASSERT_TRUE(pair.end(side).seen.closed.has_value());
    EXPECT_EQ(pair.end(side).seen.closed->error, error);
  }
};

TEST_P(ClosePair, IsInGoodOrderForBothWhicheverCloses) {
  for (const Side side : {Side::client, Side::server}) {
    Pair fresh(GetParam());
    fresh.open();
    fresh.end(side).session().close(fresh.now);
    fresh.deliver();
    for (const Side each : {Side::client, Side::server}) {
      ASSERT_TRUE(fresh.end(each).seen.closed.has_value());
      EXPECT_EQ(fresh.end(each).seen.closed->error, Error::none);
    }
  }
}

TEST_P(ClosePair, ForAReasonIsReportedWithItByBothWhicheverCloses) {
  for (const Side side : {Side::client, Side::server}) {
    Pair fresh(GetParam());
    fresh.open();
    fresh.end(side).session().close(fresh.now, CloseReason::limit);
    fresh.deliver();
    for (const Side each : {Side::client, Side::server}) {
      ASSERT_TRUE(fresh.end(each).seen.closed.has_value());
      EXPECT_EQ(fresh.end(each).seen.closed->error, Error::none);
      EXPECT_EQ(fresh.end(each).seen.closed->reason, CloseReason::limit);
    }
  }
}

TEST_P(ClosePair, ThatCrossIsInGoodOrderForBoth) {
  pair.open();
  pair.client.session().close(pair.now);
  pair.server.session().close(pair.now);
  pair.deliver();
  expect_closed(Side::client, Error::none);
  expect_closed(Side::server, Error::none);
}

TEST_P(ClosePair, OfAPeerThatIsOpenBeforeUsIsItsFirstRecord) {
  const Side late = GetParam().kind == Kind::password ? Side::client : Side::server;
  pair.reach(late, late == Side::client ? State::wait_sf : State::wait_cf);
  pair.end(Pair::other(late)).session().close(pair.now);
  pair.deliver();
  EXPECT_EQ(pair.end(late).seen.established, 1);
  expect_closed(Side::client, Error::none);
  expect_closed(Side::server, Error::none);
}

TEST_P(ClosePair, AbandonsAHandshakeWithoutAWord) {
  for (const State state : {State::wait_sh, State::wait_sf, State::wait_ch, State::wait_cf}) {
    for (const Side side : {Side::client, Side::server}) {
      if (!exists(state, side, GetParam())) continue;
      Pair fresh(GetParam());
      fresh.reach(side, state);
      End& end = fresh.end(side);
      end.take(fresh.now);
      end.session().close(fresh.now);
      end.run(fresh.now);
      EXPECT_TRUE(end.session().outgoing().empty());
      EXPECT_TRUE(end.over());
      EXPECT_TRUE(end.seen.closed.has_value());
      EXPECT_EQ(end.give(fresh.on_the_way(side), fresh.now), 0U);
      EXPECT_EQ(end.seen.established, 0);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Flows, ClosePair, testing::ValuesIn(kFlows), name_of_flow);

}  // namespace
}  // namespace pawl::test::close_test
