// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/base/config.hpp>

#include "tests/support/nstp.hpp"

namespace pawl::test::cipher_test {
namespace {

TEST(NstpMessages, AreNoMoreThanThereAreCounters) {
  nstp::ClientCipher client(nstp_key(), nstp_session_nonce());
  ByteArray<nstp::kMessageOverhead> message{};
  for (std::uint64_t i = 0; i < Config::kNstpMessages; ++i) EXPECT_TRUE(client.seal(message).ok());
  EXPECT_EQ(client.seal(message).error(), Error::limit);
  EXPECT_EQ(client.seal(message).error(), Error::limit);
}

TEST(NstpMessages, AreNoMoreThanThatForAnApplicationEither) {
  OpenNstpClient client;
  for (std::uint64_t i = 0; i < Config::kNstpMessages; ++i) {
    client.say(bytes_of("text"));
    client.hear(nstp_response({1}, bytes_of("reply")));
  }
  EXPECT_EQ(client.end.side().send(bytes_of("text"), client.now).error(), Error::limit);
  EXPECT_FALSE(client.end.side().awaits_response());
  EXPECT_TRUE(client.end.take().empty());
}

}  // namespace
}  // namespace pawl::test::cipher_test
