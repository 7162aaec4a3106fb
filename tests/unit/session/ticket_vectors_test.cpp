// SPDX-License-Identifier: Apache-2.0
// The sessions with tickets of the vectors, byte for byte, from either role.
#include <gtest/gtest.h>

#include "tests/support/remembered_exchange.hpp"
#include "tests/support/resuming.hpp"
#include "tests/support/vectors.hpp"

namespace pawl::test::ticket_vectors_test {
namespace {

constexpr Instant kNow{5'000};
/// When the vectors' server sends its ticket, in seconds of its clock.
constexpr std::uint64_t kIssued = 3600;

Flow flow_of(const Json& vector) {
  // The credential of the second vector is of mode pake, and its user comes back in mode psk_ecdhe.
  return {Kind::password, vector["in"]["ticket_cred_mode"].get<Mode>()};
}

/// Both ends, with the vector's ticket, keys and random bytes.
class TicketSession : public testing::TestWithParam<const char*> {
 protected:
  TicketSession() {
    const Buffer secret = bytes_in(in, "ticket_rs");
    EXPECT_TRUE(ticket.restore(bytes_in(in, "ticket"), Bytes(secret).first<32>()).ok());
    const Buffer stek = bytes_in(in, "stek");
    shared.keys.add({.id = 1, .secret = AesKey(Bytes(stek).first<32>())});
    shared.time = 0;
    shared.generation = in["ticket_cred_gen"];
    prepare(client, client.settings, "client", client_random);
    prepare(server, shared.settings, "server", server_random);
  }

  /// The record of this type that the server sends, or the client.
  [[nodiscard]] const Json& record(const char* direction, int type) const {
    for (const Json& each : vector["records_extra"]) {
      if (each["dir"] == direction && each["type"] == type) return each;
    }
    throw std::runtime_error("no such record");
  }
  /// Of the key schedule both ends have kept what the vector says.
  void expect_resumption(const Resumption& resumption) const {
    for (const Json& each : vector["ticket_secret"]) {
      TicketSecret secret;
      resumption.secret(each["seq"], secret);
      EXPECT_EQ(hex(secret.bytes()), each["rs"]);
    }
  }

  const Json& vector = handshake_vector(GetParam());
  const Json& in = vector["in"];
  const Json& frames = vector["frames"];
  Enrolled enrolled{[this] {
    Account account{flow_of(vector)};
    account.user = bytes_in(in, "ticket_user");
    return account;
  }()};
  TicketServer shared{enrolled};
  ClientTicket ticket;
  ResumingClient client{enrolled, ticket};
  ResumingServer server{shared};
  ScriptedRandom client_random{bytes_in(vector["random"], "client")};
  ScriptedRandom server_random{bytes_in(vector["random"], "server")};

 private:
  void prepare(End& end, Settings& settings, const std::string& side, Random& random) const {
    settings.max_rx = in[side + "_max_rx"];
    settings.idle = in[side + "_idle"];
    end.rx_size = end.tx_size = 8192;
    end.random = &random;
  }
};

TEST_P(TicketSession, Client) {
  EXPECT_TRUE(client.start(kNow).ok());
  EXPECT_EQ(hex(client.take(kNow)), frames["ClientHello"]);
  client.give(bytes_in(frames, "ServerHello"), kNow);
  EXPECT_EQ(hex(client.take(kNow)), frames["ClientFinish"]);
  EXPECT_EQ(client.seen.established, 1);
  EXPECT_EQ(client_random.left(), 0U);

  client.send(bytes_in(record("c2s", 1), "content"), kNow);
  EXPECT_EQ(hex(client.take(kNow)), record("c2s", 1)["record"]);
  client.give(bytes_in(record("s2c", 1), "record"), kNow);
  client.give(bytes_in(record("s2c", 6), "record"), kNow);
  ASSERT_EQ(client.seen.tickets.size(), 1U);
  EXPECT_EQ(hex(client.seen.tickets[0]), record("s2c", 6)["content"]);
  EXPECT_EQ(ticket.take(client.seen.tickets[0]), TicketKeys::kLifetime);
  EXPECT_EQ(hex(ticket.bytes()), vector["new_ticket"]["ticket"]);
  EXPECT_EQ(hex(ticket.secret().bytes()), vector["ticket_secret"][0]["rs"]);
}

TEST_P(TicketSession, Server) {
  EXPECT_TRUE(server.start(kNow).ok());
  server.give(bytes_in(frames, "ClientHello"), kNow);
  EXPECT_EQ(hex(server.take(kNow)), frames["ServerHello"]);
  server.give(bytes_in(frames, "ClientFinish"), kNow);
  EXPECT_EQ(server.seen.established, 1);
  EXPECT_TRUE(server.resumed);
  EXPECT_EQ(server_random.left(), 0U);
  expect_resumption(server.resumption);
  EXPECT_EQ(hex(server.resumption.chain()), in["ticket_chain"]);
  EXPECT_EQ(server.resumption.chain_not_after, in["ticket_chain_not_after"]);

  server.send(bytes_in(record("s2c", 1), "content"), kNow);
  EXPECT_EQ(hex(server.take(kNow)), record("s2c", 1)["record"]);
  // The vector has the nonce of the next ticket apart.
  ScriptedRandom nonce(bytes_in(vector["new_ticket"], "nonce"));
  TicketKeys keys(nonce);
  const Buffer stek = bytes_in(in, "stek");
  keys.add({.id = 1, .secret = AesKey(Bytes(stek).first<32>())});
  Ticket next;
  server.resumption.fill(0, next);
  next.not_after = kIssued + keys.lifetime();
  next.generation = shared.generation;
  next.mode = flow_of(vector).mode;
  ASSERT_TRUE(next.set_user(bytes_in(in, "ticket_user")).ok());
  Buffer sealed(TicketKeys::kMost);
  const auto size = keys.seal(next, kIssued, sealed);
  ASSERT_TRUE(size.ok());
  EXPECT_TRUE(server.session().send_ticket({keys.lifetime(), 0, Bytes(sealed).first(size.value())}, kNow).ok());
  EXPECT_EQ(hex(server.take(kNow)), record("s2c", 6)["record"]);
}

INSTANTIATE_TEST_SUITE_P(Vectors, TicketSession, testing::Values("ticket psk", "ticket psk_ecdhe"),
                         [](const auto& test) { return test_name(test.param); });

}  // namespace
}  // namespace pawl::test::ticket_vectors_test
