// SPDX-License-Identifier: Apache-2.0
// Idle sessions share buffers: Session::detach() and attach().
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/puppet.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::buffers_test {
namespace {

class Buffers : public testing::TestWithParam<Side> {
 protected:
  // What a session may get in exchange: it outlives the session.
  Buffer rx = Buffer(512);
  Buffer tx = Buffer(512);
  Rig rig{GetParam()};

  void SetUp() override { rig.open(); }

  void exchange() {
    rig.hear(RecordType::data, bytes_of("in"));
    EXPECT_EQ(hex(rig.end().seen.fragments.back().bytes), hex(bytes_of("in")));
    EXPECT_EQ(rig.end().send(bytes_of("out"), rig.now), 3U);
    const auto records = rig.said();
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(hex(records[0].content), hex(bytes_of("out")));
  }
};

TEST_P(Buffers, OfAnIdleSessionGoAndOthersCome) {
  for (int round = 0; round < 3; ++round) {
    exchange();
    ASSERT_TRUE(rig.session().detach());
    std::fill(rx.begin(), rx.end(), std::uint8_t{0xFF});
    std::fill(tx.begin(), tx.end(), std::uint8_t{0xFF});
    rx = Buffer(512 + static_cast<std::size_t>(round));
    tx = Buffer(300);
    ASSERT_TRUE(rig.session().attach(rx, tx).ok());
  }
  exchange();
}

TEST_P(Buffers, ThatWereDetachedHoldNothingOfTheLastMessage) {
  rig.hear(RecordType::data, Buffer(300, 0x77));
  ASSERT_TRUE(rig.session().detach());
  ASSERT_TRUE(rig.session().attach(rx, tx).ok());
  rig.hear(RecordType::data, Buffer(300, 0x77));
  EXPECT_EQ(std::count(rx.begin(), rx.end(), 0x77), 300);
  ASSERT_TRUE(rig.session().detach());
  EXPECT_EQ(std::count(rx.begin(), rx.end(), 0x77), 0);
}

TEST_P(Buffers, AreKeptWhilePartOfARecordIsThere) {
  const Buffer record = rig.puppet().seal(RecordType::data, bytes_of("in"));
  for (std::size_t i = 0; i + 1 < record.size(); ++i) {
    rig.hear(Bytes(record).subspan(i, 1));
    EXPECT_FALSE(rig.session().detach());
  }
  rig.hear(Bytes(record).last(1));
  EXPECT_TRUE(rig.session().detach());
}

TEST_P(Buffers, AreKeptWhileAMessageWaits) {
  rig.end().reads = false;
  rig.hear(RecordType::data, bytes_of("in"));
  EXPECT_FALSE(rig.session().detach());
  const Event event = rig.session().next_event();
  EXPECT_EQ(hex(std::get<Message>(event).bytes), hex(bytes_of("in"))) << "refusing changed nothing";
  EXPECT_TRUE(rig.session().detach());
}

TEST_P(Buffers, AreKeptWhileBytesWaitToBeSent) {
  rig.end().send(bytes_of("out"), rig.now);
  EXPECT_FALSE(rig.session().detach());
  rig.session().sent(5, rig.now);
  EXPECT_FALSE(rig.session().detach());
  rig.end().take(rig.now);
  EXPECT_TRUE(rig.session().detach());
}

TEST_P(Buffers, ThatAreTooSmallAreRefusedAndOthersTaken) {
  ASSERT_TRUE(rig.session().detach());
  EXPECT_EQ(rig.session().attach(MutBytes(rx).first(511), tx).error(), Error::invalid_argument)
      << "512 were announced to the peer";
  EXPECT_EQ(rig.session().attach(rx, MutBytes(tx).first(255)).error(), Error::invalid_argument);
  EXPECT_EQ(rig.session().attach({}, {}).error(), Error::invalid_argument);
  EXPECT_TRUE(rig.session().attach(rx, MutBytes(tx).first(256)).ok());
  exchange();
}

TEST_P(Buffers, AreAttachedOnlyWhereTheyAreMissing) {
  EXPECT_EQ(rig.session().attach(rx, tx).error(), Error::wrong_state);
  ASSERT_TRUE(rig.session().detach());
  EXPECT_TRUE(rig.session().attach(rx, tx).ok());
  EXPECT_EQ(rig.session().attach(rx, tx).error(), Error::wrong_state);
}

TEST_P(Buffers, AreNotMissedWhileTheyAreAway) {
  ASSERT_TRUE(rig.session().detach());
  EXPECT_EQ(hex(rig.session().user()), hex(bytes_of("alice")));
  EXPECT_TRUE(rig.session().is_open());
  EXPECT_EQ(rig.session().deadline(), rig.now + seconds(40)) << "a third of the idle time-out";
  EXPECT_EQ(rig.session().receive(bytes_of("x"), rig.now).error(), Error::wrong_state);
}

TEST_P(Buffers, MaySurviveAPingThatFallsDue) {
  ASSERT_TRUE(rig.session().detach());
  rig.now = *rig.session().deadline();
  ASSERT_TRUE(rig.session().attach(rx, tx).ok());
  rig.session().advance(rig.now);
  const auto records = rig.said();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].type, RecordType::ping);
}

TEST_P(Buffers, MayGoInTheMiddleOfAMessage) {
  rig.hear(RecordType::data_more, bytes_of("one"));
  ASSERT_TRUE(rig.session().detach());
  ASSERT_TRUE(rig.session().attach(rx, tx).ok());
  rig.hear(RecordType::data, bytes_of("two"));
  EXPECT_EQ(hex(rig.end().seen.bytes()), hex(bytes_of("onetwo")));
  EXPECT_EQ(rig.end().seen.messages(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Sides, Buffers, testing::Values(Side::client, Side::server), name_of_side);

TEST(BuffersOfShortRecords, AreNotBelowTheLeastSize) {
  Buffer rx(kMinBuffer);
  Buffer tx(kMinBuffer);
  Pair pair(kRawKeyPsk);
  pair.client.settings.max_rx = 64;
  pair.open();
  Session& session = pair.client.session();
  ASSERT_TRUE(session.detach());
  EXPECT_EQ(session.attach(MutBytes(rx).first(kMinBuffer - 1), tx).error(), Error::invalid_argument);
  EXPECT_TRUE(session.attach(rx, tx).ok());
}

// In a handshake.

class HandshakeBuffers : public testing::TestWithParam<Flow> {
 protected:
  Buffer rx = Buffer(512);
  Buffer tx = Buffer(512);
  Pair pair{GetParam()};
};

TEST_P(HandshakeBuffers, MayGoWhileAFrameOfThePeerIsWaitedFor) {
  for (const State state : {State::wait_sh, State::wait_sf, State::wait_ch, State::wait_cf}) {
    for (const Side side : {Side::client, Side::server}) {
      if (!exists(state, side, GetParam())) continue;
      Pair fresh(GetParam());
      fresh.reach(side, state);
      EXPECT_TRUE(fresh.end(side).session().detach());
      EXPECT_TRUE(fresh.end(side).session().attach(rx, tx).ok());
      fresh.deliver();
      EXPECT_EQ(fresh.client.seen.established, 1);
      EXPECT_EQ(fresh.server.seen.established, 1);
    }
  }
}

TEST_P(HandshakeBuffers, AreKeptWhileTheServerLooksForTheUserAndWorks) {
  pair.server.answers = false;
  pair.reach(Side::server, State::wait_ch);
  pair.server.reads = false;
  pair.server.give(pair.on_the_way(Side::server), pair.now);
  Session& server = pair.server.session();
  EXPECT_FALSE(server.detach());
  EXPECT_TRUE(std::holds_alternative<CredentialWanted>(server.next_event()));
  EXPECT_FALSE(server.detach()) << "the hello is still needed";
  EXPECT_TRUE(server.provide(pair.enrolled.enrolment, pair.now).ok());
  while (server.has_work()) {
    EXPECT_FALSE(server.detach());
    server.advance(pair.now);
  }
  EXPECT_FALSE(server.detach()) << "the answer is not sent";
  server.sent(server.outgoing().size(), pair.now);
  EXPECT_TRUE(server.detach());
}

INSTANTIATE_TEST_SUITE_P(Flows, HandshakeBuffers, testing::ValuesIn(kFlows), name_of_flow);

TEST(ClientBuffers, AreKeptWhileTheApplicationDerives) {
  Pair pair(kPasswordPsk);
  pair.client.forget_derived();
  pair.client.answers = false;
  pair.reach(Side::client, State::wait_sh);
  pair.deliver(Side::server);
  EXPECT_FALSE(pair.client.session().detach());
}

// Many sessions, one set of buffers.

TEST(SharedBuffers, ServeManySessions) {
  Buffer rx(512);
  Buffer tx(512);
  std::vector<std::unique_ptr<Rig>> rigs;
  for (int i = 0; i < 20; ++i) {
    rigs.push_back(std::make_unique<Rig>(Side::server));
    rigs.back()->open();
    ASSERT_TRUE(rigs.back()->session().detach());
  }
  for (int round = 0; round < 3; ++round) {
    for (auto& rig : rigs) {
      ASSERT_TRUE(rig->session().attach(rx, tx).ok());
      rig->hear(RecordType::data, bytes_of("question"));
      EXPECT_EQ(rig->end().send(bytes_of("answer"), rig->now), 6U);
      EXPECT_EQ(rig->said().size(), 1U);
      ASSERT_TRUE(rig->session().detach());
    }
  }
  for (auto& rig : rigs) EXPECT_EQ(rig->end().seen.messages(), 3U);
}

TEST(StaticSession, IsASessionWithItsBuffers) {
  Pair pair(kRawKeyPsk);
  SeededRandom random(1);
  StaticSession<256> client(pair.client.settings, random);
  ASSERT_TRUE(client.start(pair.now).ok());
  EXPECT_EQ(hex(client.outgoing().subspan(7, 2)), "00fe") << "it announces what its receive buffer holds";
}

}  // namespace
}  // namespace pawl::test::buffers_test
