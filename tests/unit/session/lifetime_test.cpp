// SPDX-License-Identifier: Apache-2.0
// What an open session offers from Established to its end: the user, exported keys, 24 hours (PROTOCOL.md 7, 10).
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/puppet.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::lifetime_test {
namespace {

constexpr Duration kDay = seconds(24 * 3600);

std::string exported(Session& session, std::string_view label, std::string_view context, std::size_t size = 32) {
  Buffer out(size);
  EXPECT_TRUE(session.exporter(bytes_of(label), bytes_of(context), out).ok());
  return hex(out);
}

class OpenSession : public testing::TestWithParam<Flow> {
 protected:
  Pair pair{GetParam()};
  Session& client() { return pair.client.session(); }
  Session& server() { return pair.server.session(); }
};

TEST_P(OpenSession, KnowsItsUserAtBothEndsFromEstablishedOn) {
  pair.reach(Side::server, State::wait_cf);
  EXPECT_TRUE(server().user().empty());
  EXPECT_FALSE(server().is_open());
  pair.deliver();
  EXPECT_EQ(hex(client().user()), hex(pair.enrolled.account.user));
  EXPECT_EQ(hex(server().user()), hex(pair.enrolled.account.user));
  EXPECT_EQ(server().user().data(), pair.enrolled.enrolment.user.data()) << "a view of what the application supplied";
  EXPECT_TRUE(client().is_open());
  EXPECT_TRUE(server().is_open());
}

TEST_P(OpenSession, ExportsTheSameAtBothEnds) {
  pair.open();
  EXPECT_EQ(exported(client(), "channel binding", ""), exported(server(), "channel binding", ""));
  EXPECT_EQ(exported(client(), "a", "context"), exported(server(), "a", "context"));
  EXPECT_EQ(exported(client(), "", "", 1), exported(server(), "", "", 1));
}

TEST_P(OpenSession, ExportsSomethingElseForAnythingElse) {
  pair.open();
  const std::string reference = exported(client(), "label", "context");
  EXPECT_EQ(exported(client(), "label", "context"), reference);
  EXPECT_NE(exported(client(), "labem", "context"), reference);
  EXPECT_NE(exported(client(), "label", "contexu"), reference);
  EXPECT_NE(exported(client(), "labelcontext", ""), reference);
  EXPECT_NE(exported(client(), "label", "context", 31), reference.substr(0, 62));
  Pair other(GetParam());
  SeededRandom random(77);
  other.client.random = &random;
  other.open();
  EXPECT_NE(exported(other.client.session(), "label", "context"), reference);
}

TEST_P(OpenSession, ExportsTheSameAfterRekeying) {
  pair.open();
  const std::string before = exported(client(), "label", "");
  pair.client.send(bytes_of("x"), pair.now);
  ASSERT_TRUE(client().rekey(pair.now).ok());
  pair.deliver();
  EXPECT_EQ(exported(client(), "label", ""), before);
  EXPECT_EQ(exported(server(), "label", ""), before);
}

TEST_P(OpenSession, ExportsNothingBeforeItIsOpenAndAfterItsEnd) {
  Buffer out(32, 0x11);
  const Buffer untouched = out;
  pair.reach(Side::client, State::wait_sh);
  EXPECT_EQ(client().exporter({}, {}, out).error(), Error::wrong_state);
  EXPECT_EQ(server().exporter({}, {}, out).error(), Error::wrong_state);
  pair.deliver();
  client().close(pair.now);
  pair.deliver();
  EXPECT_EQ(client().exporter({}, {}, out).error(), Error::wrong_state);
  EXPECT_EQ(server().exporter({}, {}, out).error(), Error::wrong_state);
  EXPECT_EQ(out, untouched);
}

INSTANTIATE_TEST_SUITE_P(Flows, OpenSession, testing::ValuesIn(kFlows), name_of_flow);

TEST(Exporter, TakesLabelsOf249BytesContextsOfAnyLengthAndGives32) {
  Pair pair(kRawKeyPsk);
  pair.open();
  Session& session = pair.client.session();
  Buffer out(33);
  const MutBytes all(out);
  EXPECT_TRUE(session.exporter(pattern(249), pattern(1000), all.first(32)).ok());
  EXPECT_TRUE(session.exporter(pattern(249), {}, all.first(0)).ok());
  EXPECT_EQ(session.exporter(pattern(250), {}, all.first(32)).error(), Error::invalid_argument);
  EXPECT_EQ(session.exporter(pattern(1), {}, all).error(), Error::invalid_argument);
}

// 24 hours.

class Lifetime : public testing::TestWithParam<Side> {
 protected:
  Rig rig{GetParam()};
  Seen& seen = rig.end().seen;

  void SetUp() override {
    rig.client.settings.idle = 0;
    rig.server.settings.idle = 0;
    rig.open();
    EXPECT_TRUE(rig.pass({kDay.ms - 1}).empty());
    ASSERT_FALSE(seen.closed.has_value());
    const auto said = rig.pass(milliseconds(1));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].record.type, RecordType::close);
    EXPECT_EQ(hex(said[0].record.content), "04");
    EXPECT_FALSE(seen.closed.has_value()) << "the answer is waited for";
  }
  void expect_expired() {
    ASSERT_TRUE(seen.closed.has_value());
    EXPECT_EQ(seen.closed->error, Error::expired);
    EXPECT_EQ(seen.closed->reason, CloseReason::expired);
  }
};

TEST_P(Lifetime, EndsWithACloseThatIsAnswered) {
  rig.hear(RecordType::close, unhex("00"));
  expect_expired();
  EXPECT_TRUE(rig.session().outgoing().empty());
}

TEST_P(Lifetime, EndsWithACloseThatIsNotAnswered) {
  rig.pass(seconds(5));
  expect_expired();
}

TEST_P(Lifetime, EndsForBothAtOnce) {
  rig.hear(RecordType::close, unhex("04"));
  expect_expired();
}

INSTANTIATE_TEST_SUITE_P(Sides, Lifetime, testing::Values(Side::client, Side::server), name_of_side);

TEST(LifetimeOfTwo, IsADayHoweverBusyTheyAre) {
  Pair pair(kRawKeyPsk);
  pair.open();
  for (int hour = 0; hour < 24; ++hour) {
    EXPECT_FALSE(pair.client.over()) << hour;
    pair.client.send(bytes_of("on the hour"), pair.now);
    pair.pass(seconds(3600));
  }
  ASSERT_TRUE(pair.client.seen.closed.has_value());
  EXPECT_EQ(pair.client.seen.closed->error, Error::expired);
  ASSERT_TRUE(pair.server.seen.closed.has_value());
  EXPECT_EQ(pair.server.seen.closed->reason, CloseReason::expired);
  EXPECT_EQ(pair.server.seen.messages(), 24U);
}

}  // namespace
}  // namespace pawl::test::lifetime_test
