// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/nstp.hpp"

namespace pawl::test::client_test {
namespace {

constexpr Duration kHandshake = seconds(31);
constexpr Instant kStart{1'000'000};

class NstpClientHandshake : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(client.start(kStart).ok());
    EXPECT_EQ(hex(client.take()), nstp_vectors()["C1_hello"]);
  }
  void hear_nonce() {
    client.hear(nstp_vector("S1_session_nonce"), kStart);
    EXPECT_EQ(hex(client.take()), nstp_vectors()["C2_client_hmac"]);
  }

  ScriptedRandom random{nstp_vector("client_nonce")};
  NstpClient client{random};
};

TEST_F(NstpClientHandshake, SpeaksTheVectors) {
  hear_nonce();
  EXPECT_EQ(client.established, 0);
  client.hear(nstp_vector("S2_server_hmac"), kStart);
  EXPECT_EQ(client.established, 1);
  EXPECT_TRUE(client.side().is_open());
  ASSERT_TRUE(client.side().send(nstp_vector("msg0_plain"), kStart).ok());
  EXPECT_EQ(hex(client.take()), nstp_vectors()["msg0_wire"]);
  client.hear(nstp_vector("resp0_wire"), kStart);
  ASSERT_EQ(client.heard.size(), 1U);
  EXPECT_EQ(hex(client.heard[0]), nstp_vectors()["resp0_plain"]);
  ASSERT_TRUE(client.side().send(nstp_vector("msg1_plain"), kStart).ok());
  EXPECT_EQ(hex(client.take()), nstp_vectors()["msg1_wire"]);
}

TEST_F(NstpClientHandshake, TakesTheServersWordsByteByByte) {
  Buffer words = nstp_vector("S1_session_nonce");
  append(words, nstp_vector("S2_server_hmac"));
  for (const std::uint8_t byte : words) {
    EXPECT_EQ(client.hear({&byte, 1}, kStart), 1U);
    client.take();
  }
  EXPECT_EQ(client.established, 1);
}

TEST_F(NstpClientHandshake, AWrongProofOfTheServerEndsIt) {
  hear_nonce();
  const Buffer genuine = nstp_vector("S2_server_hmac");
  for (std::size_t i = 0; i < genuine.size(); ++i) {
    ScriptedRandom again(nstp_vector("client_nonce"));
    NstpClient other(again);
    ASSERT_TRUE(other.start(kStart).ok());
    other.take();
    other.hear(nstp_vector("S1_session_nonce"), kStart);
    other.take();
    Buffer wrong = genuine;
    wrong[i] ^= 1;
    other.hear(wrong, kStart);
    EXPECT_EQ(other.closed, Error::authentication_failed);
    EXPECT_EQ(other.established, 0);
    EXPECT_TRUE(other.take().empty());
  }
}

TEST_F(NstpClientHandshake, ItsOwnProofComesBackAsNoProof) {
  hear_nonce();
  client.hear(nstp_vector("C2_client_hmac"), kStart);
  EXPECT_EQ(client.closed, Error::authentication_failed);
}

TEST_F(NstpClientHandshake, WhatTheEndOfTheStreamMeansDependsOnWhen) {
  client.side().end_of_stream(kStart);
  client.look();
  EXPECT_EQ(client.closed, Error::connection_lost);

  ScriptedRandom again(nstp_vector("client_nonce"));
  NstpClient refused(again);
  ASSERT_TRUE(refused.start(kStart).ok());
  refused.take();
  refused.hear(nstp_vector("S1_session_nonce"), kStart);
  refused.take();
  refused.side().end_of_stream(kStart);
  refused.look();
  EXPECT_EQ(refused.closed, Error::authentication_failed);

  OpenNstpClient open;
  open.end.side().end_of_stream(open.now);
  open.end.look();
  EXPECT_EQ(open.end.closed, Error::truncated);
}

TEST_F(NstpClientHandshake, GivesUpAServerThatSaysNothing) {
  EXPECT_EQ(client.side().deadline(), kStart + kHandshake);
  client.side().advance(kStart + milliseconds(kHandshake.ms - 1));
  client.look();
  EXPECT_FALSE(client.closed);
  client.side().advance(kStart + kHandshake);
  client.look();
  EXPECT_EQ(client.closed, Error::timeout);
  EXPECT_FALSE(client.side().deadline());
}

TEST_F(NstpClientHandshake, NoByteOfTheServerMovesTheDeadline) {
  const Instant later = kStart + seconds(30);
  client.hear(nstp_vector("S1_session_nonce"), later);
  EXPECT_EQ(client.side().deadline(), kStart + kHandshake);
}

TEST_F(NstpClientHandshake, TellsABusyServerOfVersion2) {
  client.hear(unhex("0002060003030005"), kStart);
  EXPECT_EQ(client.closed, Error::unsupported);
  EXPECT_TRUE(client.take().empty());
  // The control: another type of frame is a session nonce like any other.
  for (const char* nonce : {"0002070003030005", "0002040020010203"}) {
    ScriptedRandom again(nstp_vector("client_nonce"));
    NstpClient other(again);
    ASSERT_TRUE(other.start(kStart).ok());
    other.take();
    other.hear(unhex(nonce), kStart);
    EXPECT_EQ(other.take().size(), nstp::kProofSize);
  }
}

TEST(NstpClientSettings, HaveToBeInRange) {
  const auto started = [](std::size_t user, std::size_t rx, std::size_t tx) {
    SeededRandom random(1);
    NstpClient client(random);
    client.user = pattern(user);
    client.rx_size = rx;
    client.tx_size = tx;
    const Error error = client.start(kStart).error();
    EXPECT_EQ(client.closed, error == Error::none ? std::nullopt : std::optional(error));
    return error;
  };
  EXPECT_EQ(started(1, 32, 272), Error::none);
  EXPECT_EQ(started(255, 32, 272), Error::none);
  EXPECT_EQ(started(0, 32, 272), Error::invalid_argument);
  EXPECT_EQ(started(256, 32, 272), Error::invalid_argument);
  EXPECT_EQ(started(1, 31, 272), Error::invalid_argument);
  EXPECT_EQ(started(1, 32, 271), Error::invalid_argument);
}

TEST(NstpClientSettings, StartsOnceAndNotWithoutRandomBytes) {
  ScriptedRandom random(pattern(15));
  NstpClient client(random);
  EXPECT_EQ(client.start(kStart).error(), Error::random_failed);
  EXPECT_EQ(client.side().start(kStart).error(), Error::wrong_state);
  EXPECT_TRUE(client.take().empty());
}

// The open connection.

TEST(NstpClientOpen, SendsOneMessageAtATime) {
  OpenNstpClient client;
  client.say(bytes_of("one"));
  EXPECT_TRUE(client.end.side().awaits_response());
  EXPECT_EQ(client.end.side().send(bytes_of("two"), client.now).error(), Error::would_block);
  client.hear(nstp_response({1}, bytes_of("reply")));
  EXPECT_FALSE(client.end.side().awaits_response());
  EXPECT_TRUE(client.end.side().send(bytes_of("two"), client.now).ok());
}

TEST(NstpClientOpen, TakesAResponseInAnyPieces) {
  for (const std::size_t piece : {1U, 2U, 3U, 13U}) {
    OpenNstpClient client;
    client.say(bytes_of("one"));
    const Buffer response = nstp_response({1}, bytes_of("reply"));
    for (std::size_t at = 0; at < response.size(); at += piece) {
      client.hear(Bytes(response).subspan(at, std::min(piece, response.size() - at)));
    }
    ASSERT_EQ(client.end.heard.size(), 1U);
    EXPECT_EQ(client.end.heard[0], bytes_of("reply"));
  }
}

TEST(NstpClientOpen, AnEmptyResponseIsOne) {
  OpenNstpClient client;
  client.say({});
  client.hear(nstp_response({1}, {}));
  ASSERT_EQ(client.end.heard.size(), 1U);
  EXPECT_TRUE(client.end.heard[0].empty());
}

TEST(NstpClientOpen, EveryAlteredBitOfAResponseEndsIt) {
  const Buffer genuine = nstp_response({1}, bytes_of("reply"));
  for (std::size_t bit = 0; bit < 8 * genuine.size(); ++bit) {
    OpenNstpClient client;
    client.say(bytes_of("one"));
    Buffer altered = genuine;
    altered[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    client.hear(altered);
    client.end.side().advance(client.now + seconds(120));  // of a length that became greater, the rest never comes
    client.end.look();
    EXPECT_TRUE(client.end.heard.empty());
    EXPECT_TRUE(client.end.closed == Error::tampered || client.end.closed == Error::idle) << bit;
  }
}

TEST(NstpClientOpen, ALengthOutOfRangeEndsIt) {
  for (const std::size_t length : {0U, 11U, 27U, 1025U, 65535U}) {
    OpenNstpClient client;
    client.say(bytes_of("one"));
    const ByteArray<2> bytes{static_cast<std::uint8_t>(length >> 8U), static_cast<std::uint8_t>(length)};
    client.hear(bytes);
    EXPECT_EQ(client.end.closed, Error::tampered) << length;
  }
  // The control: these are in range, and more is awaited.
  for (const ByteArray<2>& length : {ByteArray<2>{0, 28}, ByteArray<2>{4, 0}}) {
    OpenNstpClient client;
    client.say(bytes_of("one"));
    client.hear(length);
    EXPECT_FALSE(client.end.closed);
  }
}

TEST(NstpClientOpen, AResponseThatNobodyWaitsForEndsIt) {
  OpenNstpClient client;
  client.hear(nstp_response({1}, bytes_of("reply")));
  EXPECT_EQ(client.end.closed, Error::tampered);
}

TEST(NstpClientOpen, SeveralResponsesInOneReadAreOneTooMany) {
  OpenNstpClient client;
  client.say(bytes_of("one"));
  Buffer both = nstp_response({1}, bytes_of("reply"));
  append(both, nstp_response({2}, bytes_of("more")));
  client.hear(both);
  ASSERT_EQ(client.end.heard.size(), 1U);
  EXPECT_EQ(client.end.heard[0], bytes_of("reply"));
  EXPECT_EQ(client.end.closed, Error::tampered);
}

TEST(NstpClientOpen, WaitsForAResponseAsLongAsItsIdleTimeOut) {
  OpenNstpClient client;
  EXPECT_FALSE(client.end.side().deadline());
  client.say(bytes_of("one"));
  EXPECT_EQ(client.end.side().deadline(), client.now + seconds(120));
  client.end.side().advance(client.now + seconds(120));
  client.end.look();
  EXPECT_EQ(client.end.closed, Error::idle);
}

TEST(NstpClientOpen, RefusesAMessageThatDoesNotFit) {
  OpenNstpClient client;
  EXPECT_EQ(client.end.side().send(Buffer(1024 - nstp::kMessageOverhead + 1), client.now).error(),
            Error::invalid_argument);
  EXPECT_TRUE(client.end.side().send(Buffer(1024 - nstp::kMessageOverhead), client.now).ok());
}

TEST(NstpClientOpen, ClosesWithoutAWord) {
  OpenNstpClient client;
  client.end.side().close();
  client.end.look();
  EXPECT_EQ(client.end.closed, Error::none);
  EXPECT_TRUE(client.end.take().empty());
  EXPECT_EQ(client.end.side().send(bytes_of("more"), client.now).error(), Error::wrong_state);
  EXPECT_EQ(client.end.hear(nstp_response({1}, {}), client.now), 0U);
}

}  // namespace
}  // namespace pawl::test::client_test
