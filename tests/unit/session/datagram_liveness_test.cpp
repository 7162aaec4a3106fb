// SPDX-License-Identifier: Apache-2.0
// Liveness and closing over datagrams: PROTOCOL.md 11 and 13.1.
#include <gtest/gtest.h>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/names.hpp"

namespace pawl::test::datagram_liveness_test {
namespace {

class DatagramLiveness : public testing::TestWithParam<Flow> {
 protected:
  /// From now on nothing of this side arrives.
  void silence(Side side) {
    pair.tap = [side](Side from, Buffer&) { return from != side; };
  }
  std::size_t said(Side side) { return (side == Side::client ? pair.sent_by_client : pair.sent_by_server).size(); }

  DatagramPair pair{GetParam()};
};

TEST_P(DatagramLiveness, QuietSessionsStayOpen) {
  ASSERT_TRUE(pair.open());
  pair.pass(seconds(3600));
  EXPECT_TRUE(pair.client().is_open());
  EXPECT_TRUE(pair.session().is_open());
  EXPECT_EQ(pair.client().counters().retransmitted, 0U);
  // A ping and a pong, every third of the idle time-out, for both if they ask at the same moment.
  EXPECT_LE(said(Side::client) + said(Side::server), 4U * 3600 / 40 + 20);
}

TEST_P(DatagramLiveness, ADeadPeerIsNoticed) {
  pair.client_settings.idle = 60;
  ASSERT_TRUE(pair.open());
  pair.pass(seconds(1));
  const std::size_t place = pair.open_place();
  const std::size_t before = said(Side::server);
  silence(Side::client);
  pair.pass(milliseconds(58'900));
  EXPECT_FALSE(pair.server_seen[place].closed.has_value());
  // From a third of it on, one each 60/24 s.
  EXPECT_GE(said(Side::server) - before, 15U);
  EXPECT_LE(said(Side::server) - before, 17U);
  pair.pass(milliseconds(200));
  ASSERT_TRUE(pair.server_seen[place].closed.has_value());
  EXPECT_EQ(pair.server_seen[place].closed->error, Error::idle);
  // The close that it sent has arrived.
  ASSERT_TRUE(pair.seen.closed.has_value());
  EXPECT_EQ(pair.seen.closed->reason, CloseReason::idle);
}

/// Before the first record there is more patience than the idle time-out has.
TEST_P(DatagramLiveness, BeforeTheFirstRecord) {
  pair.client_settings.idle = pair.server_settings.idle = 3;
  pair.start();
  pair.tap = [](Side from, Buffer& datagram) { return datagram[0] == kFrameMarker || from == Side::server; };
  pair.pass(seconds(34));
  const std::size_t place = pair.open_place();
  EXPECT_FALSE(pair.server_seen[place].closed.has_value());
  pair.pass(seconds(2));
  EXPECT_EQ(pair.server_seen[place].closed->error, Error::idle);
}

/// The key flow's client goes on proving itself until a record has come, and gives up after 31 s.
TEST(KeyFlow, TheLastProofIsRepeatedUntilARecordComes) {
  DatagramPair pair(kRawKeyPsk);
  pair.tap = [](Side from, Buffer& datagram) { return from == Side::client || datagram[0] == kFrameMarker; };
  pair.start();
  pair.pass(seconds(30));
  EXPECT_TRUE(pair.client().is_open());
  EXPECT_EQ(pair.sent_by_client.size(), 9U) << "a hello and eight times ClientFinish";
  pair.pass(seconds(1));
  EXPECT_EQ(pair.seen.closed->error, Error::timeout);
  // Each of them made the server ping at once.
  EXPECT_GE(pair.sent_by_server.size(), 30U);
}

/// ServerFinish is lost: the client asks again, and is answered for a minute.
TEST(PasswordFlow, ServerFinishIsSentAgain) {
  DatagramPair pair(kPasswordPsk);
  int lost = 0;
  pair.tap = [&](Side from, Buffer& datagram) {
    const bool finish = from == Side::server && datagram[2] == static_cast<std::uint8_t>(FrameType::server_finish);
    return !finish || ++lost > 3;
  };
  EXPECT_TRUE(pair.open(seconds(10)));
  EXPECT_EQ(lost, 4);
  // An identical hello starts nothing.
  pair.inject(Side::server, pair.sent_by_client[0]);
  EXPECT_EQ(pair.server().half_open(), 0U);
  const std::size_t before = pair.sent_by_server.size();
  pair.inject(Side::server, pair.sent_by_client[1]);
  pair.deliver();
  EXPECT_EQ(pair.sent_by_server.size(), before + 1);
  pair.pass(seconds(61));
  const std::size_t later = pair.sent_by_server.size();
  pair.inject(Side::server, pair.sent_by_client[1]);
  pair.deliver();
  EXPECT_EQ(pair.sent_by_server.size(), later);
}

/// Only the ClientFinish that was accepted is answered again: who knows the cid learns nothing with another.
TEST_P(DatagramLiveness, AnotherFinishIsNotAnswered) {
  // No pong comes, so the key flow's ping is still out and would be repeated.
  pair.tap = [](Side from, Buffer& datagram) { return from == Side::server || datagram[0] == kFrameMarker; };
  ASSERT_TRUE(pair.open());
  pair.deliver();
  const Buffer finish = pair.sent_by_client[1];
  ASSERT_EQ(finish[2], static_cast<std::uint8_t>(FrameType::client_finish));
  const std::size_t before = said(Side::server);
  for (std::size_t at = kFrameHeaderSize + kCidSize; at < finish.size(); ++at) {
    Buffer another = finish;
    another[at] ^= 1;
    pair.inject(Side::server, another);
    pair.deliver();
    ASSERT_EQ(said(Side::server), before) << at;
  }
  pair.inject(Side::server, finish);
  pair.deliver();
  EXPECT_EQ(said(Side::server), before + 1);
}

/// A half-open handshake goes 35 s after its last ServerHello, and after 70 s in any case.
TEST_P(DatagramLiveness, HalfOpenHandshakesGo) {
  silence(Side::server);
  pair.start();
  pair.deliver();
  EXPECT_EQ(pair.server().half_open(), 1U);
  pair.pass(seconds(22 + 34));
  EXPECT_EQ(pair.server().half_open(), 1U);
  pair.pass(seconds(8));
  EXPECT_EQ(pair.server().half_open(), 0U);
}

TEST_P(DatagramLiveness, ACloseIsRepeatedUntilAnswered) {
  ASSERT_TRUE(pair.open());
  pair.pass(seconds(1));
  const std::size_t place = pair.open_place();
  silence(Side::client);
  const std::size_t before = said(Side::client);
  pair.client().close(pair.now());
  pair.pass(milliseconds(2500));
  EXPECT_EQ(said(Side::client) - before, 3U);
  EXPECT_EQ(pair.sent_by_client.back(), pair.sent_by_client[before]) << "the same bytes";
  EXPECT_FALSE(pair.seen.closed.has_value());
  pair.tap = nullptr;
  pair.pass(milliseconds(600));
  EXPECT_EQ(pair.seen.closed->error, Error::none);
  EXPECT_EQ(pair.server_seen[place].closed->error, Error::none);
}

TEST_P(DatagramLiveness, TheAnswerToACloseIsRepeatedForFiveSeconds) {
  ASSERT_TRUE(pair.open());
  pair.pass(seconds(1));
  int answers = 0;
  pair.tap = [&](Side from, Buffer&) { return from == Side::client || ++answers > 2; };
  pair.client().close(pair.now());
  pair.pass(milliseconds(2100));
  EXPECT_EQ(answers, 3);
  EXPECT_EQ(pair.seen.closed->error, Error::none);
  const Buffer close = pair.sent_by_client.back();
  pair.inject(Side::server, close);
  pair.deliver();
  EXPECT_EQ(answers, 4);
  pair.pass(seconds(5));
  pair.inject(Side::server, close);
  pair.deliver();
  EXPECT_EQ(answers, 4);
}

/// Whoever has closed answers the close that ended the session, and nothing that is only as long.
TEST_P(DatagramLiveness, OnlyTheSameCloseIsAnsweredAgain) {
  for (const Side closer : {Side::client, Side::server}) {
    pair.tap = nullptr;
    ASSERT_TRUE(pair.open());
    pair.pass(seconds(1));
    const Side other = closer == Side::client ? Side::server : Side::client;
    if (closer == Side::client) {
      pair.client().close(pair.now());
    } else {
      pair.session().close(pair.now());
    }
    pair.deliver();
    // The closer's last word is the close.
    const Buffer close = (closer == Side::client ? pair.sent_by_client : pair.sent_by_server).back();
    const std::size_t before = said(other);
    // Its text is kept nowhere, and of a client's counter nothing that the tag does not tell.
    const std::size_t kept = datagram_header_size(false);
    for (std::size_t at = 0; at < close.size(); ++at) {
      if (at >= kept && at + kGcmTagSize < close.size()) continue;
      Buffer another = close;
      another[at] ^= 1;
      pair.inject(other, another);
      pair.deliver();
      ASSERT_EQ(said(other), before) << at;
    }
    pair.inject(other, Bytes(close).first(close.size() - 1));
    Buffer longer = close;
    longer.push_back(0);
    pair.inject(other, longer);
    pair.deliver();
    EXPECT_EQ(said(other), before);
    pair.inject(other, close);
    pair.deliver();
    EXPECT_EQ(said(other), before + 1);
  }
}

TEST_P(DatagramLiveness, ACloseWithoutAnAnswer) {
  ASSERT_TRUE(pair.open());
  silence(Side::client);
  pair.client().close(pair.now());
  pair.pass(seconds(6));
  EXPECT_EQ(pair.seen.closed->error, Error::unconfirmed);
  EXPECT_TRUE(pair.client().is_over());
}

TEST_P(DatagramLiveness, ClosesThatCross) {
  ASSERT_TRUE(pair.open());
  pair.pass(seconds(1));
  const std::size_t place = pair.open_place();
  pair.client().close(pair.now());
  pair.session().close(pair.now());
  pair.pass(seconds(10));
  EXPECT_EQ(pair.seen.closed->error, Error::none);
  EXPECT_EQ(pair.server_seen[place].closed->error, Error::none);
}

/// Both report it, also if the other's close, for no such reason, crosses it.
TEST_P(DatagramLiveness, ACloseForAReason) {
  for (const Side side : {Side::client, Side::server}) {
    for (const bool crossed : {false, true}) {
      DatagramPair fresh(GetParam());
      ASSERT_TRUE(fresh.open());
      fresh.pass(seconds(1));
      const std::size_t place = fresh.open_place();
      const bool client = side == Side::client;
      if (client || crossed) fresh.client().close(fresh.now(), client ? CloseReason::limit : CloseReason::normal);
      if (!client || crossed) fresh.session().close(fresh.now(), client ? CloseReason::normal : CloseReason::limit);
      fresh.pass(seconds(10));
      for (const Seen* seen : {&fresh.seen, &fresh.server_seen[place]}) {
        ASSERT_TRUE(seen->closed.has_value());
        EXPECT_EQ(seen->closed->error, Error::none);
        EXPECT_EQ(seen->closed->reason, CloseReason::limit);
      }
    }
  }
}

/// Pongs come at most every 100 ms, and the last ping is the one that is answered.
TEST_P(DatagramLiveness, PingsBeyondTheRateAreAnsweredLater) {
  ASSERT_TRUE(pair.open());
  pair.pass(seconds(5));
  EXPECT_TRUE(pair.client().send(pattern(1), pair.now()).ok());
  pair.deliver();
  const std::size_t place = pair.open_place();
  const std::size_t before = said(Side::client);
  for (int i = 0; i < 5; ++i) {
    // Each rekey begins with a ping of its own.
    EXPECT_TRUE(pair.session().rekey(pair.now()).ok());
    pair.deliver();
    pair.pass(milliseconds(10));
  }
  EXPECT_LE(said(Side::client) - before, 2U);
  pair.pass(milliseconds(100));
  EXPECT_LE(said(Side::client) - before, 3U);
  EXPECT_FALSE(pair.server_seen[place].closed.has_value());
}

TEST_P(DatagramLiveness, TheSessionsAge) {
  ASSERT_TRUE(pair.open());
  pair.pass(Config::kSessionLifetime);
  pair.pass(seconds(6));
  ASSERT_TRUE(pair.seen.closed.has_value());
  EXPECT_TRUE(pair.seen.closed->error == Error::expired || pair.seen.closed->reason == CloseReason::expired);
}

INSTANTIATE_TEST_SUITE_P(All, DatagramLiveness, testing::Values(kPasswordPsk, kRawKeyPsk), name_of_flow);

// A line with one peer.

class OneLine : public testing::TestWithParam<Flow> {
 protected:
  OneLine() { pair.link.first().set_address({}); }
  DatagramPair pair{GetParam()};
};

TEST_P(OneLine, ARestartedPeerSupersedesItself) {
  ASSERT_TRUE(pair.open());
  const std::size_t first = pair.open_place();
  for (int i = 0; i < 20; ++i) {
    pair.restart_client();
    pair.pass(seconds(1));
    ASSERT_TRUE(pair.client().is_open()) << i;
    EXPECT_TRUE(pair.client().send(pattern(5), pair.now()).ok());
    pair.deliver();
    int open = 0;
    for (std::size_t place = 0; place < pair.server().places(); ++place) open += pair.server().session(place).is_open();
    EXPECT_EQ(open, 1);
    if (i > 0) continue;
    ASSERT_TRUE(pair.server_seen[first].closed.has_value());
    EXPECT_EQ(pair.server_seen[first].closed->error, Error::superseded);
  }
}

/// Noise and an intruder's hellos do not end the session.
TEST_P(OneLine, OnlyAnAuthenticatedPeerSupersedes) {
  ASSERT_TRUE(pair.open());
  const std::size_t place = pair.open_place();
  const Buffer hello = pair.sent_by_client[0];
  for (std::uint8_t i = 1; i < 50; ++i) {
    Buffer another = hello;
    another[kFrameHeaderSize + 6] = i;
    pair.inject(Side::server, another, {});
    pair.deliver();
    EXPECT_LE(pair.server().half_open(), 3U);
  }
  EXPECT_TRUE(pair.server().session(place).is_open());
  EXPECT_TRUE(pair.client().send(pattern(5), pair.now()).ok());
  pair.deliver();
  EXPECT_EQ(pair.server_seen[place].fragments.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(All, OneLine, testing::Values(kPasswordPsk, kPasswordEcdhe, kRawKeyPsk, kRawKeyEcdhe),
                         name_of_flow);

}  // namespace
}  // namespace pawl::test::datagram_liveness_test
