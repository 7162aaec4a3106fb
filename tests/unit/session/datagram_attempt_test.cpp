// SPDX-License-Identifier: Apache-2.0
// A handshake over datagrams step by step: derivations, calls at the wrong moment, wrong points, frames that come while
// something else is under way.
#include <gtest/gtest.h>

#include <pawl/session/frame_hash.hpp>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/names.hpp"

namespace pawl::test::datagram_attempt_test {
namespace {

bool is_frame(Bytes datagram, FrameType type) {
  return datagram[0] == kFrameMarker && datagram[2] == static_cast<std::uint8_t>(type);
}

// A client that has only the password.

class DatagramDerivation : public testing::Test {
 protected:
  DatagramDerivation() {
    bare.user = pair.enrolled.credential.user;
    bare.mode = Mode::psk;
    pair.client_settings.credential = &bare;
    pair.start();
    pair.deliver();
  }

  Error provided(const ClientCredential& credential) { return pair.client().provide(credential, pair.now()).error(); }

  ClientCredential bare;
  DatagramPair pair{kPasswordPsk};
};

TEST_F(DatagramDerivation, IsAskedForAndProvidedOnce) {
  ASSERT_EQ(pair.seen.derivations_wanted.size(), 1U);
  EXPECT_EQ(pair.seen.derivations_wanted[0].iterations, pair.enrolled.account.iterations);
  EXPECT_EQ(provided(bare), Error::invalid_argument);
  EXPECT_FALSE(pair.seen.closed.has_value()) << "nothing happened";
  pair.pass({Config::kSlowDerivation.ms - 1});
  EXPECT_EQ(provided(pair.enrolled.credential), Error::none);
  EXPECT_EQ(provided(pair.enrolled.credential), Error::wrong_state);
  pair.deliver();
  EXPECT_TRUE(pair.client().is_open());
  EXPECT_EQ(provided(pair.enrolled.credential), Error::wrong_state);
}

TEST_F(DatagramDerivation, ThatTakesTooLongEndsTheAttempt) {
  EXPECT_EQ(pair.client().deadline(), pair.now() + Config::kSlowDerivation);
  pair.pass(Config::kSlowDerivation);
  ASSERT_TRUE(pair.seen.closed.has_value());
  EXPECT_EQ(pair.seen.closed->error, Error::derivation_slow);
  EXPECT_EQ(provided(pair.enrolled.credential), Error::wrong_state);
}

TEST_F(DatagramDerivation, IsNotWantedBeforeTheStartAndTheHello) {
  DatagramBuffers buffers(128);
  DatagramClient client(pair.client_settings, *pair.client_random, buffers.tx, buffers.words);
  EXPECT_EQ(client.provide(pair.enrolled.credential, pair.now()).error(), Error::wrong_state);
  EXPECT_TRUE(client.start(pair.now()).ok());
  EXPECT_EQ(client.provide(pair.enrolled.credential, pair.now()).error(), Error::wrong_state);
}

/// The share of a forged ServerHello is no point, which is found out only once the password is derived with its salt.
TEST(ForgedDerivation, IsFollowedByTheGenuineOne) {
  DatagramPair pair{kPasswordEcdhe};
  const Account& account = pair.enrolled.account;
  ClientCredential bare;
  bare.user = pair.enrolled.credential.user;
  bare.mode = account.flow.mode;
  pair.client_settings.credential = &bare;
  Buffer genuine;
  pair.tap = [&](Side /*from*/, Buffer& frame) {
    if (genuine.empty() && is_frame(frame, FrameType::server_hello)) {
      genuine = frame;
      frame.back() ^= 1;
      frame[frame.size() - kP256PointSize - 1] ^= 1;  // of the salt
    }
    return true;
  };
  pair.start();
  pair.deliver();
  ASSERT_EQ(pair.seen.derivations_wanted.size(), 1U);
  ASSERT_NE(pair.seen.derivations_wanted[0].salt, account.salt);
  ClientCredential in_vain;
  ASSERT_TRUE(derive_from_password(account, pair.seen.derivations_wanted[0].salt, account.iterations, in_vain).ok());
  EXPECT_TRUE(pair.client().provide(in_vain, pair.now()).ok());
  pair.deliver();
  pair.inject(Side::client, genuine);
  pair.deliver();
  ASSERT_EQ(pair.seen.derivations_wanted.size(), 2U);
  EXPECT_EQ(pair.seen.derivations_wanted[1].salt, account.salt);
  EXPECT_TRUE(pair.client().provide(pair.enrolled.credential, pair.now()).ok());
  pair.deliver();
  EXPECT_TRUE(pair.client().is_open());
}

// Points that are none.

class WrongPoint : public testing::TestWithParam<Flow> {
 protected:
  /// Opens no session, because the share in the frames of this type is no point.
  void run(FrameType type, std::size_t from_end) {
    pair.tap = [=](Side, Buffer& frame) {
      if (is_frame(frame, type)) frame[frame.size() - from_end] ^= 1;
      return true;
    };
    EXPECT_FALSE(pair.open(seconds(40)));
  }

  DatagramPair pair{GetParam()};
};

TEST_P(WrongPoint, OfTheServerIsReportedAsMalformed) {
  run(FrameType::server_hello, GetParam().kind == Kind::raw_key ? kConfirmSize + 1 : 1);
  ASSERT_TRUE(pair.seen.closed.has_value());
  EXPECT_EQ(pair.seen.closed->error, Error::malformed);
}

TEST_P(WrongPoint, OfTheClientIsReportedAsMalformed) {
  if (GetParam().kind == Kind::raw_key) {
    run(FrameType::client_hello, kCookieSize + 1);
  } else {
    run(FrameType::client_finish, kConfirmSize + 1);
  }
  ASSERT_TRUE(pair.server_seen[0].closed.has_value());
  EXPECT_EQ(pair.server_seen[0].closed->error, Error::malformed);
}

INSTANTIATE_TEST_SUITE_P(All, WrongPoint, testing::Values(kPasswordEcdhe, kRawKeyEcdhe), name_of_flow);

// What comes meanwhile.

/// A refusal of the first frame is no answer to the second.
TEST(PasswordAttempt, ForgetsARefusalOfAFrameThatWasAnswered) {
  DatagramPair pair(kPasswordPsk);
  pair.tap = [&](Side from, Buffer& frame) {
    if (from == Side::server && is_frame(frame, FrameType::server_hello)) {
      const auto echo = reject_echo(frame_hash(pair.sent_by_client[0]));
      pair.inject(Side::client, datagram_reject_frame({RejectCode::busy, 30}, echo));
    }
    return !is_frame(frame, FrameType::client_finish);
  };
  pair.start();
  pair.pass(seconds(40));
  ASSERT_TRUE(pair.seen.closed.has_value());
  EXPECT_EQ(pair.seen.closed->error, Error::timeout);
  EXPECT_EQ(pair.seen.closed->retry_after, 0);
}

/// While the server multiplies, nothing that comes disturbs it.
TEST(PasswordAttempt, ASecondFinishIsNotTakenWhileTheFirstIsUnderWork) {
  DatagramPair pair(kPasswordEcdhe);
  pair.tap = [&](Side from, Buffer& frame) {
    if (from == Side::server || !is_frame(frame, FrameType::client_finish)) return true;
    pair.inject(Side::server, frame);
    EXPECT_TRUE(pair.server().session(0).has_work());
    EXPECT_EQ(pair.server().session(0).deadline(), at_once());
    Buffer another = frame;
    another[kFrameHeaderSize + kCidSize] ^= 1;
    another.back() ^= 1;
    pair.inject(Side::server, another);
    return false;
  };
  pair.start();
  pair.deliver();
  EXPECT_TRUE(pair.client().is_open());
}

/// The slot is taken by a message at the moment that ClientFinish is due again: it goes next.
TEST(KeyAttempt, TheFinishIsSentAgainAfterWhatFillsTheSlot) {
  DatagramPair pair(kRawKeyPsk);
  pair.tap = [](Side from, Buffer& frame) { return from == Side::client || is_frame(frame, FrameType::server_hello); };
  pair.start();
  pair.deliver();
  DatagramClient* const client = &pair.client();
  ASSERT_TRUE(client->is_open());
  const Buffer finish = pair.sent_by_client.back();
  ASSERT_TRUE(client->send(pattern(3), pair.now()).ok());
  const Instant later = pair.now() + seconds(2);
  client->advance(later);
  EXPECT_NE(hex(client->outgoing()), hex(finish));
  client->sent(later);
  EXPECT_EQ(hex(client->outgoing()), hex(finish));
  client->sent(later);
  EXPECT_TRUE(client->outgoing().empty()) << "once";
}

/// A record of a session that is not open yet cannot be one.
TEST(HalfOpen, TakesNoRecord) {
  DatagramPair pair(kRawKeyPsk);
  Buffer hello;
  pair.tap = [&](Side from, Buffer& frame) {
    if (from == Side::server) hello = frame;
    return from == Side::client;
  };
  pair.start();
  pair.deliver();
  Buffer record = pattern(40);
  record[0] = 0x80;
  copy(Bytes(hello).subspan(kServerHelloCid, kCidSize), MutBytes(record).subspan(1));
  pair.inject(Side::server, record);
  pair.deliver();
  EXPECT_EQ(pair.server().half_open(), 1U);
  Buffer message = pattern(1);
  EXPECT_EQ(pair.server().session(0).send(message, pair.now()).error(), Error::wrong_state);
  EXPECT_EQ(pair.server().session(0).longest_message(), 0U);
}

// The server's places.

TEST(Places, CountAnewForTheirNextPeer) {
  DatagramPair pair(Account{kRawKeyPsk}, {}, 1, 1);
  for (int peer = 0; peer < 2; ++peer) {
    if (peer == 0) {
      ASSERT_TRUE(pair.open());
    } else {
      pair.restart_client();
      pair.deliver();
    }
    EXPECT_EQ(pair.session().counters().corrupt, 0U);
    Buffer forged = pattern(40);
    forged[0] = 0x80;
    copy(Bytes(pair.sent_by_client.back()).subspan(1, kCidSize), MutBytes(forged).subspan(1));
    std::fill(forged.begin() + 5, forged.begin() + 9, std::uint8_t{0});
    forged[8] = 100;
    pair.inject(Side::server, forged);
    EXPECT_EQ(pair.session().counters().corrupt, 1U);
    pair.client().close(pair.now());
    pair.deliver();
    pair.pass(Config::kCloseWait);
  }
}

TEST(Places, AreGivenARecordOnlyWhenTheyWantOne) {
  DatagramPair pair(kRawKeyPsk);
  ASSERT_TRUE(pair.open());
  for (std::size_t place = 0; place < pair.server().places(); ++place) {
    EXPECT_EQ(pair.server().provide(place, &pair.enrolled.enrolment, pair.now()).error(), Error::wrong_state);
    EXPECT_EQ(pair.server().session(place).refuse(0, pair.now()).error(), Error::wrong_state);
  }
  EXPECT_TRUE(pair.session().is_open());
}

TEST(Places, OfAHandshakeThatIsClosedSendNothingOfWhatWaited) {
  DatagramPair pair(kRawKeyPsk);
  pair.tap = [](Side, Buffer&) { return false; };
  pair.start();
  pair.deliver();
  Buffer hello = pair.sent_by_client[0];
  pair.server().receive(hello, DatagramPair::kClientAddress, pair.now());
  DatagramServerSession& session = pair.server().session(0);
  ASSERT_TRUE(std::holds_alternative<CredentialWanted>(session.next_event()));
  EXPECT_TRUE(pair.server().provide(0, &pair.enrolled.enrolment, pair.now()).ok());
  ASSERT_FALSE(session.outgoing().empty());
  session.close(pair.now());
  EXPECT_TRUE(session.outgoing().empty());
  EXPECT_TRUE(std::holds_alternative<Closed>(session.next_event()));
  EXPECT_TRUE(session.vacant());
}

/// The cid of a session that is over, but still answers its close.
TEST(Places, OfASessionThatIsOverTakeNoFinish) {
  DatagramPair pair(kRawKeyPsk);
  ASSERT_TRUE(pair.open());
  const Buffer finish = pair.sent_by_client[1];
  ASSERT_TRUE(is_frame(finish, FrameType::client_finish));
  pair.client().close(pair.now());
  pair.deliver();
  const std::size_t before = pair.sent_by_server.size();
  pair.inject(Side::server, finish);
  pair.deliver();
  EXPECT_EQ(pair.sent_by_server.size(), before);
}

/// Gives the same bytes always, so that two handshakes draw the same cid.
class Constant final : public Random {
 public:
  Status fill(MutBytes out) override {
    std::fill(out.begin(), out.end(), std::uint8_t{7});
    return {};
  }
};

TEST(Places, ACidThatIsInUseIsNotGivenAgain) {
  Constant random;
  DatagramPair pair(kRawKeyPsk);
  pair.server_random = &random;
  ASSERT_TRUE(pair.open());
  const std::size_t first = pair.open_place();
  pair.restart_client();
  pair.deliver();
  EXPECT_FALSE(pair.client().is_open());
  EXPECT_TRUE(pair.server().session(first).is_open());
  EXPECT_EQ(pair.server().half_open(), 0U);
}

TEST(Places, AreRefusedToManyAsBusyAndWithoutAWaitingTime) {
  DatagramPair pair(Account{kRawKeyPsk}, {}, 1, 1);
  pair.tap = [](Side from, Buffer&) { return from == Side::client; };
  pair.start();
  pair.server().cookies = DatagramServer::Cookies::never;
  pair.deliver();
  Buffer hello = pair.sent_by_client[0];
  hello[kFrameHeaderSize + 6] ^= 1;
  pair.inject(Side::server, hello);
  EXPECT_EQ(hex(pair.sent_by_server.back()),
            hex(datagram_reject_frame({RejectCode::busy, 0}, reject_echo(frame_hash(hello)))));
}

/// The message before is a view, and is not taken yet.
TEST(Places, TakeNothingWhileAnEventWaits) {
  DatagramPair pair(kRawKeyPsk);
  ASSERT_TRUE(pair.open());
  std::vector<Buffer> records;
  pair.tap = [&](Side from, Buffer& datagram) {
    if (from == Side::client) records.push_back(datagram);
    return from == Side::server;
  };
  for (const char* text : {"one", "two"}) {
    EXPECT_TRUE(pair.client().send(bytes_of(text), pair.now()).ok());
    pair.deliver();
  }
  ASSERT_EQ(records.size(), 2U);
  for (Buffer& record : records) pair.server().receive(record, DatagramPair::kClientAddress, pair.now());
  pair.deliver();
  const auto& fragments = pair.server_seen[pair.open_place()].fragments;
  ASSERT_EQ(fragments.size(), 1U);
  EXPECT_EQ(fragments[0].bytes, bytes_of("one"));
}

TEST(Places, OnALineAreGivenWithoutCookies) {
  DatagramPair pair(kRawKeyPsk);
  pair.link.first().set_address({});
  pair.start();
  pair.server().cookies = DatagramServer::Cookies::always;
  pair.deliver();
  EXPECT_TRUE(is_frame(pair.sent_by_server[0], FrameType::server_hello));
}

}  // namespace
}  // namespace pawl::test::datagram_attempt_test
