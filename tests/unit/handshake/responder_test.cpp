// SPDX-License-Identifier: Apache-2.0
// What the server's side of the handshake asks of its application and settings.
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/pair.hpp"

namespace pawl::test::responder_test {
namespace {

constexpr const char* kRejectFailed = "0002060003010000";
constexpr const char* kRejectUnsupported = "0002060003020000";

/// A server that has got a ClientHello and waits for its application.
class Responder : public testing::TestWithParam<Flow> {
 protected:
  Pair pair{GetParam()};

  void hello() {
    pair.server.answers = false;
    pair.start();
    pair.deliver();
  }
  Session& session() { return pair.server.session(); }
  std::string answer() { return hex(pair.server.take(pair.now)); }
};

TEST_P(Responder, AsksForTheUserAndTakesNothingMeanwhile) {
  hello();
  ASSERT_EQ(pair.server.seen.credentials_wanted.size(), 1U);
  const Seen::Wish& wish = pair.server.seen.credentials_wanted[0];
  EXPECT_EQ(hex(wish.user), hex(pair.enrolled.account.user));
  EXPECT_EQ(wish.kind, GetParam().kind);
  EXPECT_EQ(wish.mode, GetParam().mode);
  EXPECT_EQ(session().receive(unhex("00"), pair.now).value(), 0U);
  EXPECT_TRUE(session().user().empty()) << "nothing is proved yet";
}

TEST_P(Responder, TakesOnlyTheRecordOfThatUser) {
  hello();
  Account account = pair.enrolled.account;
  account.user = bytes_of("alicf");
  const Enrolled other(account);
  EXPECT_EQ(session().provide(other.enrolment, pair.now).error(), Error::invalid_argument);
  EXPECT_EQ(session().provide(Enrolment(), pair.now).error(), Error::invalid_argument);
  EXPECT_EQ(session().provide(pair.enrolled.enrolment, pair.now).error(), Error::none);
  EXPECT_EQ(session().provide(pair.enrolled.enrolment, pair.now).error(), Error::wrong_state);
  EXPECT_EQ(session().provide_none(pair.now).error(), Error::wrong_state);
  EXPECT_EQ(session().refuse(0, pair.now).error(), Error::wrong_state);
  pair.deliver();
  EXPECT_EQ(pair.server.seen.established, 1);
  EXPECT_EQ(hex(session().user()), hex(pair.enrolled.account.user));
}

TEST_P(Responder, RefusesWithTheTimeToWait) {
  hello();
  EXPECT_TRUE(session().refuse(30, pair.now).ok());
  EXPECT_EQ(answer(), "000206000303001e");
  EXPECT_EQ(session().provide(pair.enrolled.enrolment, pair.now).error(), Error::wrong_state);
}

TEST_P(Responder, ItsRandomBytesMayFail) {
  const std::size_t needed = kNonceSize + (GetParam().mode == Mode::psk_ecdhe ? P256Scalar::kSize : 0);
  for (const std::size_t given : {std::size_t{0}, needed - 1}) {
    ScriptedRandom random(Buffer(given, 0x11));
    Pair failing(GetParam());
    failing.server.random = &random;
    failing.start();
    failing.deliver();
    EXPECT_EQ(failing.server.answered.error(), Error::random_failed);
    EXPECT_EQ(failing.server.seen.closed.value_or(Closed{}).error, Error::random_failed);
    EXPECT_EQ(hex(failing.sent(Side::server)), kRejectFailed);
  }
}

TEST_P(Responder, ABuildWithoutTheCurveSaysSo) {
  pair.server.settings.exchange = nullptr;
  pair.server.settings.pake = nullptr;
  pair.start();
  pair.deliver();
  const bool psk = GetParam().mode == Mode::psk;
  EXPECT_EQ(pair.server.seen.established, psk ? 1 : 0);
  if (psk) return;
  EXPECT_EQ(hex(pair.sent(Side::server)), kRejectUnsupported);
  EXPECT_EQ(pair.client.seen.closed.value_or(Closed{}).error, Error::unsupported);
}

TEST_P(Responder, NeedsAPreparedDecoyWithTheCurve) {
  const Decoy unprepared(EnumerationKey(), 1000);
  pair.server.settings.decoy = &unprepared;
  EXPECT_EQ(pair.server.start(pair.now).error(), Error::invalid_argument);
}

TEST_P(Responder, ARecordOfAPasswordHasIterations) {
  hello();
  pair.enrolled.enrolment.iterations = 0;
  EXPECT_EQ(session().provide(pair.enrolled.enrolment, pair.now).error(),
            GetParam().kind == Kind::password ? Error::invalid_argument : Error::none);
}

INSTANTIATE_TEST_SUITE_P(Flows, Responder, testing::ValuesIn(kFlows), name_of_flow);

/// The effective idle time-out: the smaller of both wishes, where 0 is no wish (PROTOCOL.md 4.2).
TEST(EffectiveIdle, IsTheSmallerWish) {
  struct Wishes {
    std::uint16_t client;
    std::uint16_t server;
    std::uint16_t effective;
  };
  for (const Wishes& wishes : {Wishes{0, 0, 0}, Wishes{0, 3, 3}, Wishes{3, 0, 3}, Wishes{3, 65535, 3},
                               Wishes{65535, 4, 4}, Wishes{120, 120, 120}}) {
    Pair pair(kRawKeyPsk);
    pair.client.settings.idle = wishes.client;
    pair.server.settings.idle = wishes.server;
    pair.open();
    const Duration due = wishes.effective != 0 ? milliseconds(wishes.effective * 1000U / 3) : Config::kSessionLifetime;
    EXPECT_EQ(pair.client.session().deadline(), pair.now + due);
    EXPECT_EQ(pair.server.session().deadline(), pair.now + due);
  }
}

}  // namespace
}  // namespace pawl::test::responder_test
