// SPDX-License-Identifier: Apache-2.0
// Calls that do not fit the state return wrong_state, answers that do not fit the question invalid_argument, and
// neither does anything: the conversation goes on byte for byte as if nothing had been called.
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::misuse_test {
namespace {

/// Where a session stands, as its application sees it.
enum class Stand : std::uint8_t { waits, wants_record, wants_derivation, open, closing, over };

struct Call {
  const char* name;
  Error (*make)(Session& session, const Pair& pair);
  /// Where the call fits, and is not made.
  std::vector<Stand> fits;
};

const Call kCalls[] = {
    {"start", [](Session& s, const Pair& p) { return s.start(p.now).error(); }, {}},
    {"provide record",
     [](Session& s, const Pair& p) { return s.provide(p.enrolled.enrolment, p.now).error(); },
     {Stand::wants_record}},
    {"provide none", [](Session& s, const Pair& p) { return s.provide_none(p.now).error(); }, {Stand::wants_record}},
    {"refuse", [](Session& s, const Pair& p) { return s.refuse(5, p.now).error(); }, {Stand::wants_record}},
    {"provide credential",
     [](Session& s, const Pair& p) { return s.provide(p.enrolled.credential, p.now).error(); },
     {Stand::wants_derivation}},
    {"send", [](Session& s, const Pair& p) { return s.send(bytes_of("x"), true, p.now).error(); }, {Stand::open}},
    {"send nothing", [](Session& s, const Pair& p) { return s.send({}, false, p.now).error(); }, {Stand::open}},
    {"rekey", [](Session& s, const Pair& p) { return s.rekey(p.now).error(); }, {Stand::open, Stand::closing}},
    {"exporter",
     [](Session& s, const Pair& /*pair*/) {
       Buffer out(32);
       return s.exporter({}, {}, out).error();
     },
     {Stand::open, Stand::closing}},
    {"attach",
     [](Session& s, const Pair& /*pair*/) {
       Buffer spare(512);
       return s.attach(spare, spare).error();
     },
     {}},
};

/// Makes every call that does not fit, and those that do nothing here.
void misuse(const Pair& pair, Session& session, Stand stand) {
  for (const Call& call : kCalls) {
    if (std::find(call.fits.begin(), call.fits.end(), stand) != call.fits.end()) continue;
    EXPECT_EQ(call.make(session, pair), Error::wrong_state) << call.name;
  }
  EXPECT_EQ(session.receive({}, pair.now).value(), 0U);
  if (stand == Stand::wants_record || stand == Stand::wants_derivation || stand == Stand::over) {
    EXPECT_EQ(session.receive(unhex("ff"), pair.now).value(), 0U);
  }
  session.sent(0, pair.now);
  if (session.outgoing().empty()) session.sent(100, pair.now);
  session.advance(pair.now);
  EXPECT_FALSE(is_event(session.next_event()));
}

struct Case {
  Flow flow;
  Side side;
  State state;
};

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const Flow& flow : kFlows) {
    for (const Side side : {Side::client, Side::server}) {
      for (int i = 0; i <= static_cast<int>(State::closing); ++i) {
        const auto state = static_cast<State>(i);
        if (exists(state, side, flow)) cases.push_back({flow, side, state});
      }
    }
  }
  return cases;
}

std::string name_of_case(const testing::TestParamInfo<Case>& test) {
  constexpr std::array kStates{"wait_ch", "wait_cf", "wait_sh", "wait_sf", "open", "closing"};
  return flow_name(test.param.flow) + "_" + side_name(test.param.side) + "_" +
         kStates.at(static_cast<std::size_t>(test.param.state));
}

/// What is left of the conversation from the state on, and all that was said.
std::string finish(Pair& pair) {
  pair.deliver();
  pair.client.send(bytes_of("question"), pair.now);
  pair.server.send(bytes_of("answer"), pair.now);
  pair.deliver();
  pair.client.session().close(pair.now);
  pair.deliver();
  EXPECT_TRUE(pair.client.over());
  EXPECT_TRUE(pair.server.over());
  return hex(pair.sent(Side::client)) + "|" + hex(pair.sent(Side::server)) + "|" + hex(pair.client.seen.bytes()) + "|" +
         hex(pair.server.seen.bytes());
}

class Misuse : public testing::TestWithParam<Case> {
 protected:
  Flow flow = GetParam().flow;
  Side side = GetParam().side;
  State state = GetParam().state;
  Pair pair{flow};
};

TEST_P(Misuse, ChangesNothing) {
  Pair undisturbed(flow);
  undisturbed.reach(side, state);
  pair.reach(side, state);
  Stand stand = Stand::waits;
  if (state == State::open) stand = Stand::open;
  if (state == State::closing) stand = Stand::closing;
  misuse(pair, pair.end(side).session(), stand);
  EXPECT_EQ(finish(pair), finish(undisturbed));
  misuse(pair, pair.end(side).session(), Stand::over);
}

INSTANTIATE_TEST_SUITE_P(States, Misuse, testing::ValuesIn(all_cases()), name_of_case);

// Before start().

TEST(BeforeStart, NothingFits) {
  for (const Flow& flow : kFlows) {
    for (const Side side : {Side::client, Side::server}) {
      Pair pair(flow);
      Buffer rx(512);
      Buffer tx(512);
      SeededRandom random(1);
      const Settings& settings =
          side == Side::client ? static_cast<const Settings&>(pair.client.settings) : pair.server.settings;
      Session session(settings, random, rx, tx);
      for (const Call& call : kCalls) {
        if (call.name == std::string_view("start")) continue;
        EXPECT_EQ(call.make(session, pair), Error::wrong_state) << call.name;
      }
      EXPECT_EQ(session.receive(unhex("00"), pair.now).error(), Error::wrong_state);
      session.advance(pair.now + seconds(100));
      session.sent(5, pair.now);
      EXPECT_FALSE(session.deadline().has_value());
      EXPECT_FALSE(session.has_work());
      EXPECT_FALSE(session.is_open());
      EXPECT_FALSE(session.is_over());
      EXPECT_TRUE(session.user().empty());
      EXPECT_FALSE(is_event(session.next_event()));
      EXPECT_TRUE(session.start(pair.now).ok());
    }
  }
}

// After the end.

TEST(AfterTheEnd, NothingIsSaidOrReportedAgain) {
  for (const Side side : {Side::client, Side::server}) {
    Pair pair(kRawKeyPsk);
    pair.open();
    pair.client.session().close(pair.now);
    pair.deliver();
    Session& session = pair.end(side).session();
    session.close(pair.now);
    session.end_of_stream(pair.now);
    session.advance(pair.now + seconds(100'000));
    misuse(pair, session, Stand::over);
    EXPECT_TRUE(session.outgoing().empty());
    EXPECT_TRUE(session.is_over());
    EXPECT_FALSE(session.has_work());
    EXPECT_FALSE(session.deadline().has_value());
  }
}

// A server that is asked for a user's enrolment.

class Wanted : public testing::TestWithParam<Flow> {
 protected:
  Pair pair{GetParam()};
  Session& server() { return pair.server.session(); }

  void SetUp() override {
    pair.server.answers = false;
    pair.reach(Side::server, State::wait_ch);
    pair.deliver(Side::client);
    ASSERT_EQ(pair.server.seen.credentials_wanted.size(), 1U);
  }
  /// The right answer still serves.
  void expect_goes_on() {
    EXPECT_TRUE(server().outgoing().empty());
    EXPECT_TRUE(server().provide(pair.enrolled.enrolment, pair.now).ok());
    Pair undisturbed(GetParam());
    undisturbed.start();
    EXPECT_EQ(finish(pair), finish(undisturbed));
  }
};

TEST_P(Wanted, SaysWhoAndWhat) {
  const Seen::Wish& wish = pair.server.seen.credentials_wanted[0];
  EXPECT_EQ(hex(wish.user), hex(pair.enrolled.account.user));
  EXPECT_EQ(wish.kind, GetParam().kind);
  EXPECT_EQ(wish.mode, GetParam().mode);
}

TEST_P(Wanted, IsNotDisturbedByCallsThatDoNotFit) {
  misuse(pair, server(), Stand::wants_record);
  expect_goes_on();
}

TEST_P(Wanted, TakesNoRecordOfAnotherUser) {
  for (const char* name : {"alicf", "alic", "alicea", "ALICE", ""}) {
    const Buffer user = bytes_of(name);
    Enrolment record;
    record.user = user;
    record.kind = GetParam().kind;
    record.mode = GetParam().mode;
    record.iterations = 1000;
    EXPECT_EQ(server().provide(record, pair.now).error(), Error::invalid_argument) << name;
  }
  expect_goes_on();
}

TEST_P(Wanted, TakesNoRecordOfAPasswordWithoutIterations) {
  Enrolment record;
  record.user = pair.enrolled.account.user;
  record.kind = Kind::password;
  EXPECT_EQ(server().provide(record, pair.now).error(), Error::invalid_argument);
  expect_goes_on();
}

TEST_P(Wanted, AfterAWrongAnswerIsStillAnEventThatNobodyTook) {
  Pair fresh(GetParam());
  fresh.reach(Side::server, State::wait_ch);
  fresh.server.reads = false;
  fresh.server.give(fresh.on_the_way(Side::server), fresh.now);
  EXPECT_EQ(fresh.server.session().provide(Enrolment(), fresh.now).error(), Error::invalid_argument);
  EXPECT_TRUE(std::holds_alternative<CredentialWanted>(fresh.server.session().next_event()));
}

TEST_P(Wanted, CanBeRefusedAsBusy) {
  EXPECT_TRUE(server().refuse(30, pair.now).ok());
  pair.deliver();
  EXPECT_EQ(hex(pair.sent(Side::server)), "000206000303001e");
  for (const Side side : {Side::client, Side::server}) {
    ASSERT_TRUE(pair.end(side).seen.closed.has_value());
    EXPECT_EQ(pair.end(side).seen.closed->error, Error::busy);
    EXPECT_EQ(pair.end(side).seen.closed->retry_after, 30);
  }
}

TEST_P(Wanted, RefusedForAnHourIsFiveMinutesToTheClient) {
  EXPECT_TRUE(server().refuse(3600, pair.now).ok());
  pair.deliver();
  ASSERT_TRUE(pair.client.seen.closed.has_value());
  EXPECT_EQ(pair.client.seen.closed->retry_after, 300);
}

INSTANTIATE_TEST_SUITE_P(Flows, Wanted, testing::ValuesIn(kFlows), name_of_flow);

// A client that is asked for a derivation.

class Derivation : public testing::TestWithParam<Flow> {
 protected:
  Pair pair{GetParam()};
  ClientCredential wrong;

  void SetUp() override {
    pair.client.forget_derived();
    pair.client.answers = false;
    pair.reach(Side::client, State::wait_sh);
    pair.deliver(Side::server);
    ASSERT_EQ(pair.client.seen.derivations_wanted.size(), 1U);
    const ClientCredential& right = pair.enrolled.credential;
    wrong.user = right.user;
    wrong.kind = right.kind;
    wrong.mode = right.mode;
    wrong.derived = true;
    wrong.iterations = right.iterations;
    wrong.salt = right.salt;
  }
  void expect_refused_then_goes_on() {
    EXPECT_EQ(pair.client.session().provide(wrong, pair.now).error(), Error::invalid_argument);
    EXPECT_TRUE(pair.client.session().outgoing().empty());
    EXPECT_TRUE(pair.client.session().provide(pair.enrolled.credential, pair.now).ok());
    Pair undisturbed(GetParam());
    undisturbed.start();
    EXPECT_EQ(finish(pair), finish(undisturbed));
  }
};

TEST_P(Derivation, IsWantedWithWhatTheServerNamed) {
  const DerivationWanted& wanted = pair.client.seen.derivations_wanted[0];
  EXPECT_EQ(hex(wanted.salt), hex(pair.enrolled.account.salt));
  EXPECT_EQ(wanted.iterations, pair.enrolled.account.iterations);
}

TEST_P(Derivation, IsNotDisturbedByCallsThatDoNotFit) {
  misuse(pair, pair.client.session(), Stand::wants_derivation);
  wrong.derived = false;
  expect_refused_then_goes_on();
}

TEST_P(Derivation, TakesNoCredentialOfAnotherUser) {
  wrong.user = wrong.user.first(4);
  expect_refused_then_goes_on();
}

TEST_P(Derivation, TakesNoCredentialOfAnotherKind) {
  wrong.kind = Kind::raw_key;
  expect_refused_then_goes_on();
}

TEST_P(Derivation, TakesNoCredentialOfAnotherMode) {
  wrong.mode = wrong.mode == Mode::psk ? Mode::psk_ecdhe : Mode::psk;
  expect_refused_then_goes_on();
}

TEST_P(Derivation, TakesNoCredentialOfAnotherSalt) {
  wrong.salt[15] ^= 1U;
  expect_refused_then_goes_on();
}

TEST_P(Derivation, TakesNoCredentialOfOtherIterations) {
  ++wrong.iterations;
  expect_refused_then_goes_on();
}

INSTANTIATE_TEST_SUITE_P(Flows, Derivation, testing::Values(kPasswordPsk, kPasswordEcdhe), name_of_flow);

TEST(Answer, BeforeItsQuestionWasTakenWithdrawsIt) {
  Pair pair(kRawKeyPsk);
  pair.reach(Side::server, State::wait_ch);
  pair.server.reads = false;
  pair.server.give(pair.on_the_way(Side::server), pair.now);
  EXPECT_TRUE(pair.server.session().provide(pair.enrolled.enrolment, pair.now).ok());
  EXPECT_FALSE(is_event(pair.server.session().next_event()));
}

/// Nobody has read a whole hello that is still in the outbox, so whoever answers it is no honest server.
TEST(Answer, ToAHelloThatWasNotSentFindsNoRoomAndEndsTheSession) {
  constexpr Instant kNow{1'000'000};
  Account account{kPasswordEcdhe};
  account.user = Buffer(128, 'u');
  const Enrolled enrolled(account);
  Server server;
  server.users.push_back(&enrolled);
  ASSERT_TRUE(server.start(kNow).ok());
  Client client(enrolled);
  client.tx_size = kMinBuffer;
  ASSERT_TRUE(client.start(kNow).ok());
  server.give(client.session().outgoing(), kNow);
  client.give(server.take(kNow), kNow);
  ASSERT_TRUE(client.seen.closed);
  EXPECT_EQ(client.seen.closed->error, Error::malformed);
}

TEST(Misuse, AStartAfterTheEndIsNone) {
  Pair pair(kRawKeyPsk);
  SeededRandom random(1);
  StaticSession<256> session(pair.client.settings, random);
  session.close(pair.now);
  EXPECT_EQ(session.start(pair.now).error(), Error::wrong_state);
  EXPECT_TRUE(session.outgoing().empty());
}

}  // namespace
}  // namespace pawl::test::misuse_test
