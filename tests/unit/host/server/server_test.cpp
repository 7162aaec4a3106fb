// SPDX-License-Identifier: Apache-2.0
// The server as its clients and its operator meet it, in virtual time.
#include <gtest/gtest.h>

#include <memory>
#include <pawl/host/server/server.hpp>
#include <string>
#include <vector>

#include "tests/unit/host/world.hpp"

namespace pawl::host::server_test {
namespace {

using Reason = Refusal::Reason;

class ServerTest : public test::ServerWorld {
 protected:
  const ClientCredential& alice() { return users_.enrol("alice").credential; }
  /// A credential of a user whom the server knows with another key.
  const ClientCredential& with_a_wrong_key(const std::string& name) {
    pawl::test::Account account{.flow = pawl::test::kRawKeyPsk, .user = pawl::test::bytes_of(name)};
    account.secret[0] ^= 1;
    return strangers_.emplace_back(std::make_unique<pawl::test::Enrolled>(account))->credential;
  }
  /// The same as alice(), and stays when the server forgets her.
  const ClientCredential& own_alice() {
    alice();
    const pawl::test::Account account{
        .flow = pawl::test::kRawKeyPsk, .user = pawl::test::bytes_of("alice"), .iterations = 10};
    return strangers_.emplace_back(std::make_unique<pawl::test::Enrolled>(account))->credential;
  }
  /// A client that has not begun.
  std::unique_ptr<test::TestClient> prepare(const ClientCredential& credential) {
    auto client = std::make_unique<test::TestClient>(loop_, random_, credential, come(), 120);
    client->messages.stays = true;
    return client;
  }
  static void copy_ticket(test::TestClient& from, test::TestClient& to) {
    ASSERT_TRUE(to.ticket.restore(from.ticket.bytes(), from.ticket.secret().bytes()).ok());
  }
  static void move_ticket(test::TestClient& from, test::TestClient& to) {
    copy_ticket(from, to);
    from.ticket.wipe();
    from.client().stop();
  }
  /// In steps that keep sessions alive.
  void pass_hour() {
    for (int i = 0; i < 120; ++i) {
      clock_.advance(seconds(30));
      settle();
    }
  }
  [[nodiscard]] Reason last_reason() const { return log_.refusals.back().reason; }

  std::vector<std::unique_ptr<pawl::test::Enrolled>> strangers_;
  test::EverybodyReady other_poller_;
};

TEST_F(ServerTest, SaysWhereItListensAndAnswers) {
  serve();
  EXPECT_EQ(log_.lines.front(), "listening 192.0.2.9:7295");
  const auto client = connect(alice());
  client->messages.queue = {"one", "two"};
  settle();
  EXPECT_EQ(client->replies.all, (std::vector<std::string>{"Server received: one", "Server received: two"}));
  client->messages.stays = false;
  clock_.advance(milliseconds(1));
  client->client().stop();
  settle();
  EXPECT_EQ(log_.count("closed alice"), 1U);
  EXPECT_EQ(log_.ends.back().messages, 2U);
  EXPECT_EQ(log_.ends.back().bytes, 6U);
}

// Tickets.

TEST_F(ServerTest, AClientComesBackWithATicket) {
  serve();
  const auto& credential = users_.enrol("alice", pawl::test::kRawKeyEcdhe).credential;
  auto client = connect(credential);
  settle();
  ASSERT_TRUE(client->ticket.usable());
  for (int i = 0; i < 3; ++i) {
    auto next = prepare(credential);
    move_ticket(*client, *next);
    client = std::move(next);
    client->messages.queue = {"one"};
    client->start();
    settle();
    EXPECT_EQ(client->replies.all, std::vector<std::string>{"Server received: one"});
    EXPECT_EQ(log_.peers.back().kind, Kind::ticket);
    EXPECT_EQ(log_.peers.back().user, "alice");
    EXPECT_TRUE(client->ticket.usable()) << "the next one";
  }
}

TEST_F(ServerTest, AnEnrolmentThatChangedEndsTheTickets) {
  serve();
  const auto& credential = own_alice();
  const auto first = connect(credential);
  settle();
  ++users_.enrol("alice").enrolment.generation;
  const auto second = prepare(credential);
  move_ticket(*first, *second);
  second->start();
  settle();
  EXPECT_EQ(second->outcome().closed.error, Error::authentication_failed);
  EXPECT_TRUE(second->ticket.ended(second->outcome().closed.error));
  EXPECT_EQ(log_.refusals.back().error, Error::authentication_failed);
}

TEST_F(ServerTest, AUserWhoIsGoneHasNoTicket) {
  serve();
  const auto& credential = own_alice();
  const auto first = connect(credential);
  settle();
  const auto second = prepare(credential);
  move_ticket(*first, *second);
  users_.remove("alice");
  second->start();
  settle();
  EXPECT_EQ(second->outcome().closed.error, Error::authentication_failed);
}

/// Nobody guesses a ticket, so old ones slow nobody down.
TEST_F(ServerTest, TicketsThatAreRefusedAreNoGuesses) {
  serve();
  const auto& credential = own_alice();
  const auto first = connect(credential);
  settle();
  ++users_.enrol("alice").enrolment.generation;
  for (int i = 0; i < 10; ++i) {
    const auto next = prepare(credential);
    copy_ticket(*first, *next);
    next->start();
    settle();
    EXPECT_EQ(next->outcome().closed.error, Error::authentication_failed);
  }
  const auto last = connect(credential);
  settle();
  EXPECT_EQ(last->log.opened, 1);
}

TEST_F(ServerTest, ALongSessionGetsAnotherTicketInTime) {
  serve();
  const auto client = connect(alice());
  settle();
  client->ticket.wipe();
  for (int hour = 0; hour < 12; ++hour) {
    EXPECT_FALSE(client->ticket.usable()) << hour;
    pass_hour();
  }
  pass(seconds(10));
  EXPECT_TRUE(client->ticket.usable());
}

// Limits.

TEST_F(ServerTest, NoMoreSessionsThanThereMayBe) {
  ServerOptions options;
  options.max_sessions = 2;
  serve(options);
  const auto& credential = alice();
  const auto first = connect(credential);
  const auto second = connect(credential);
  settle();
  const auto third = connect(credential);
  settle();
  EXPECT_EQ(first->log.opened + second->log.opened + third->log.opened, 2);
  EXPECT_EQ(last_reason(), Reason::no_free_session);
  ASSERT_TRUE(third->client().done());
  EXPECT_EQ(third->client().outcome().closed.error, Error::busy);
  first->client().stop();
  pass(seconds(2));
  const auto fourth = connect(credential);
  settle();
  EXPECT_EQ(fourth->log.opened, 1);
}

TEST_F(ServerTest, WhoSaysNothingMakesRoomAndWhoIsOpenDoesNot) {
  ServerOptions options;
  options.max_sessions = 2;
  serve(options);
  const auto& credential = alice();
  const auto open = connect(credential);
  settle();
  const auto silent = come(3);
  settle();
  const auto newcomer = connect(credential);
  settle();
  EXPECT_EQ(newcomer->log.opened, 1);
  EXPECT_EQ(last_reason(), Reason::made_room);
  EXPECT_TRUE(open->client().outcome().closed.error == Error::none && !open->client().done());
  ByteArray<8> nothing{};
  EXPECT_FALSE(silent->read(nothing).ok());
}

TEST_F(ServerTest, StrangersWhoDribbleKeepNobodyOut) {
  ServerOptions options;
  options.limits.half_open = 32;
  options.limits.half_open_per_source = 8;
  serve(options);
  const auto& credential = alice();
  std::vector<std::unique_ptr<Stream>> dribblers;
  const ByteArray<1> first_byte{0};
  for (int i = 0; i < 300; ++i) {
    dribblers.push_back(come(static_cast<std::uint8_t>(10 + i % 40)));
    EXPECT_TRUE(dribblers.back()->write(first_byte).ok());
    pass(milliseconds(50));
    if (i % 50 != 49) continue;
    const auto honest = connect(credential, 2);
    settle();
    EXPECT_EQ(honest->log.opened, 1) << i;
  }
}

TEST_F(ServerTest, TheIdlestOfTooManySessionsOfAUserIsClosed) {
  serve();
  const auto& credential = alice();
  std::vector<std::unique_ptr<test::TestClient>> clients;
  for (std::size_t i = 0; i < Limits{}.sessions_per_user; ++i) {
    clients.push_back(connect(credential));
    pass(milliseconds(100));
  }
  clients.front()->messages.queue = {"still here"};
  pass(milliseconds(200));
  clients.push_back(connect(credential));
  pass(seconds(1));
  EXPECT_EQ(log_.count("too many sessions of alice"), 1U);
  EXPECT_FALSE(clients[0]->client().done());
  ASSERT_TRUE(clients[1]->client().done());
  EXPECT_EQ(clients[1]->client().outcome().closed.reason, CloseReason::limit);
  EXPECT_EQ(clients.back()->log.opened, 1);
}

// Admission.

TEST_F(ServerTest, AGuesserWaitsAndItsNeighbourDoesNot) {
  serve();
  users_.enrol("alice");
  const auto& neighbour = users_.enrol("bob").credential;
  const auto& wrong = with_a_wrong_key("alice");
  bool busy = false;
  for (int i = 0; i < 5 && !busy; ++i) {
    const auto guess = connect(wrong);
    settle();
    ASSERT_TRUE(guess->client().done());
    busy = guess->client().outcome().closed.error == Error::busy;
  }
  const auto good = connect(neighbour);
  settle();
  EXPECT_EQ(good->log.opened, 1);
}

TEST_F(ServerTest, SaysThatAKeyMayBeWrongWhenItsHolderGoesAwayAfterTheProof) {
  serve();
  users_.enrol("alice");
  const auto guess = connect(with_a_wrong_key("alice"));
  settle();
  EXPECT_EQ(guess->client().outcome().closed.error, Error::authentication_failed);
  ASSERT_EQ(log_.count("refused alice from 192.0.2.1:4711"), 1U);
  EXPECT_TRUE(log_.refusals.back().proof_given);
}

TEST_F(ServerTest, SaysWhichModeAUserIsEnrolledIn) {
  serve();
  users_.enrol("alice", pawl::test::kRawKeyEcdhe);
  const auto wrong = connect(with_a_wrong_key("alice"));
  settle();
  EXPECT_EQ(log_.refusals.back().enrolled_mode, Mode::psk_ecdhe);
}

TEST_F(ServerTest, ItsOwnTroubleIsBusyAndCountsAgainstNobody) {
  serve();
  const auto& credential = alice();
  users_.fail({.kind = Failure::Kind::file_read, .error = std::make_error_code(std::errc::too_many_files_open)});
  for (int i = 0; i < 10; ++i) {
    const auto client = connect(credential);
    settle();
    ASSERT_TRUE(client->client().done());
    EXPECT_EQ(client->client().outcome().closed.error, Error::busy);
    EXPECT_EQ(client->client().outcome().closed.retry_after, 5);
  }
  EXPECT_EQ(log_.failures.size(), 10U);
  EXPECT_EQ(last_reason(), Reason::own_trouble);
}

TEST_F(ServerTest, GoesOnAcceptingWhenTheSystemCanAgain) {
  serve();
  const auto& credential = alice();
  queue_->failure = std::make_error_code(std::errc::too_many_files_open);
  const auto client = connect(credential);
  pass(seconds(3));
  EXPECT_EQ(client->log.opened, 0);
  EXPECT_GE(log_.failures.size(), 2U);
  EXPECT_LE(log_.failures.size(), 4U) << "once a second";
  queue_->failure = {};
  pass(seconds(2));
  EXPECT_EQ(client->log.opened, 1);
}

// Users who come and go.

TEST_F(ServerTest, ClosesTheSessionsOfAUserWhoIsRemovedOrEnrolledAnew) {
  serve();
  const auto bob = connect(users_.enrol("bob").credential);
  const auto first = connect(alice());
  settle();
  users_.remove("alice");
  pass(seconds(7));
  EXPECT_EQ(log_.count("enrolment gone of alice"), 1U);
  EXPECT_TRUE(first->client().done());
  const auto second = connect(alice());
  settle();
  alice();
  pass(seconds(7));
  EXPECT_TRUE(second->client().done());
  EXPECT_EQ(second->client().outcome().closed.reason, CloseReason::normal);
  EXPECT_FALSE(bob->client().done());
}

// Slow readers.

/// Meanwhile the server waits for the client to take an answer, and both for longer than the idle time-out.
TEST_F(ServerTest, AClientWhoseOutputIsNotReadLosesNothing) {
  limits_.capacity = 256;
  serve();
  const auto client = connect(alice(), 2, 5);
  settle();
  client->replies.read_until = 1;
  for (int i = 0; i < 10; ++i) client->messages.queue.emplace_back(8000, 'x');
  pass(seconds(60));
  EXPECT_EQ(client->replies.all.size(), 1U);
  EXPECT_FALSE(client->client().done());
  EXPECT_EQ(log_.ends.size(), 0U);
  client->replies.read_until = SIZE_MAX;
  pass(seconds(60));
  EXPECT_EQ(client->replies.all.size(), 10U);
}

/// All replies are on the way at once, so that the server waits for nothing but a sign of life.
TEST_F(ServerTest, AClientWhoseOutputIsReadSlowlyIsNotGivenUp) {
  serve();
  const auto client = connect(alice(), 2, 5);
  settle();
  for (int i = 0; i < 30; ++i) client->messages.queue.emplace_back("line");
  for (std::size_t read = 1; read <= 30; ++read) {
    client->replies.read_until = read;
    pass(seconds(1));
    EXPECT_EQ(client->replies.all.size(), read);
  }
  EXPECT_EQ(log_.ends.size(), 0U);
  EXPECT_FALSE(client->client().done());
}

/// The control: a client that is really gone, and not only held up, is given up.
TEST_F(ServerTest, AClientThatIsGoneIsGivenUp) {
  serve();
  const auto& credential = alice();
  // It has its part of the loop to itself, so that it can stop.
  EventLoop other(clock_, other_poller_);
  test::TestClient client(other, random_, credential, come(), 5);
  client.messages.stays = true;
  client.start();
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(loop_.turn().ok() && other.turn().ok());
  ASSERT_EQ(client.log.opened, 1);
  pass(seconds(4));
  EXPECT_EQ(log_.ends.size(), 0U);
  pass(seconds(2));
  ASSERT_EQ(log_.ends.size(), 1U);
  EXPECT_EQ(log_.ends.back().closed.error, Error::idle);
}

// The end.

TEST_F(ServerTest, ClosesItsSessionsInGoodOrder) {
  serve();
  const auto first = connect(alice());
  const auto silent = come(3);
  settle();
  server_->stop();
  pass(seconds(3));
  EXPECT_TRUE(server_->stopped());
  ASSERT_TRUE(first->client().done());
  EXPECT_EQ(first->client().outcome().closed.error, Error::none);
  EXPECT_EQ(log_.ends.back().closed.error, Error::none);
  const auto late = come();
  settle();
  EXPECT_EQ(queue_->waiting.size(), 1U) << "nobody is let in";
}

TEST_F(ServerTest, WaitsForNobodyLongerThanFiveSeconds) {
  serve();
  auto client = connect(alice());
  settle();
  client->replies.read_until = 0;
  client->messages.queue = {"one"};
  settle();
  server_->stop();
  EXPECT_FALSE(server_->stopped());
  pass(seconds(6));
  EXPECT_TRUE(server_->stopped());
}

}  // namespace
}  // namespace pawl::host::server_test
