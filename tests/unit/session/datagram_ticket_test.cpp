// SPDX-License-Identifier: Apache-2.0
// Sessions over datagrams that begin with a ticket, PROTOCOL.md 6, 12 and 13.
#include <gtest/gtest.h>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/names.hpp"
#include "tests/support/remembered_exchange.hpp"
#include "tests/support/resuming.hpp"

namespace pawl::test::datagram_ticket_test {
namespace {

class DatagramResuming : public testing::TestWithParam<Flow> {
 protected:
  explicit DatagramResuming(const LinkFaults& faults = {}, Buffer user = bytes_of("alice"))
      : pair(Account{.flow = GetParam(), .user = std::move(user)}, faults) {
    client_settings.exchange = pair.client_settings.exchange;
    client_settings.ticket_exchange = &remembered_tickets;
    client_settings.iterations_floor = pair.client_settings.iterations_floor;
    client_settings.max_rx = shared.settings.max_rx = 1024;
    pair.client_uses = &client_settings;
    pair.server_uses = &shared.settings;
    pair.answer = [this](std::size_t place, const CredentialWanted& wanted) { provide(place, wanted); };
  }

  void provide(std::size_t place, const CredentialWanted& wanted) {
    copy_enrolment(shared, enrolments[place]);
    resumed = wanted.kind == Kind::ticket;
    EXPECT_TRUE(pair.server().session(place).set_resumption(resumptions[place]).ok());
    if (!resumed) {
      static_cast<void>(pair.server().provide(place, &enrolments[place], pair.now()));
      return;
    }
    answered = answer_ticket(
        shared, wanted.user, enrolments[place],
        [&](const Ticket& shown, const Enrolment& enrolment) {
          return pair.server().provide(place, shown, enrolment, pair.now());
        },
        [&] { return pair.server().provide(place, nullptr, pair.now()); });
  }

  void give_ticket() {
    Buffer sealed;
    const std::size_t place = pair.open_place();
    const TicketRecord record = make_ticket(shared, resumptions[place], 0, sealed);
    ASSERT_TRUE(pair.session().send_ticket(record, pair.now()).ok());
    pair.pass(milliseconds(100));
    ASSERT_EQ(pair.seen.tickets.size(), 1U);
    EXPECT_EQ(ticket.take(pair.seen.tickets[0]), TicketKeys::kLifetime);
  }

  /// Another session, after the first has closed.
  void connect_again() {
    pair.client().close(pair.now());
    pair.pass(seconds(6));
    pair.restart_client();
    pair.pass(milliseconds(500));
  }

  DatagramPair pair;
  TicketServer shared{pair.enrolled};
  ClientTicket ticket;
  ResumingClientSettings client_settings{GetParam().kind == Kind::password ? password_initiator : key_initiator,
                                         pair.enrolled.credential, ticket};
  std::array<Enrolment, 4> enrolments;
  std::array<Resumption, 4> resumptions;
  bool resumed = false;
  Status answered;
};

TEST_P(DatagramResuming, Opens) {
  ASSERT_TRUE(pair.open());
  EXPECT_FALSE(resumed);
  give_ticket();
  connect_again();
  EXPECT_EQ(pair.seen.established, 1);
  EXPECT_TRUE(resumed);
  EXPECT_EQ(hex(pair.session().user()), hex(pair.enrolled.account.user));
  EXPECT_TRUE(pair.client().send(bytes_of("hello"), pair.now()).ok());
  EXPECT_TRUE(pair.session().send(bytes_of("world"), pair.now()).ok());
  pair.deliver();
  EXPECT_EQ(pair.seen.bytes(), bytes_of("world"));
  EXPECT_EQ(pair.server_seen[pair.open_place()].bytes(), bytes_of("hello"));
}

TEST_P(DatagramResuming, FollowsARetry) {
  ASSERT_TRUE(pair.open());
  give_ticket();
  pair.client().close(pair.now());
  pair.pass(seconds(6));
  pair.server().cookies = DatagramServer::Cookies::always;
  pair.restart_client();
  pair.pass(milliseconds(500));
  EXPECT_EQ(pair.seen.established, 1);
  EXPECT_TRUE(resumed);
}

TEST_P(DatagramResuming, ARefusalIsReportedAfterASecond) {
  ASSERT_TRUE(pair.open());
  give_ticket();
  ++shared.generation;
  pair.client().close(pair.now());
  pair.pass(seconds(6));
  pair.restart_client();
  pair.pass(milliseconds(900));
  EXPECT_FALSE(pair.seen.closed.has_value());
  EXPECT_EQ(answered.error(), Error::authentication_failed);
  pair.pass(milliseconds(200));
  ASSERT_TRUE(pair.seen.closed.has_value());
  EXPECT_TRUE(ticket.ended(pair.seen.closed->error));
  pair.restart_client();
  pair.pass(milliseconds(500));
  EXPECT_EQ(pair.seen.established, 1);
  EXPECT_FALSE(resumed);
}

TEST_P(DatagramResuming, AServerWithoutTicketsRefuses) {
  ASSERT_TRUE(pair.open());
  give_ticket();
  pair.server_uses = &pair.server_settings;
  pair.answer = nullptr;
  pair.restart_server();
  pair.restart_client();
  pair.pass(seconds(2));
  ASSERT_TRUE(pair.seen.closed.has_value());
  EXPECT_EQ(pair.seen.closed->error, Error::authentication_failed);
  for (std::size_t i = 0; i < pair.server().places(); ++i) EXPECT_TRUE(pair.server().session(i).vacant());
}

TEST_P(DatagramResuming, NoBitOfTheHelloCanBeFlipped) {
  ASSERT_TRUE(pair.open());
  give_ticket();
  const Buffer bytes(ticket.bytes().begin(), ticket.bytes().end());
  const TicketSecret secret(ticket.secret().bytes());
  const std::size_t size = kFrameHeaderSize + 23 + bytes.size();
  for (std::size_t bit = 8 * kFrameHeaderSize; bit < 8 * size; bit += 7) {
    ASSERT_TRUE(ticket.restore(bytes, secret.bytes()).ok());
    pair.restart_server();
    pair.tap = [&](Side from, Buffer& datagram) {
      if (from == Side::client && datagram[kFrameTypeAt] == 1) {
        datagram[bit / 8] = static_cast<std::uint8_t>(datagram[bit / 8] ^ 0x80U >> bit % 8);
      }
      return true;
    };
    pair.restart_client();
    pair.pass(milliseconds(100));
    ASSERT_EQ(pair.seen.established, 0) << bit;
    pair.tap = nullptr;
  }
}

INSTANTIATE_TEST_SUITE_P(Flows, DatagramResuming, testing::ValuesIn(kFlows), name_of_flow);

/// The hello with the ticket of a long name is longer than what a place keeps of a frame.
class LongestName : public DatagramResuming {
 protected:
  LongestName() : DatagramResuming({}, Buffer(kMaxUser, 'u')) {}
};

TEST_P(LongestName, ComesBack) {
  ASSERT_TRUE(pair.open());
  give_ticket();
  EXPECT_EQ(ticket.bytes().size(), TicketKeys::kMost);
  connect_again();
  EXPECT_EQ(pair.seen.established, 1);
  EXPECT_TRUE(resumed);
  EXPECT_EQ(hex(pair.session().user()), hex(pair.enrolled.account.user));
}

INSTANTIATE_TEST_SUITE_P(Flows, LongestName, testing::ValuesIn(kFlows), name_of_flow);

/// Over a link that loses a third of the datagrams.
class LossyResuming : public DatagramResuming {
 protected:
  LossyResuming() : DatagramResuming({.loss = 30}) {}
};

TEST_P(LossyResuming, Opens) {
  ASSERT_TRUE(pair.open(seconds(31)));
  Buffer sealed;
  const std::size_t place = pair.open_place();
  for (int i = 0; i < 20 && pair.seen.tickets.empty(); ++i) {
    const auto seq = static_cast<std::uint8_t>(i);
    static_cast<void>(pair.session().send_ticket(make_ticket(shared, resumptions[place], seq, sealed), pair.now()));
    pair.pass(seconds(1));
  }
  ASSERT_FALSE(pair.seen.tickets.empty());
  ticket.take(pair.seen.tickets[0]);
  pair.restart_client();
  pair.pass(seconds(31));
  EXPECT_EQ(pair.seen.established, 1);
  EXPECT_TRUE(resumed);
}

INSTANTIATE_TEST_SUITE_P(Flows, LossyResuming, testing::ValuesIn(kFlows), name_of_flow);

}  // namespace
}  // namespace pawl::test::datagram_ticket_test
