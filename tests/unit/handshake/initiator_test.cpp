// SPDX-License-Identifier: Apache-2.0
// What the client's side of the handshake checks before it sends, and of what the server says. The frames themselves
// are in the vectors.
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/pair.hpp"

namespace pawl::test::initiator_test {
namespace {

class Initiator : public testing::TestWithParam<Flow> {
 protected:
  Pair pair{GetParam()};

  Error start_error() { return pair.client.start(pair.now).error(); }
};

TEST_P(Initiator, NeedsTheFlowOfItsCredential) {
  pair.client.settings.flow = GetParam().kind == Kind::password ? &key_initiator : &password_initiator;
  EXPECT_EQ(start_error(), Error::invalid_argument);
  EXPECT_TRUE(pair.client.session().outgoing().empty());
  EXPECT_EQ(pair.client.seen.closed.value_or(Closed{}).error, Error::invalid_argument);
}

TEST_P(Initiator, NeedsAnExchangeInModePskEcdheOnly) {
  pair.client.settings.exchange = nullptr;
  EXPECT_EQ(start_error(), GetParam().mode == Mode::psk ? Error::none : Error::invalid_argument);
}

TEST_P(Initiator, NeedsAUserName) {
  const Buffer longest(kMaxUser + 1, 'u');
  pair.enrolled.credential.user = longest;
  EXPECT_EQ(start_error(), Error::invalid_argument);
  Pair other(GetParam());
  other.enrolled.credential.user = {};
  EXPECT_EQ(other.client.start(other.now).error(), Error::invalid_argument);
}

TEST_P(Initiator, ARawKeyMustBeDerivedBefore) {
  pair.client.forget_derived();
  EXPECT_EQ(start_error(), GetParam().kind == Kind::password ? Error::none : Error::invalid_argument);
}

TEST_P(Initiator, WithoutRandomBytesItSendsNothing) {
  const std::size_t needed = kNonceSize + (GetParam().mode == Mode::psk ? 0 : P256Scalar::kSize);
  for (std::size_t given = 0; given <= needed; ++given) {
    ScriptedRandom random(Buffer(given, 0x11));
    Pair failing(GetParam());
    failing.client.random = &random;
    EXPECT_EQ(failing.client.start(failing.now).error(), given < needed ? Error::random_failed : Error::none);
    EXPECT_EQ(failing.client.session().outgoing().empty(), given < needed);
  }
}

INSTANTIATE_TEST_SUITE_P(Flows, Initiator, testing::ValuesIn(kFlows), name_of_flow);

// The password flow: salt and iterations.

/// A client at a server whose record has another salt or other iterations than the client's credential.
Error at_server_with(const Salt& salt, std::uint32_t iterations, bool derived) {
  Pair pair(kPasswordPsk);
  if (!derived) pair.client.forget_derived();
  Account changed = pair.enrolled.account;
  changed.salt = salt;
  changed.iterations = iterations;
  const Enrolled enrolled(changed);
  pair.server.users = {&enrolled};
  pair.start();
  pair.deliver();
  EXPECT_EQ(pair.client.seen.established, pair.server.seen.established);
  return pair.client.seen.established == 1 ? Error::none : pair.client.seen.closed.value_or(Closed{}).error;
}

TEST(StoredCredential, OfAnotherEnrolmentIsStale) {
  const Account account;
  EXPECT_EQ(at_server_with(account.salt, 1000, true), Error::none);
  EXPECT_EQ(at_server_with(Salt{1}, 1000, true), Error::credential_stale);
  EXPECT_EQ(at_server_with(account.salt, 1001, true), Error::credential_stale);
}

TEST(Password, DoesNotCareWhatTheSaltWas) {
  EXPECT_EQ(at_server_with(Salt{1}, 1000, false), Error::none);
  EXPECT_EQ(at_server_with(Account().salt, 1001, false), Error::none);
  EXPECT_EQ(at_server_with(Account().salt, 999, false), Error::iterations_refused);
}

/// A floor of 0 is one of 1: a key of no iterations is none.
TEST(Password, IsNeverDerivedWithoutIterations) {
  for (const std::uint8_t iterations : {std::uint8_t{0}, std::uint8_t{1}}) {
    Pair pair(kPasswordPsk);
    pair.client.settings.iterations_floor = 0;
    pair.client.forget_derived();
    pair.client.answers = false;
    pair.tap = [&](Side from, Buffer& frame) {
      constexpr std::size_t kIterations = kFrameHeaderSize + 4 + kNonceSize;
      if (from == Side::server) copy(ByteArray<4>{0, 0, 0, iterations}, MutBytes(frame).subspan(kIterations));
    };
    pair.start();
    pair.deliver();
    EXPECT_EQ(pair.client.seen.derivations_wanted.size(), iterations);
    const Error wanted = iterations == 0 ? Error::iterations_refused : Error::none;
    EXPECT_EQ(pair.client.seen.closed.value_or(Closed{}).error, wanted);
  }
}

/// Waits for its derivation.
class DerivationTest : public testing::Test {
 protected:
  Pair pair{kPasswordEcdhe};

  void SetUp() override {
    pair.client.forget_derived();
    pair.client.answers = false;
    pair.start();
    pair.deliver();
    ASSERT_EQ(pair.client.seen.derivations_wanted.size(), 1U);
    EXPECT_EQ(pair.client.seen.derivations_wanted[0].salt, pair.enrolled.account.salt);
    EXPECT_EQ(pair.client.seen.derivations_wanted[0].iterations, 1000U);
  }

  Error provided(const ClientCredential& credential) {
    return pair.client.session().provide(credential, pair.now).error();
  }
};

TEST_F(DerivationTest, OnlyTheCredentialAskedForWillDo) {
  const auto other = [&](auto alter) {
    Account account = pair.enrolled.account;
    alter(account);
    return std::make_unique<Enrolled>(account);
  };
  const std::array others{other([](Account& account) { account.user.push_back('x'); }),
                          other([](Account& account) { account.salt[0] ^= 1U; }),
                          other([](Account& account) { ++account.iterations; }),
                          other([](Account& account) { account.flow = kPasswordPsk; }),
                          other([](Account& account) { account.flow = kRawKeyEcdhe; })};
  for (const auto& enrolled : others) EXPECT_EQ(provided(enrolled->credential), Error::invalid_argument);
  EXPECT_EQ(provided(ClientCredential()), Error::invalid_argument);
  EXPECT_FALSE(pair.client.seen.closed.has_value()) << "nothing happened";
  EXPECT_EQ(provided(pair.enrolled.credential), Error::none);
  EXPECT_EQ(provided(pair.enrolled.credential), Error::wrong_state) << "once is enough";
  pair.deliver();
  EXPECT_EQ(pair.client.seen.established, 1);
}

TEST_F(DerivationTest, TakesNoInputMeanwhile) {
  EXPECT_EQ(pair.client.session().receive(unhex("0002060003010000"), pair.now).value(), 0U);
}

TEST_F(DerivationTest, Within20SecondsIsInTime) {
  pair.now = pair.now + milliseconds(20'000);
  EXPECT_EQ(provided(pair.enrolled.credential), Error::none);
  pair.deliver();
  EXPECT_EQ(pair.client.seen.established, 1);
}

TEST_F(DerivationTest, Over20SecondsIsTooSlowForThisServer) {
  pair.now = pair.now + milliseconds(20'001);
  EXPECT_EQ(provided(pair.enrolled.credential), Error::none);
  pair.client.run(pair.now);
  EXPECT_EQ(pair.client.seen.closed.value_or(Closed{}).error, Error::derivation_slow);
  EXPECT_TRUE(pair.client.session().outgoing().empty());
}

TEST_F(DerivationTest, NeverDoneItEndsWithTheHandshake) {
  pair.now = pair.now + Config::kClientHandshake;
  pair.client.run(pair.now);
  EXPECT_EQ(pair.client.seen.closed.value_or(Closed{}).error, Error::derivation_slow);
  EXPECT_EQ(provided(pair.enrolled.credential), Error::wrong_state);
}

}  // namespace
}  // namespace pawl::test::initiator_test
