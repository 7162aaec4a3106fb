// SPDX-License-Identifier: Apache-2.0
// The same for NSTP, the legacy protocol: its secrets are the password, the psk and what comes of it.
#include <gtest/gtest.h>

#include "tests/constant_time/aes_instructions.hpp"
#include "tests/constant_time/secret.hpp"
#include "tests/support/nstp.hpp"

namespace pawl::test {
namespace {

TEST(ConstantTimeNstp, Derivation) {
  Buffer password = bytes_of("userpassword");
  classify(password);
  nstp::PskDerivation derivation(pattern(8), bytes_of("alice"), password, 3);
  ASSERT_TRUE(derivation.step(3));
  nstp::Psk psk;
  ASSERT_TRUE(derivation.finish(psk).ok());
  EXPECT_TRUE(is_secret(psk.bytes()));
  nstp::SessionKeys keys;
  derive_session_keys(psk, nstp::ClientNonce{}, nstp::SessionNonce{}, bytes_of("alice"), keys);
  EXPECT_TRUE(is_secret(keys.key.bytes()));
  EXPECT_TRUE(is_secret(keys.client.bytes()));
  EXPECT_TRUE(is_secret(keys.server.bytes()));
}

/// A client and a server whose psk is secret; what they send is on the wire for all to read.
class ConstantTimeNstpLogin : public testing::Test {
 protected:
  ConstantTimeNstpLogin() {
    classify(client.psk.bytes());
    classify(server.psk.bytes());
  }

  /// The four frames of a login, the one that `altered` numbers with its last bit turned.
  void log_in(int altered = 0) {
    ASSERT_TRUE(server.start(now).ok());
    ASSERT_TRUE(client.start(now).ok());
    for (int frame = 1; frame <= 4; ++frame) carry(frame % 2 == 1, frame == altered);
  }
  /// What waits at one end goes to the other.
  void carry(bool from_client, bool altered = false) {
    Buffer bytes = from_client ? client.take() : server.take();
    declassify(bytes);
    if (bytes.empty()) return;
    if (altered) bytes.back() ^= 1U;
    if (from_client) {
      server.hear(bytes, now);
      server.look();
    } else {
      client.hear(bytes, now);
    }
  }

  SeededRandom client_random{1};
  SeededRandom server_random{2};
  NstpClient client{client_random};
  NstpServer server{server_random};
  Instant now{1'000'000};
};

TEST_F(ConstantTimeNstpLogin, RightProofs) {
  log_in();
  EXPECT_EQ(client.established + server.established, 2);
}

TEST_F(ConstantTimeNstpLogin, WrongProofOfTheClient) {
  log_in(3);
  EXPECT_EQ(server.closed, Error::authentication_failed);
}

TEST_F(ConstantTimeNstpLogin, WrongProofOfTheServer) {
  log_in(4);
  EXPECT_EQ(client.closed, Error::authentication_failed);
}

TEST_F(ConstantTimeNstpLogin, UnknownUser) {
  server.knows_user = false;
  log_in();
  EXPECT_EQ(server.closed, Error::authentication_failed);
}

TEST_F(ConstantTimeNstpLogin, MessageAndResponse) {
  if (!has_aes_instructions()) GTEST_SKIP() << "AES and GHASH go by tables here (SECURITY.md, Timing)";
  log_in();
  Buffer text = bytes_of("hello");
  classify(text);
  ASSERT_TRUE(client.side().send(text, now).ok());
  carry(true);
  ASSERT_EQ(server.heard.size(), 1U);
  EXPECT_TRUE(is_secret(server.heard[0]));
  carry(false);
  ASSERT_EQ(client.heard.size(), 1U);
  ASSERT_TRUE(client.side().send(text, now).ok());
  carry(true, true);
  EXPECT_EQ(server.heard.size(), 1U) << "an altered message";
}

}  // namespace
}  // namespace pawl::test
