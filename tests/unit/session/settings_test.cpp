// SPDX-License-Identifier: Apache-2.0
// What Session::start() accepts, and what it announces.
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/pair.hpp"

namespace pawl::test::settings_test {
namespace {

constexpr Instant kNow{1'000'000};

class Start : public testing::TestWithParam<Side> {
 protected:
  Pair pair{kPasswordEcdhe};
  End& end = pair.end(GetParam());
  Settings& settings = GetParam() == Side::client ? static_cast<Settings&>(pair.client.settings) : pair.server.settings;

  static void expect_refused(End& refused, Error error = Error::invalid_argument) {
    EXPECT_EQ(refused.start(kNow).error(), error);
    EXPECT_TRUE(refused.session().outgoing().empty());
    EXPECT_TRUE(refused.over());
    ASSERT_TRUE(refused.seen.closed.has_value());
    EXPECT_EQ(refused.seen.closed->error, error);
    EXPECT_EQ(refused.session().start(kNow).error(), Error::wrong_state);
  }
  void expect_refused() { expect_refused(end); }
  void expect_accepted() { EXPECT_TRUE(end.start(kNow).ok()); }
};

TEST_P(Start, TakesRecordsOf64) {
  settings.max_rx = 64;
  expect_accepted();
}
TEST_P(Start, TakesNoRecordsOf63) {
  settings.max_rx = 63;
  expect_refused();
}
TEST_P(Start, TakesRecordsOf8191) {
  settings.max_rx = 8191;
  expect_accepted();
}
TEST_P(Start, TakesNoRecordsOf8192) {
  settings.max_rx = 8192;
  expect_refused();
}
TEST_P(Start, TakesAnIdleTimeOutOf0) {
  settings.idle = 0;
  expect_accepted();
}
TEST_P(Start, TakesNoIdleTimeOutOf1) {
  settings.idle = 1;
  expect_refused();
}
TEST_P(Start, TakesNoIdleTimeOutOf2) {
  settings.idle = 2;
  expect_refused();
}
TEST_P(Start, TakesAnIdleTimeOutOf3) {
  settings.idle = 3;
  expect_accepted();
}
TEST_P(Start, TakesNoLimitOfNoRecords) {
  settings.soft_record_limit = 0;
  expect_refused();
}
TEST_P(Start, TakesALimitOf2To22Records) {
  settings.soft_record_limit = 1U << 22;
  expect_accepted();
}
TEST_P(Start, TakesNoLimitAbove) {
  settings.soft_record_limit = (1U << 22) + 1;
  expect_refused();
}
TEST_P(Start, TakesBuffersOf256) {
  end.rx_size = 256;
  end.tx_size = 256;
  expect_accepted();
}
TEST_P(Start, TakesNoReceiveBufferOf255) {
  end.rx_size = 255;
  expect_refused();
}
TEST_P(Start, TakesNoSendBufferOf255) {
  end.tx_size = 255;
  expect_refused();
}
TEST_P(Start, TakesNoEmptyBuffers) {
  end.rx_size = 0;
  end.tx_size = 0;
  expect_refused();
}
TEST_P(Start, ComesOnce) {
  expect_accepted();
  EXPECT_EQ(end.session().start(kNow).error(), Error::wrong_state);
}

INSTANTIATE_TEST_SUITE_P(Sides, Start, testing::Values(Side::client, Side::server), name_of_side);

// A client.

class StartClient : public testing::TestWithParam<Flow> {
 protected:
  Enrolled enrolled{Account{GetParam()}};
  Client client{enrolled};

  void expect_refused(Error error = Error::invalid_argument) {
    EXPECT_EQ(client.start(kNow).error(), error);
    EXPECT_TRUE(client.session().outgoing().empty());
    EXPECT_TRUE(client.over());
  }
};

TEST_P(StartClient, NeedsAUserName) {
  enrolled.credential.user = {};
  expect_refused();
}

TEST_P(StartClient, TakesAUserNameOf128Bytes) {
  const Buffer user = pattern(128);
  enrolled.credential.user = user;
  client.rx_size = 256;
  client.tx_size = 256;
  ASSERT_TRUE(client.start(kNow).ok());
  const bool share = GetParam() == kRawKeyEcdhe;
  EXPECT_EQ(client.take(kNow).size(), 5U + 23 + 128 + (share ? 64 : 0));
}

TEST_P(StartClient, TakesNoUserNameOf129Bytes) {
  const Buffer user = pattern(129);
  enrolled.credential.user = user;
  expect_refused();
}

TEST_P(StartClient, NeedsTheFlowOfItsCredential) {
  client.settings.flow = GetParam().kind == Kind::password ? &key_initiator : &password_initiator;
  expect_refused();
}

TEST_P(StartClient, NeedsAnExchangeButInModePsk) {
  client.settings.exchange = nullptr;
  if (GetParam().mode == Mode::psk) {
    EXPECT_TRUE(client.start(kNow).ok());
  } else {
    expect_refused();
  }
}

TEST_P(StartClient, NeedsADerivedCredentialForARawKeyOnly) {
  enrolled.credential.derived = false;
  if (GetParam().kind == Kind::password) {
    EXPECT_TRUE(client.start(kNow).ok());
  } else {
    expect_refused();
  }
}

TEST_P(StartClient, NeedsTheExchangeOfItsMode) {
  const bool pake = GetParam().mode == Mode::pake;
  client.settings.exchange = pake ? static_cast<const KeyExchange*>(&p256_exchange) : &p256_pake;
  if (GetParam().mode == Mode::psk) {
    EXPECT_TRUE(client.start(kNow).ok());
  } else {
    expect_refused();
  }
}

TEST_P(StartClient, SendsNothingIfThereIsNoRandomness) {
  ScriptedRandom none({});
  client.random = &none;
  expect_refused(Error::random_failed);
}

TEST_P(StartClient, AnnouncesWhatItsBufferHoldsAndItsWishes) {
  client.settings.idle = 0x1234;
  client.rx_size = 300;
  ASSERT_TRUE(client.start(kNow).ok());
  EXPECT_EQ(hex(Bytes(client.take(kNow)).subspan(7, 4)), "012a1234");
}

TEST_P(StartClient, AnnouncesWhatItsSettingsSayIfTheBufferHoldsMore) {
  client.settings.max_rx = 64;
  ASSERT_TRUE(client.start(kNow).ok());
  EXPECT_EQ(hex(Bytes(client.take(kNow)).subspan(7, 2)), "0040");
}

INSTANTIATE_TEST_SUITE_P(Flows, StartClient, testing::ValuesIn(kFlows), name_of_flow);

// A server.

TEST(StartServer, NeedsAPreparedDecoyInModePskEcdhe) {
  const Decoy unprepared(EnumerationKey(), 1000);
  ServerSettings settings(unprepared);
  Buffer rx(512);
  Buffer tx(512);
  SeededRandom random(1);
  Session psk_only(settings, random, rx, tx);
  EXPECT_TRUE(psk_only.start(kNow).ok());
  settings.exchange = &p256_exchange;
  Session session(settings, random, rx, tx);
  EXPECT_EQ(session.start(kNow).error(), Error::invalid_argument);
}

TEST(StartServer, NeedsADecoyPreparedForModePake) {
  Decoy decoy(EnumerationKey{Bytes(pattern(32)).first<32>()}, 1000);
  ASSERT_TRUE(decoy.prepare(p256_exchange).ok());
  ServerSettings settings(decoy);
  settings.exchange = &p256_exchange;
  settings.pake = &p256_pake;
  Buffer rx(512);
  Buffer tx(512);
  SeededRandom random(1);
  Session session(settings, random, rx, tx);
  EXPECT_EQ(session.start(kNow).error(), Error::invalid_argument);
  PakeVerifier pake;
  ASSERT_TRUE(decoy.prepare_pake(p256_pake, pake).ok());
  Session prepared(settings, random, rx, tx);
  EXPECT_TRUE(prepared.start(kNow).ok());
}

TEST(StartServer, WithoutPakeRefusesItAsUnsupported) {
  Pair pair(kPasswordPake);
  pair.server.settings.pake = nullptr;
  pair.start();
  pair.deliver();
  EXPECT_EQ(hex(pair.sent(Side::server)), "0002060003020000");
  EXPECT_EQ(pair.client.seen.closed.value_or(Closed{}).error, Error::unsupported);
  EXPECT_TRUE(pair.server.seen.credentials_wanted.empty());
}

TEST(StartServer, WithoutAnExchangeRefusesModePskEcdheAsUnsupported) {
  for (const Flow& flow : {kPasswordEcdhe, kRawKeyEcdhe}) {
    Pair pair(flow);
    pair.server.settings.exchange = nullptr;
    pair.start();
    pair.deliver();
    EXPECT_EQ(hex(pair.sent(Side::server)), "0002060003020000");
    EXPECT_EQ(pair.client.seen.closed.value_or(Closed{}).error, Error::unsupported);
    EXPECT_TRUE(pair.server.seen.credentials_wanted.empty());
  }
}

TEST(StartServer, GivesNoAnswerThatDependsOnMissingRandomness) {
  for (const Flow& flow : kFlows) {
    SCOPED_TRACE(name_of(flow));
    Pair pair(flow);
    ScriptedRandom none({});
    pair.server.random = &none;
    pair.start();
    pair.deliver();
    EXPECT_EQ(hex(pair.sent(Side::server)), "0002060003010000");
    EXPECT_EQ(pair.server.seen.closed.value_or(Closed{}).error, Error::random_failed);
  }
}

}  // namespace
}  // namespace pawl::test::settings_test
