// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/handshake/key_schedule.hpp>

#include "tests/support/vectors.hpp"

namespace pawl::test::key_schedule_test {
namespace {

Sha256::Digest digest_in(const Json& object, const char* field) {
  Sha256::Digest digest{};
  copy(bytes_in(object, field), digest);
  return digest;
}

/// Every handshake of the vectors: the key schedule does not care where ikm and the hashes come from.
class KeySchedule : public testing::TestWithParam<std::string> {
 protected:
  const Json& handshake = handshake_vector(GetParam());
  const Json& secret = handshake["secret"];
  const Json& keys = handshake["keys"];
  HandshakeSecret hs{Bytes(bytes_in(secret, "hs")).first<HandshakeSecret::kSize>()};
};

TEST_P(KeySchedule, HandshakeSecret) {
  HandshakeSecret derived;
  derive_handshake_secret(bytes_in(secret, "ikm"), derived);
  EXPECT_EQ(hex(derived.bytes()), secret["hs"]);
}

TEST_P(KeySchedule, ConfirmKeysAndConfirms) {
  ConfirmKeys confirm_keys;
  derive_confirm_keys(hs, digest_in(secret, "h1"), confirm_keys);
  EXPECT_EQ(hex(confirm_keys.client.bytes()), secret["k_c"]);
  EXPECT_EQ(hex(confirm_keys.server.bytes()), secret["k_s"]);

  // The client proves itself first in the password flow, the server in the key flow.
  const bool password = handshake["flow"] == "password";
  ByteArray<32> first{};
  ByteArray<32> second{};
  confirm(password ? confirm_keys.client : confirm_keys.server, digest_in(secret, "h1"), first);
  confirm(password ? confirm_keys.server : confirm_keys.client, digest_in(secret, "h2"), second);
  const Json& frames = handshake["frames"];
  EXPECT_TRUE(frames[password ? "ClientFinish" : "ServerHello"].get<std::string>().ends_with(hex(first)));
  EXPECT_TRUE(frames[password ? "ServerFinish" : "ClientFinish"].get<std::string>().ends_with(hex(second)));
}

TEST_P(KeySchedule, SessionSecretsAsEachSideSeesThem) {
  SessionSecrets client;
  SessionSecrets server;
  derive_session_secrets(hs, digest_in(keys, "h_end"), Side::client, client);
  derive_session_secrets(hs, digest_in(keys, "h_end"), Side::server, server);
  EXPECT_EQ(hex(client.send.bytes()), keys["c2s_0"]);
  EXPECT_EQ(hex(client.receive.bytes()), keys["s2c_0"]);
  EXPECT_EQ(hex(server.send.bytes()), keys["s2c_0"]);
  EXPECT_EQ(hex(server.receive.bytes()), keys["c2s_0"]);
  EXPECT_EQ(hex(client.exporter.bytes()), keys["exporter"]);
  EXPECT_EQ(hex(server.exporter.bytes()), keys["exporter"]);
  EXPECT_EQ(client.sends, Direction::client_to_server);
  EXPECT_EQ(client.receives, Direction::server_to_client);
  EXPECT_EQ(server.sends, Direction::server_to_client);
  EXPECT_EQ(server.receives, Direction::client_to_server);
}

TEST_P(KeySchedule, ResumptionAndItsTickets) {
  ResumptionSecret res;
  derive_resumption_secret(hs, digest_in(keys, "h_end"), res);
  EXPECT_EQ(hex(res.bytes()), keys["resume"]);
  for (const Json& ticket : handshake.value("ticket_secret", Json::array())) {
    TicketSecret rs;
    derive_ticket_secret(res, ticket["seq"], rs);
    EXPECT_EQ(hex(rs.bytes()), ticket["rs"]);
  }
  // A session that began with a ticket is in that one's chain.
  Chain chain{};
  derive_chain(hs, digest_in(keys, "h_end"), chain);
  EXPECT_EQ(hex(chain) == keys["chain"], !handshake["in"].contains("ticket"));
}

TEST_P(KeySchedule, Exporter) {
  const ExporterSecret exporter{Bytes(bytes_in(keys, "exporter")).first<ExporterSecret::kSize>()};
  for (const Json& exported : handshake["exported"]) {
    Buffer out(exported["len"].get<std::size_t>());
    export_secret(exporter, bytes_of(exported["label"].get<std::string>()), bytes_in(exported, "context"), out);
    EXPECT_EQ(hex(out), exported["value"]);
  }
}

INSTANTIATE_TEST_SUITE_P(Vectors, KeySchedule, testing::ValuesIn(all_handshakes()),
                         [](const auto& test) { return test_name(test.param); });

TEST(Exporter, TheContextMayBeLongAndIsHashed) {
  const ExporterSecret exporter;
  ByteArray<32> of_long{};
  ByteArray<32> of_other{};
  export_secret(exporter, bytes_of("label"), pattern(1000), of_long);
  export_secret(exporter, bytes_of("label"), pattern(1001), of_other);
  EXPECT_NE(hex(of_long), hex(of_other));
}

}  // namespace
}  // namespace pawl::test::key_schedule_test
