// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/nstp/cipher.hpp>

#include "tests/support/nstp.hpp"

namespace pawl::test::cipher_test {
namespace {

using nstp::ClientCipher;
using nstp::ServerCipher;

class NstpCipher : public testing::Test {
 protected:
  std::string message(Bytes text) {
    Buffer bytes(text.size() + nstp::kMessageOverhead, 0xEE);
    copy(text, MutBytes(bytes).subspan(kGcmNonceSize));
    return client.seal(bytes).ok() ? hex(bytes) : "refused";
  }
  std::string response(Bytes text, Random& random) {
    Buffer bytes(text.size() + nstp::kResponseOverhead, 0xEE);
    copy(text, MutBytes(bytes).subspan(nstp::kResponseLengthSize + kGcmNonceSize));
    return server.seal(bytes, random).ok() ? hex(bytes) : "refused";
  }
  /// The texts, or "refused".
  std::string at_server(Bytes message) {
    Buffer text(message.size());
    const auto opened = server.open(message, text);
    return opened.ok() ? hex(opened.value()) : "refused";
  }
  std::string at_client(Buffer sealed) {
    const auto opened = client.open(sealed);
    return opened.ok() ? hex(opened.value()) : "refused";
  }
  static Buffer without_length(const char* vector) {
    const Buffer bytes = nstp_vector(vector);
    return {bytes.begin() + nstp::kResponseLengthSize, bytes.end()};
  }

  ClientCipher client{nstp_key(), nstp_session_nonce()};
  ServerCipher server{nstp_key(), nstp_session_nonce()};
};

TEST_F(NstpCipher, SealsTheMessagesOfTheVectors) {
  EXPECT_EQ(message(nstp_vector("msg0_plain")), nstp_vectors()["msg0_wire"]);
  EXPECT_EQ(message(nstp_vector("msg1_plain")), nstp_vectors()["msg1_wire"]);
  EXPECT_EQ(message({}), nstp_vectors()["empty_msg_counter_2_wire"]);
}

TEST_F(NstpCipher, OpensTheMessagesOfTheVectors) {
  EXPECT_EQ(at_server(nstp_vector("msg0_wire")), nstp_vectors()["msg0_plain"]);
  EXPECT_EQ(at_server(nstp_vector("msg1_wire")), nstp_vectors()["msg1_plain"]);
  EXPECT_EQ(at_server(nstp_vector("empty_msg_counter_2_wire")), "");
  EXPECT_EQ(at_server(nstp_vector("max_counter_msg_wire")), hex(bytes_of("last")));
  EXPECT_EQ(at_server(nstp_vector("max_counter_msg_wire")), "refused");
}

TEST_F(NstpCipher, SealsAndOpensTheResponsesOfTheVectors) {
  Buffer script = nstp_vector("resp_nonce");
  append(script, nstp_vector("resp1_nonce"));
  ScriptedRandom random(script);
  EXPECT_EQ(response(nstp_vector("resp0_plain"), random), nstp_vectors()["resp0_wire"]);
  EXPECT_EQ(response(nstp_answer(nstp_vector("msg1_plain")), random), nstp_vectors()["resp1_wire"]);
  EXPECT_EQ(at_client(without_length("resp0_wire")), nstp_vectors()["resp0_plain"]);
  EXPECT_EQ(at_client(without_length("resp1_wire")), hex(nstp_answer(nstp_vector("msg1_plain"))));
}

TEST_F(NstpCipher, NoTwoMessagesHaveTheSameNonce) {
  EXPECT_EQ(message(bytes_of("same")).substr(0, 24), hex(nstp_session_nonce()) + "00000000");
  EXPECT_EQ(message(bytes_of("same")).substr(0, 24), hex(nstp_session_nonce()) + "00000001");
}

TEST_F(NstpCipher, NoResponseHasTheNonceOfAMessage) {
  Buffer script = nstp_vector("session_nonce");
  script.resize(kGcmNonceSize);
  ScriptedRandom random(script);
  EXPECT_EQ(response(bytes_of("text"), random), "refused");
  // The control: one bit beside it is a nonce like any other.
  script[7] ^= 1;
  ScriptedRandom other(script);
  EXPECT_NE(response(bytes_of("text"), other), "refused");
}

TEST_F(NstpCipher, AResponseNeedsRandomBytes) {
  ScriptedRandom random(pattern(kGcmNonceSize - 1));
  EXPECT_EQ(response(bytes_of("text"), random), "refused");
}

TEST_F(NstpCipher, EveryAlteredBitIsRefusedAndCountsForNothing) {
  for (const char* vector : {"msg0_wire", "resp0_wire"}) {
    const bool is_message = vector[0] == 'm';
    const Buffer genuine = is_message ? nstp_vector(vector) : without_length(vector);
    for (std::size_t bit = 0; bit < 8 * genuine.size(); ++bit) {
      Buffer altered = genuine;
      altered[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      EXPECT_EQ(is_message ? at_server(altered) : at_client(altered), "refused") << vector << " bit " << bit;
    }
    EXPECT_NE(is_message ? at_server(genuine) : at_client(genuine), "refused");
  }
}

TEST_F(NstpCipher, ARefusedMessageLeavesNothingOfItsText) {
  Buffer altered = nstp_vector("msg0_wire");
  altered.back() ^= 1;
  Buffer text(altered.size(), 0xEE);
  EXPECT_EQ(server.open(altered, text).error(), Error::tampered);
  EXPECT_EQ(hex(Bytes(text).first(24)), hex(Buffer(24)));
}

TEST_F(NstpCipher, CountersGoUpAndMayLeaveOut) {
  EXPECT_NE(at_server(nstp_message(5, bytes_of("five"))), "refused");
  EXPECT_FALSE(server.is_next(nstp_message(4, {})));
  EXPECT_FALSE(server.is_next(nstp_message(5, {})));
  EXPECT_TRUE(server.is_next(nstp_message(6, {})));
  EXPECT_EQ(at_server(nstp_message(4, bytes_of("four"))), "refused");
  EXPECT_EQ(at_server(nstp_message(9, bytes_of("nine"))), hex(bytes_of("nine")));
}

TEST_F(NstpCipher, WhatIsTooShortIsRefused) {
  for (std::size_t n = 0; n < nstp::kMessageOverhead; ++n) {
    EXPECT_EQ(at_server(Bytes(nstp_vector("msg0_wire")).first(n)), "refused");
    EXPECT_EQ(at_client(Buffer(n)), "refused");
    Buffer buffer(n);
    EXPECT_EQ(client.seal(buffer).error(), Error::invalid_argument);
  }
  Buffer short_response(nstp::kResponseOverhead - 1);
  ScriptedRandom random(pattern(100));
  EXPECT_EQ(server.seal(short_response, random).error(), Error::invalid_argument);
}

TEST_F(NstpCipher, AResponseIsAsLongAsItsLengthCanSay) {
  ScriptedRandom random(pattern(100));
  const std::string longest = response(Buffer(nstp::kMaxResponseText), random);
  EXPECT_EQ(longest.substr(0, 4), "ffff");
  EXPECT_EQ(response(Buffer(nstp::kMaxResponseText + 1), random), "refused");
}

}  // namespace
}  // namespace pawl::test::cipher_test
