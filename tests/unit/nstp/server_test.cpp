// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/nstp.hpp"

namespace pawl::test::server_test {
namespace {

constexpr Instant kStart{1'000'000};

/// A server that was asked nothing yet.
class NstpServerHandshake : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server.start(kStart).ok()); }
  void advance(Instant now) {
    server.side().advance(now);
    server.look();
  }

  ScriptedRandom random{nstp_server_script()};
  NstpServer server{random};
};

TEST_F(NstpServerHandshake, SpeaksTheVectors) {
  server.hear(nstp_vector("C1_hello"), kStart);
  ASSERT_EQ(server.wanted.size(), 1U);
  EXPECT_EQ(server.wanted[0], bytes_of("alice"));
  EXPECT_EQ(hex(server.take()), nstp_vectors()["S1_session_nonce"]);
  server.hear(nstp_vector("C2_client_hmac"), kStart);
  EXPECT_EQ(server.established, 1);
  EXPECT_EQ(hex(server.take()), nstp_vectors()["S2_server_hmac"]);
  server.hear(nstp_vector("msg0_wire"), kStart);
  EXPECT_EQ(hex(server.take()), nstp_vectors()["resp0_wire"]);
  server.hear(nstp_vector("msg1_wire"), kStart);
  EXPECT_EQ(hex(server.take()), nstp_vectors()["resp1_wire"]);
  server.hear(nstp_vector("empty_msg_counter_2_wire"), kStart);
  server.take();
  server.hear(nstp_vector("max_counter_msg_wire"), kStart);
  ASSERT_EQ(server.heard.size(), 4U);
  EXPECT_TRUE(server.heard[2].empty());
  EXPECT_EQ(server.heard[3], bytes_of("last"));
}

TEST_F(NstpServerHandshake, TakesItByteByByteAndInOneGo) {
  Buffer words = nstp_vector("C1_hello");
  append(words, nstp_vector("C2_client_hmac"));
  for (const std::uint8_t byte : words) {
    EXPECT_EQ(server.hear({&byte, 1}, kStart), 1U);
    server.take();
  }
  EXPECT_EQ(server.established, 1);

  // A client that does not wait for S1 cannot know what to prove; but the bytes are counted off all the same.
  ScriptedRandom again(nstp_server_script());
  NstpServer other(again);
  ASSERT_TRUE(other.start(kStart).ok());
  const std::size_t taken = other.hear(words, kStart);
  EXPECT_EQ(taken, nstp_vector("C1_hello").size());
  other.take();
  other.hear(Bytes(words).subspan(taken), kStart);
  EXPECT_EQ(other.established, 1);
}

TEST_F(NstpServerHandshake, AWrongPasswordGetsNotAByte) {
  server.hear(nstp_vector("C1_hello"), kStart);
  server.take();
  server.hear(bytes_in(nstp_vectors()["wrong_password"], "client_hmac"), kStart);
  EXPECT_EQ(server.closed, Error::authentication_failed);
  EXPECT_TRUE(server.take().empty());
  EXPECT_EQ(server.established, 0);
}

TEST_F(NstpServerHandshake, EveryByteOfTheProofCounts) {
  for (std::size_t i = 0; i < nstp::kProofSize; ++i) {
    ScriptedRandom again(nstp_server_script());
    NstpServer other(again);
    ASSERT_TRUE(other.start(kStart).ok());
    other.hear(nstp_vector("C1_hello"), kStart);
    other.take();
    Buffer proof = nstp_vector("C2_client_hmac");
    proof[i] ^= 0x80U;
    other.hear(proof, kStart);
    EXPECT_EQ(other.closed, Error::authentication_failed);
    EXPECT_TRUE(other.take().empty());
  }
}

TEST_F(NstpServerHandshake, AnUnknownUserSeesWhatAWrongPasswordSees) {
  server.knows_user = false;
  server.hear(nstp_vector("C1_hello"), kStart);
  EXPECT_EQ(server.take().size(), nstp::kSessionNonceSize);
  server.hear(nstp_vector("C2_client_hmac"), kStart);
  EXPECT_EQ(server.closed, Error::authentication_failed);
  EXPECT_TRUE(server.take().empty());
}

TEST_F(NstpServerHandshake, AFrameOfVersion2OrAnEmptyNameEndsItAtTheFirstByte) {
  server.hear(unhex("00"), kStart);
  EXPECT_EQ(server.closed, Error::unsupported);
  EXPECT_TRUE(server.take().empty());
  EXPECT_TRUE(server.wanted.empty());
}

TEST_F(NstpServerHandshake, TimeOutsAreOfTheFirstByteAndOfTheWhole) {
  EXPECT_EQ(server.side().deadline(), kStart + seconds(10));
  const Buffer hello = nstp_vector("C1_hello");
  const Instant first = kStart + seconds(9);
  server.hear(Bytes(hello).first(1), first);
  EXPECT_EQ(server.side().deadline(), first + seconds(30));
  server.hear(Bytes(hello).subspan(1), first + seconds(29));
  server.take();
  EXPECT_EQ(server.side().deadline(), first + seconds(30));
  advance(first + seconds(30));
  EXPECT_EQ(server.closed, Error::timeout);
}

TEST_F(NstpServerHandshake, ASilentConnectionIsGivenUp) {
  advance(kStart + milliseconds(9'999));
  EXPECT_FALSE(server.closed);
  advance(kStart + seconds(10));
  EXPECT_EQ(server.closed, Error::timeout);
}

TEST_F(NstpServerHandshake, ItsOwnApplicationHasNoMoreTime) {
  server.answers = false;
  server.hear(nstp_vector("C1_hello"), kStart);
  advance(kStart + seconds(30));
  EXPECT_EQ(server.closed, Error::timeout);
  EXPECT_EQ(server.side().provide(nstp_psk()).error(), Error::wrong_state);
  EXPECT_EQ(server.side().provide_none().error(), Error::wrong_state);
}

TEST_F(NstpServerHandshake, AWishThatNobodyTookIsWithdrawn) {
  EXPECT_EQ(server.side().receive(nstp_vector("C1_hello"), kStart).value(), nstp_vector("C1_hello").size());
  server.side().close();
  EXPECT_TRUE(std::holds_alternative<nstp::Closed>(server.side().next_event()));
  EXPECT_FALSE(is_event(server.side().next_event()));
}

TEST_F(NstpServerHandshake, TheEndOfTheStreamEndsIt) {
  server.side().end_of_stream(kStart);
  server.look();
  EXPECT_EQ(server.closed, Error::connection_lost);
}

TEST_F(NstpServerHandshake, NeedsRandomBytes) {
  for (const bool known : {true, false}) {
    ScriptedRandom nothing({});
    NstpServer other(nothing);
    other.answers = false;
    ASSERT_TRUE(other.start(kStart).ok());
    other.hear(nstp_vector("C1_hello"), kStart);
    EXPECT_EQ((known ? other.side().provide(nstp_psk()) : other.side().provide_none()).error(), Error::random_failed);
    other.look();
    EXPECT_EQ(other.closed, Error::random_failed);
    EXPECT_TRUE(other.take().empty());
  }
}

TEST(NstpServerSettings, BuffersHaveToHoldTheHandshake) {
  const auto started = [](std::size_t rx, std::size_t tx) {
    SeededRandom random(1);
    NstpServer server(random);
    server.rx_size = rx;
    server.tx_size = tx;
    const Error error = server.start(kStart).error();
    server.look();
    EXPECT_EQ(server.closed, error == Error::none ? std::nullopt : std::optional(error));
    return error;
  };
  EXPECT_EQ(started(272, 32), Error::none);
  EXPECT_EQ(started(271, 32), Error::invalid_argument);
  EXPECT_EQ(started(272, 31), Error::invalid_argument);
}

TEST(NstpServerSettings, TheLongestNameFits) {
  SeededRandom random(1);
  NstpServer server(random);
  server.rx_size = nstp::Server::kMinRx;
  ASSERT_TRUE(server.start(kStart).ok());
  Buffer hello(1, 255);
  append(hello, pattern(255 + nstp::kClientNonceSize));
  server.hear(hello, kStart);
  ASSERT_EQ(server.wanted.size(), 1U);
  EXPECT_EQ(server.wanted[0], pattern(255));
}

// The open connection.

TEST(NstpServerOpen, AnswersAMessageBeforeItTakesTheNext) {
  OpenNstpServer server;
  server.end.answers = false;
  server.hear(nstp_vector("msg0_wire"));
  EXPECT_EQ(server.end.hear(nstp_vector("msg1_wire"), server.now), 0U);
  ASSERT_TRUE(server.end.side().respond(nstp_answer(server.end.heard[0])).ok());
  EXPECT_EQ(server.end.hear(nstp_vector("msg1_wire"), server.now), 0U) << "the response is not sent";
  EXPECT_EQ(hex(server.end.take()), nstp_vectors()["resp0_wire"]);
  EXPECT_EQ(server.end.side().respond({}).error(), Error::wrong_state);
  server.end.hear(nstp_vector("msg1_wire"), server.now);
  EXPECT_EQ(server.end.heard.size(), 2U);
}

TEST(NstpServerOpen, RefusesAResponseThatDoesNotFit) {
  OpenNstpServer server;
  server.end.answers = false;
  server.hear(nstp_vector("msg0_wire"));
  EXPECT_EQ(server.end.side().respond(Buffer(1024 - nstp::kResponseOverhead + 1)).error(), Error::invalid_argument);
  EXPECT_TRUE(server.end.side().respond(Buffer(1024 - nstp::kResponseOverhead)).ok());
}

TEST(NstpServerOpen, AMessageTooLongIsDroppedAndTheNextOneIsTaken) {
  OpenNstpServer server(300);
  EXPECT_TRUE(server.hear(nstp_message(0, Buffer(300 - nstp::kMessageOverhead + 1))).empty());
  EXPECT_FALSE(server.hear(nstp_message(1, Buffer(300 - nstp::kMessageOverhead))).empty());
  EXPECT_FALSE(server.end.closed);
  EXPECT_GE(server.end.side().dropped(), 1U);
}

TEST(NstpServerOpen, OnlyGenuineMessagesKeepItAlive) {
  OpenNstpServer server;
  const Instant opened = server.now;
  EXPECT_EQ(server.end.side().deadline(), opened + seconds(120));
  server.now = opened + seconds(50);
  server.hear(nstp_vector("msg0_wire"));
  EXPECT_EQ(server.end.side().deadline(), opened + seconds(170));
  server.now = opened + seconds(100);
  server.hear(nstp_vector("msg0_wire"));
  server.hear(pattern(500));
  EXPECT_EQ(server.end.side().deadline(), opened + seconds(170));
  server.end.side().advance(opened + seconds(170));
  server.end.look();
  EXPECT_EQ(server.end.closed, Error::idle);
}

TEST(NstpServerOpen, TheEndOfTheStreamIsCleanUnlessAMessageHasBegun) {
  OpenNstpServer clean;
  clean.hear(nstp_vector("msg0_wire"));
  clean.end.side().end_of_stream(clean.now);
  clean.end.look();
  EXPECT_EQ(clean.end.closed, Error::none);

  OpenNstpServer begun;
  begun.hear(Bytes(nstp_vector("msg0_wire")).first(40));
  begun.end.side().end_of_stream(begun.now);
  begun.end.look();
  EXPECT_EQ(begun.end.closed, Error::truncated);
}

TEST(NstpServerOpen, AResponseWithoutRandomBytesEndsIt) {
  Buffer script = nstp_vector("session_nonce");
  ScriptedRandom random(script);
  NstpServer server(random);
  server.answers = false;
  ASSERT_TRUE(server.start(kStart).ok());
  server.hear(nstp_vector("C1_hello"), kStart);
  ASSERT_TRUE(server.side().provide(nstp_psk()).ok());
  server.take();
  server.hear(nstp_vector("C2_client_hmac"), kStart);
  server.take();
  server.hear(nstp_vector("msg0_wire"), kStart);
  EXPECT_EQ(server.side().respond(bytes_of("reply")).error(), Error::random_failed);
  server.look();
  EXPECT_EQ(server.closed, Error::random_failed);
  EXPECT_TRUE(server.take().empty());
}

}  // namespace
}  // namespace pawl::test::server_test
