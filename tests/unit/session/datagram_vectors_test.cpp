// SPDX-License-Identifier: Apache-2.0
// The vectors over datagrams, byte for byte, from their inputs and random bytes alone, at the interface of both ends.
#include <gtest/gtest.h>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/names.hpp"
#include "tests/support/vectors.hpp"

namespace pawl::test::datagram_vectors_test {
namespace {

/// The server of the key flow draws 8 more bytes: the ping with which it opens.
Buffer with_ping(Buffer script) {
  append(script, pattern(kPingSize));
  return script;
}

class DatagramVector : public testing::TestWithParam<const char*> {
 protected:
  DatagramVector() {
    pair.client_settings.max_rx = vector["in"]["client_max_rx"];
    pair.client_settings.idle = vector["in"]["client_idle"];
    pair.server_settings.max_rx = vector["in"]["server_max_rx"];
    pair.server_settings.idle = vector["in"]["server_idle"];
    pair.client_random = &client_random;
  }

  /// Starts both ends. What a server draws before its first session is none of the vector's business.
  void start() {
    pair.server_random = &server_random;
    pair.start();
  }

  const Json& vector = handshake_vector(GetParam());
  DatagramPair pair{account_in(vector)};
  ScriptedRandom client_random{bytes_in(vector["random"], "client")};

 private:
  /// Keys of cookies, then the vector's bytes.
  Buffer server_script() {
    Buffer script(64);
    append(script, with_ping(bytes_in(vector["random"], "server")));
    return script;
  }
  ScriptedRandom server_random{server_script()};
};

TEST_P(DatagramVector, BothEnds) {
  start();
  pair.deliver();
  const Json& frames = vector["frames"];
  ASSERT_GE(pair.sent_by_client.size(), 2U);
  EXPECT_EQ(hex(pair.sent_by_client[0]), frames["ClientHello"]);
  EXPECT_EQ(hex(pair.sent_by_client[1]), frames["ClientFinish"]);
  ASSERT_GE(pair.sent_by_server.size(), 2U);
  EXPECT_EQ(hex(pair.sent_by_server[0]), frames["ServerHello"]);
  if (frames.contains("ServerFinish")) {
    EXPECT_EQ(hex(pair.sent_by_server[1]), frames["ServerFinish"]);
  }
  EXPECT_EQ(pair.seen.established, 1);
  for (const Json& exported : vector["exported"]) {
    for (const bool client : {true, false}) {
      Buffer value(exported["len"].get<std::size_t>());
      const Buffer label = bytes_of(exported["label"].get<std::string>());
      const Buffer context = bytes_in(exported, "context");
      const Status done =
          client ? pair.client().exporter(label, context, value) : pair.session().exporter(label, context, value);
      EXPECT_TRUE(done.ok());
      EXPECT_EQ(hex(value), exported["value"]);
    }
  }
}

/// Each end alone against the bytes of the vector.
TEST_P(DatagramVector, Client) {
  start();
  pair.tap = [](Side, Buffer&) { return false; };
  pair.deliver();
  EXPECT_EQ(hex(pair.sent_by_client.back()), vector["frames"]["ClientHello"]);
  pair.inject(Side::client, bytes_in(vector["frames"], "ServerHello"));
  pair.deliver();
  EXPECT_EQ(hex(pair.sent_by_client.back()), vector["frames"]["ClientFinish"]);
  if (vector["frames"].contains("ServerFinish")) {
    EXPECT_FALSE(pair.client().is_open());
    pair.inject(Side::client, bytes_in(vector["frames"], "ServerFinish"));
  }
  EXPECT_TRUE(pair.client().is_open());
}

TEST_P(DatagramVector, Server) {
  start();
  pair.tap = [](Side, Buffer&) { return false; };
  pair.inject(Side::server, bytes_in(vector["frames"], "ClientHello"));
  pair.deliver();
  ASSERT_FALSE(pair.sent_by_server.empty());
  EXPECT_EQ(hex(pair.sent_by_server[0]), vector["frames"]["ServerHello"]);
  pair.inject(Side::server, bytes_in(vector["frames"], "ClientFinish"));
  pair.deliver();
  if (vector["frames"].contains("ServerFinish")) {
    EXPECT_EQ(hex(pair.sent_by_server.at(1)), vector["frames"]["ServerFinish"]);
  }
  EXPECT_EQ(hex(pair.session().user()), vector["in"]["user"]);
}

INSTANTIATE_TEST_SUITE_P(All, DatagramVector,
                         testing::Values("datagram password psk_ecdhe", "datagram raw key psk_ecdhe"),
                         [](const auto& test) { return test_name(test.param); });

}  // namespace
}  // namespace pawl::test::datagram_vectors_test
