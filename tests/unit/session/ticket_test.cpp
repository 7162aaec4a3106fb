// SPDX-License-Identifier: Apache-2.0
// Sessions over a stream that begin with a ticket, PROTOCOL.md 6 and 12.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/names.hpp"
#include "tests/support/resuming.hpp"

namespace pawl::test::ticket_test {
namespace {

constexpr Instant kNow{5'000};

/// A client with one ticket place, and its server. Each connect() is a session of its own.
class Resuming : public testing::TestWithParam<Flow> {
 protected:
  Enrolled enrolled{Account{GetParam()}};
  TicketServer shared{enrolled};
  ClientTicket ticket;
  std::unique_ptr<ResumingClient> client;
  std::unique_ptr<ResumingServer> server;
  bool busy = false;
  std::uint32_t seed = 10;

  void connect() {
    client = std::make_unique<ResumingClient>(enrolled, ticket, ++seed);
    server = std::make_unique<ResumingServer>(shared, ++seed);
    server->busy = busy;
    EXPECT_TRUE(client->start(kNow).ok());
    EXPECT_TRUE(server->start(kNow).ok());
    exchange(*client, *server, kNow);
  }
  [[nodiscard]] bool open() const {
    return client->seen.established == 1 && server->seen.established == 1 && client->session().is_open();
  }
  /// The server gives the client a ticket.
  void give_ticket(std::uint8_t seq = 0) {
    ASSERT_TRUE(server->issue(seq, kNow).ok());
    exchange(*client, *server, kNow);
    ASSERT_FALSE(client->seen.tickets.empty());
    EXPECT_EQ(ticket.take(client->seen.tickets.back()), TicketKeys::kLifetime);
  }
  /// Both ends of a session can send.
  void expect_messages() {
    EXPECT_EQ(client->send(bytes_of("to the server"), kNow), 13U);
    EXPECT_EQ(server->send(bytes_of("to the client"), kNow), 13U);
    exchange(*client, *server, kNow);
    EXPECT_EQ(server->seen.bytes(), bytes_of("to the server"));
    EXPECT_EQ(client->seen.bytes(), bytes_of("to the client"));
  }
  /// The server has refused the ticket, the client begins anew, and has the whole handshake.
  void expect_full_handshake_next() {
    ASSERT_TRUE(client->seen.closed.has_value());
    EXPECT_EQ(client->seen.closed->error, Error::authentication_failed);
    EXPECT_TRUE(ticket.ended(client->seen.closed->error)) << "to be tried again at once";
    EXPECT_FALSE(ticket.usable());
    connect();
    EXPECT_TRUE(open());
    EXPECT_FALSE(server->resumed);
    EXPECT_FALSE(ticket.ended(Error::none)) << "once only";
  }
};

TEST_P(Resuming, TakesOneRoundTripAndNoSecretOfTheCredential) {
  connect();
  ASSERT_TRUE(open());
  EXPECT_FALSE(server->resumed);
  give_ticket();
  EXPECT_TRUE(ticket.usable());
  connect();
  ASSERT_TRUE(open());
  EXPECT_TRUE(server->resumed);
  EXPECT_EQ(hex(server->session().user()), hex(enrolled.account.user));
  EXPECT_EQ(hex(client->session().user()), hex(enrolled.account.user));
  expect_messages();
}

TEST_P(Resuming, ASessionOfATicketGivesTheNext) {
  connect();
  for (int i = 0; i < 3; ++i) {
    give_ticket();
    const Chain chain = server->resumption.chain();
    const std::uint64_t end = server->resumption.chain_not_after;
    connect();
    ASSERT_TRUE(open());
    EXPECT_TRUE(server->resumed);
    EXPECT_EQ(server->resumption.chain(), chain);
    EXPECT_EQ(server->resumption.chain_not_after, end);
  }
}

TEST_P(Resuming, EachLoginBeginsAChain) {
  connect();
  const Chain first = server->resumption.chain();
  EXPECT_NE(first, Chain{});
  connect();
  EXPECT_NE(server->resumption.chain(), first);
}

TEST_P(Resuming, ASessionGivesSeveralTicketsWithSecretsOfTheirOwn) {
  connect();
  give_ticket(0);
  const Buffer first(ticket.secret().bytes().begin(), ticket.secret().bytes().end());
  give_ticket(255);
  EXPECT_NE(hex(ticket.secret().bytes()), hex(first));
  connect();
  EXPECT_TRUE(open());
  EXPECT_TRUE(server->resumed);
}

TEST_P(Resuming, ATicketIsUsedOnce) {
  connect();
  give_ticket();
  connect();
  EXPECT_FALSE(ticket.usable());
  EXPECT_TRUE(ticket.bytes().empty()) << "wiped when the session opens";
  EXPECT_TRUE(std::ranges::all_of(ticket.secret().bytes(), [](std::uint8_t byte) { return byte == 0; }));
  connect();
  EXPECT_TRUE(open());
  EXPECT_FALSE(server->resumed);
}

TEST_P(Resuming, ATicketWhoseHelloHasNoAnswerIsUsedToo) {
  connect();
  give_ticket();
  client = std::make_unique<ResumingClient>(enrolled, ticket, ++seed);
  EXPECT_TRUE(client->start(kNow).ok());
  EXPECT_FALSE(ticket.usable());
  client->end_of_stream(kNow);
  ASSERT_TRUE(client->seen.closed.has_value());
  EXPECT_FALSE(ticket.ended(client->seen.closed->error));
  EXPECT_TRUE(ticket.bytes().empty());
}

TEST_P(Resuming, ABusyServerLeavesTheClientItsTicket) {
  connect();
  give_ticket();
  busy = true;
  connect();
  ASSERT_TRUE(client->seen.closed.has_value());
  EXPECT_EQ(client->seen.closed->error, Error::busy);
  EXPECT_FALSE(ticket.ended(Error::busy));
  EXPECT_TRUE(ticket.usable());
  busy = false;
  connect();
  EXPECT_TRUE(open());
  EXPECT_TRUE(server->resumed);
}

TEST_P(Resuming, EndsWithTheTicketsLife) {
  connect();
  give_ticket();
  shared.time += TicketKeys::kLifetime - 1;
  connect();
  EXPECT_TRUE(open()) << "a second before";
  give_ticket();
  shared.time += TicketKeys::kLifetime;
  connect();
  expect_full_handshake_next();
}

TEST_P(Resuming, EndsWithTheLifeOfTheChain) {
  connect();
  const std::uint64_t login = shared.time;
  give_ticket();
  while (shared.time + TicketKeys::kLifetime - 1 < login + TicketKeys::kChainLifetime) {
    shared.time += TicketKeys::kLifetime - 1;
    connect();
    ASSERT_TRUE(open());
    ASSERT_TRUE(server->resumed);
    give_ticket();
  }
  shared.time = login + TicketKeys::kChainLifetime;
  connect();
  expect_full_handshake_next();
}

TEST_P(Resuming, EndsWithAChangeOfTheEnrolment) {
  connect();
  give_ticket();
  ++shared.generation;
  connect();
  EXPECT_EQ(server->seen.closed->error, Error::authentication_failed);
  EXPECT_EQ(server->answered.error(), Error::authentication_failed);
  expect_full_handshake_next();
}

TEST_P(Resuming, EndsWithTheUser) {
  connect();
  give_ticket();
  shared.user_known = false;
  connect();
  EXPECT_TRUE(ticket.ended(client->seen.closed->error));
}

TEST_P(Resuming, EndsWithTheKeys) {
  connect();
  give_ticket();
  shared.keys.add(TicketKey{.id = 1, .made = shared.time, .secret = AesKey()});
  shared.keys.add(TicketKey{.id = 2, .made = shared.time, .secret = AesKey()});
  connect();
  EXPECT_TRUE(open()) << "the third key is kept";
  give_ticket();
  for (std::uint32_t id = 3; id < 6; ++id) {
    shared.keys.add(TicketKey{.id = id, .made = shared.time, .secret = AesKey()});
  }
  connect();
  expect_full_handshake_next();
}

/// Every bit of a ClientHello with a ticket, its frame's header apart. The server refuses at once, or the client finds
/// that the server has not answered what it sent.
TEST_P(Resuming, NoBitOfTheHelloCanBeFlipped) {
  connect();
  give_ticket();
  const Buffer bytes(ticket.bytes().begin(), ticket.bytes().end());
  const TicketSecret secret(ticket.secret().bytes());
  const std::size_t size = kFrameHeaderSize + 23 + bytes.size();
  for (std::size_t bit = 8 * kFrameHeaderSize; bit < 8 * size; ++bit) {
    ASSERT_TRUE(ticket.restore(bytes, secret.bytes()).ok());
    client = std::make_unique<ResumingClient>(enrolled, ticket, 1);
    server = std::make_unique<ResumingServer>(shared, 2);
    EXPECT_TRUE(client->start(kNow).ok());
    EXPECT_TRUE(server->start(kNow).ok());
    Buffer hello = client->take(kNow);
    hello[bit / 8] = static_cast<std::uint8_t>(hello[bit / 8] ^ 0x80U >> bit % 8);
    server->give(hello, kNow);
    exchange(*client, *server, kNow);
    ASSERT_EQ(client->seen.established, 0) << bit;
    ASSERT_EQ(server->seen.established, 0) << bit;
  }
}

TEST_P(Resuming, AnotherSecretOpensNothing) {
  connect();
  give_ticket();
  TicketSecret other(ticket.secret().bytes());
  other.writable()[31] ^= 1U;
  const Buffer bytes(ticket.bytes().begin(), ticket.bytes().end());
  ASSERT_TRUE(ticket.restore(bytes, other.bytes()).ok());
  connect();
  EXPECT_EQ(client->seen.established, 0);
  EXPECT_EQ(server->seen.established, 0);
}

TEST_P(Resuming, AClientWhoseBufferIsTooSmallDoesWithout) {
  connect();
  give_ticket();
  client = std::make_unique<ResumingClient>(enrolled, ticket, ++seed);
  client->tx_size = kMinBuffer;
  server = std::make_unique<ResumingServer>(shared, ++seed);
  EXPECT_TRUE(client->start(kNow).ok());
  EXPECT_TRUE(server->start(kNow).ok());
  exchange(*client, *server, kNow);
  EXPECT_TRUE(open());
  const bool fits = kFrameHeaderSize + 23 + 107 + (GetParam().mode == Mode::psk ? 0 : kShareSize) <= kMinBuffer;
  EXPECT_EQ(server->resumed, fits);
}

TEST_P(Resuming, AServerWithoutTicketsRefusesAndTheClientGoesOn) {
  connect();
  give_ticket();
  Server plain;
  plain.users.push_back(&enrolled);
  client = std::make_unique<ResumingClient>(enrolled, ticket, ++seed);
  EXPECT_TRUE(client->start(kNow).ok());
  EXPECT_TRUE(plain.start(kNow).ok());
  exchange(*client, plain, kNow);
  ASSERT_TRUE(client->seen.closed.has_value());
  EXPECT_TRUE(ticket.ended(client->seen.closed->error));
  client = std::make_unique<ResumingClient>(enrolled, ticket, ++seed);
  Server again;
  again.users.push_back(&enrolled);
  EXPECT_TRUE(client->start(kNow).ok());
  EXPECT_TRUE(again.start(kNow).ok());
  exchange(*client, again, kNow);
  EXPECT_EQ(client->seen.established, 1);
}

TEST_P(Resuming, AClientWithoutTicketsTakesNone) {
  Client plain(enrolled);
  server = std::make_unique<ResumingServer>(shared, ++seed);
  EXPECT_TRUE(plain.start(kNow).ok());
  EXPECT_TRUE(server->start(kNow).ok());
  exchange(plain, *server, kNow);
  ASSERT_TRUE(server->issue(0, kNow).ok());
  exchange(plain, *server, kNow);
  EXPECT_TRUE(plain.session().is_open());
  EXPECT_EQ(plain.seen.tickets.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Flows, Resuming, testing::ValuesIn(kFlows), name_of_flow);

/// A hello of mode psk with a ticket of a session with forward secrecy.
TEST(ResumingDowngrade, ATicketOfModePskEcdheOpensNoSessionOfModePsk) {
  const Enrolled enrolled(Account{kPasswordEcdhe});
  Enrolled without(Account{kPasswordPsk});
  TicketServer shared(enrolled);
  ClientTicket ticket;
  ResumingClient first(enrolled, ticket, 1);
  ResumingServer server(shared, 2);
  EXPECT_TRUE(first.start(kNow).ok());
  EXPECT_TRUE(server.start(kNow).ok());
  exchange(first, server, kNow);
  ASSERT_TRUE(server.issue(0, kNow).ok());
  exchange(first, server, kNow);
  ticket.take(first.seen.tickets.at(0));

  ResumingClient second(without, ticket, 3);
  ResumingServer again(shared, 4);
  EXPECT_TRUE(second.start(kNow).ok());
  EXPECT_TRUE(again.start(kNow).ok());
  exchange(second, again, kNow);
  EXPECT_EQ(again.answered.error(), Error::authentication_failed);
  EXPECT_EQ(again.seen.established, 0);
  EXPECT_EQ(second.seen.established, 0);
}

class TicketMisuse : public testing::Test {
 protected:
  Enrolled enrolled{Account{kRawKeyPsk}};
  TicketServer shared{enrolled};
  ClientTicket ticket;
  ResumingClient client{enrolled, ticket, 1};
  ResumingServer server{shared, 2};
  Buffer content = Buffer(100, 7);

  void connect() {
    EXPECT_TRUE(client.start(kNow).ok());
    EXPECT_TRUE(server.start(kNow).ok());
    exchange(client, server, kNow);
  }
};

TEST_F(TicketMisuse, TicketsAreSentByOpenServersOnly) {
  EXPECT_TRUE(server.start(kNow).ok());
  EXPECT_EQ(server.session().send_ticket({1, 0, content}, kNow).error(), Error::wrong_state);
  EXPECT_EQ(server.session().set_resumption(server.resumption).error(), Error::wrong_state);
  Ticket none;
  EXPECT_EQ(server.session().provide(none, enrolled.enrolment, kNow).error(), Error::wrong_state);
  EXPECT_TRUE(client.start(kNow).ok());
  exchange(client, server, kNow);
  EXPECT_EQ(client.session().send_ticket({1, 0, content}, kNow).error(), Error::invalid_argument);
  EXPECT_TRUE(server.session().send_ticket({1, 0, content}, kNow).ok());
}

TEST_F(TicketMisuse, ATicketHasOneTo255Bytes) {
  client.rx_size = server.tx_size = 1024;
  connect();
  EXPECT_EQ(server.session().send_ticket({1, 0, {}}, kNow).error(), Error::invalid_argument);
  EXPECT_EQ(server.session().send_ticket({1, 0, Buffer(256, 1)}, kNow).error(), Error::invalid_argument);
  EXPECT_TRUE(server.session().send_ticket({1, 0, Buffer(255, 1)}, kNow).ok());
  exchange(client, server, kNow);
  EXPECT_EQ(client.seen.tickets.at(0).size(), 260U);
}

TEST_F(TicketMisuse, ATicketThatNeverFitsIsTooLong) {
  client.settings.max_rx = 100 + 22;
  connect();
  EXPECT_EQ(server.session().send_ticket({1, 0, Buffer(101, 1)}, kNow).error(), Error::too_long);
  EXPECT_TRUE(server.session().send_ticket({1, 0, content}, kNow).ok());
}

TEST_F(TicketMisuse, ATicketMayTakeAllButTheReserve) {
  server.tx_size = kMinBuffer;
  connect();
  const std::size_t most = kMinBuffer - Session::kReserve - kRecordOverhead - kTicketRecordHead;
  EXPECT_EQ(server.session().send_ticket({1, 0, Buffer(most + 1, 1)}, kNow).error(), Error::too_long);
  EXPECT_TRUE(server.session().send_ticket({1, 0, Buffer(most, 1)}, kNow).ok());
  exchange(client, server, kNow);
  EXPECT_EQ(client.seen.tickets.at(0).size(), kTicketRecordHead + most);
}

TEST_F(TicketMisuse, ATicketWithoutRoomNowWaits) {
  connect();
  const std::size_t sent = server.send(Buffer(2000, 1), kNow);
  EXPECT_LT(sent, 2000U);
  EXPECT_EQ(server.session().send_ticket({1, 0, content}, kNow).error(), Error::would_block);
  exchange(client, server, kNow);
  EXPECT_TRUE(server.session().send_ticket({1, 0, content}, kNow).ok());
}

TEST_F(TicketMisuse, WithATicketNoEnrolmentWithoutItWillDo) {
  connect();
  ASSERT_TRUE(server.issue(0, kNow).ok());
  exchange(client, server, kNow);
  ticket.take(client.seen.tickets.at(0));
  ResumingClient second(enrolled, ticket, 3);
  ResumingServer again(shared, 4);
  again.answers = false;
  EXPECT_TRUE(second.start(kNow).ok());
  EXPECT_TRUE(again.start(kNow).ok());
  exchange(second, again, kNow);
  ASSERT_EQ(again.seen.credentials_wanted.size(), 1U);
  EXPECT_EQ(again.seen.credentials_wanted[0].kind, Kind::ticket);
  EXPECT_EQ(again.session().provide(enrolled.enrolment, kNow).error(), Error::invalid_argument);
  Ticket other;
  ASSERT_TRUE(other.set_user(bytes_of("bob")).ok());
  EXPECT_EQ(again.session().provide(other, enrolled.enrolment, kNow).error(), Error::authentication_failed);
  exchange(second, again, kNow);
  EXPECT_TRUE(ticket.ended(second.seen.closed->error));
}

TEST(ClientTicket, KeepsWhatItIsGiven) {
  ClientTicket ticket;
  EXPECT_FALSE(ticket.usable());
  const TicketSecret secret(Bytes(pattern(32)).first<32>());
  EXPECT_EQ(ticket.restore({}, secret.bytes()).error(), Error::invalid_argument);
  EXPECT_EQ(ticket.restore(Buffer(256, 1), secret.bytes()).error(), Error::invalid_argument);
  EXPECT_TRUE(ticket.restore(Buffer(255, 1), secret.bytes()).ok());
  EXPECT_TRUE(ticket.usable());
  EXPECT_EQ(ticket.bytes().size(), 255U);
  EXPECT_EQ(hex(ticket.secret().bytes()), hex(secret.bytes()));
  EXPECT_FALSE(ticket.ended(Error::authentication_failed)) << "no session has used it";
  EXPECT_TRUE(ticket.usable());
  ticket.wipe();
  EXPECT_FALSE(ticket.usable());
}

}  // namespace
}  // namespace pawl::test::ticket_test
