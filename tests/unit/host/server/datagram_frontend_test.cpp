// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/datagram_frontend.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/unit/host/datagrams.hpp"
#include "tests/unit/host/failures.hpp"

namespace pawl::host::datagram_frontend_test {
namespace {

using pawl::test::kRawKeyEcdhe;
using Reason = Refusal::Reason;
using Replies = std::vector<std::string>;

/// A client that is told that the server is busy tries again for as long as a handshake may take, and ends then.
constexpr Duration kUntilRefused = seconds(32);
static_assert(kUntilRefused > Config::kClientHandshake);

class DatagramFrontendTest : public test::DatagramWorld {
 protected:
  const ClientCredential& alice(const pawl::test::Flow& flow = pawl::test::kRawKeyPsk) {
    return users_.enrol("alice", flow).credential;
  }
  test::OpenGateway& use_open_gateway() {
    auto gateway = std::make_unique<test::OpenGateway>();
    test::OpenGateway& used = *gateway;
    gateway_ = std::move(gateway);
    return used;
  }
  /// So many hellos of network 9 that the server wants to see addresses before it exchanges keys.
  void make_exchanges_scarce() {
    options_.limits.hellos_per_source = options_.limits.hellos;
    const SourcePrefix far = test::address_in(9).prefix;
    while (!context().admission.exchanges_scarce(clock_.now())) {
      EXPECT_EQ(context().admission.hello({}, Kind::password, Mode::psk_ecdhe, far, clock_.now()), 0);
    }
  }
  static const Closed& end_of(test::TestClient& client) { return client.outcome().closed; }
};

// The beginning.

TEST_F(DatagramFrontendTest, SaysWhereItListens) {
  serve();
  EXPECT_EQ(log_.lines, std::vector<std::string>{"listening 192.0.2.9:7295"});
}

TEST_F(DatagramFrontendTest, NeedsAnIdleTimeOut) {
  options_.idle = 0;
  test::failure_of(Failure::Kind::idle_needed, try_to_serve());
  EXPECT_EQ(log_.lines.size(), 0U);
}

TEST_F(DatagramFrontendTest, NeedsRandomBytes) {
  ScriptedRandom none({});
  ServerContext context({loop_, none, log_, *gateway_}, options_);
  DatagramFrontend frontend(context, service(), std::make_unique<test::TestPort>(hub_, port_));
  EXPECT_EQ(test::failure_of(Failure::Kind::core, frontend.start()).core, Error::random_failed);
}

TEST_F(DatagramFrontendTest, AnnouncesTheLongestRecordOfItsPort) {
  serve();
  EXPECT_EQ(service().settings.max_rx, kLongestUdp - datagram_header_size(true));
}

// Sessions.

TEST_F(DatagramFrontendTest, AnswersEachClient) {
  serve();
  const auto first = connect(alice(), 2);
  const auto second = connect(users_.enrol("bob").credential, 3);
  first->messages.queue = {"one", "two"};
  second->messages.queue = {"three"};
  settle();
  EXPECT_EQ(first->replies.all, (Replies{"Server received: one", "Server received: two"}));
  EXPECT_EQ(second->replies.all, Replies{"Server received: three"});
  ASSERT_EQ(log_.peers.size(), 2U);
  EXPECT_EQ(log_.peers[0].way, Way::udp);
  EXPECT_EQ(log_.peers[0].address.text, "192.0.2.1:4711");
  EXPECT_EQ(log_.peers[1].address.text, "192.0.3.1:4711");
}

TEST_F(DatagramFrontendTest, TellsHowASessionEnded) {
  serve();
  const auto client = connect(alice());
  client->messages.queue = {"one"};
  settle();
  client->client().stop();
  settle();
  EXPECT_EQ(end_of(*client).error, Error::none);
  ASSERT_EQ(log_.count("closed alice"), 1U);
  EXPECT_EQ(log_.ends.back().closed.error, Error::none);
  EXPECT_EQ(log_.ends.back().messages, 1U);
  EXPECT_EQ(log_.ends.back().bytes, 3U);
}

TEST_F(DatagramFrontendTest, GivesUpAClientThatIsGone) {
  options_.idle = 5;
  serve();
  const auto client = connect(alice());
  settle();
  hub_.last().set_faults({.loss = 1'000'000});
  pass(seconds(6));
  ASSERT_EQ(log_.ends.size(), 1U);
  EXPECT_EQ(log_.ends.back().closed.error, Error::idle);
}

TEST_F(DatagramFrontendTest, KeepsTheSessionOfAClientThatMoves) {
  serve();
  auto& end = hub_.connect(test::datagram_address(2));
  const auto client = connect(alice(), end);
  client->messages.queue = {"one"};
  settle();
  end.set_address(test::datagram_address(7));
  client->messages.queue = {"two"};
  pass(seconds(3));
  client->messages.queue = {"three"};
  pass(seconds(3));
  EXPECT_EQ(client->replies.all.size(), 3U);
  EXPECT_EQ(hub_.sent_to.back(), test::datagram_address(7));
  EXPECT_EQ(client->outcome().unanswered, 0U);
  EXPECT_EQ(log_.count("established alice"), 1U);
  EXPECT_EQ(log_.ends.size(), 0U);
}

TEST_F(DatagramFrontendTest, ClosesTheSessionOfAUserWhoIsRemoved) {
  serve();
  const auto client = connect(alice());
  settle();
  users_.remove("alice");
  clock_.advance(OpenSessions::kCheckPeriod);
  context().open_sessions.check(clock_.now());
  settle();
  EXPECT_EQ(log_.count("enrolment gone of alice"), 1U);
  EXPECT_TRUE(client->client().done());
  EXPECT_EQ(end_of(*client).reason, CloseReason::normal);
}

TEST_F(DatagramFrontendTest, MessagesBeyondTheRateAreLost) {
  options_.limits.message_rate = 2;
  serve();
  const auto client = connect(alice());
  client->messages.one_at_a_time = false;
  settle();
  client->messages.queue = {"1", "2", "3", "4", "5"};
  pass(milliseconds(100));
  EXPECT_EQ(client->replies.all, (Replies{"Server received: 1", "Server received: 2"}));
  pass(seconds(1));
  client->messages.queue = {"6"};
  pass(milliseconds(100));
  EXPECT_EQ(client->replies.all.size(), 3U);
  EXPECT_FALSE(client->client().done());
}

TEST_F(DatagramFrontendTest, AMessageThatIsTooLongEndsItsSession) {
  options_.limits.message_size = 3;
  serve();
  const auto client = connect(alice());
  client->messages.queue = {"123", "1234"};
  settle();
  EXPECT_EQ(client->replies.all, Replies{"Server received: 123"});
  EXPECT_EQ(end_of(*client).reason, CloseReason::limit);
}

// Who is let in.

TEST_F(DatagramFrontendTest, AUserWhoDoesNotExistLooksLikeAWrongKey) {
  serve();
  const pawl::test::Enrolled nobody({.flow = pawl::test::kRawKeyPsk, .user = pawl::test::bytes_of("nobody")});
  const auto client = connect(nobody.credential);
  pass(seconds(80));
  EXPECT_EQ(end_of(*client).error, Error::authentication_failed);
  ASSERT_EQ(log_.refusals.size(), 1U);
  EXPECT_TRUE(log_.refusals.back().proof_given);
}

TEST_F(DatagramFrontendTest, AUserWhoCannotBeLookedUpWaits) {
  serve();
  const auto& credential = alice();
  users_.fail({.kind = Failure::Kind::file_read});
  const auto client = connect(credential);
  pass(kUntilRefused);
  EXPECT_EQ(end_of(*client).error, Error::busy);
  EXPECT_EQ(end_of(*client).retry_after, 5);
  EXPECT_GE(log_.count("failed for alice"), 1U);
  EXPECT_EQ(log_.refusals.front().reason, Reason::own_trouble);
}

TEST_F(DatagramFrontendTest, TellsThatAnEnrolmentIsExposed) {
  serve();
  const auto& credential = alice();
  users_.expose("alice", "records/alice.toml");
  const auto client = connect(credential);
  settle();
  EXPECT_EQ(log_.count("exposed records/alice.toml"), 1U);
}

// Limits.

TEST_F(DatagramFrontendTest, HellosOfASourceAreLimited) {
  options_.limits.hellos_per_source = 1;
  serve();
  const auto& credential = alice(kRawKeyEcdhe);
  const auto first = connect(credential, hub_.connect(test::datagram_address(2, 1)));
  const auto neighbour = connect(credential, hub_.connect(test::datagram_address(2, 2)));
  const auto elsewhere = connect(credential, hub_.connect(test::datagram_address(3)));
  settle();
  EXPECT_EQ(first->log.opened + neighbour->log.opened, 1);
  EXPECT_EQ(elsewhere->log.opened, 1);
  EXPECT_EQ(log_.refusals.back().retry_after, 1);
}

/// The only place of the source is taken.
TEST_F(DatagramFrontendTest, HandshakesOfASourceThatHasShownItsAddressAreLimited) {
  options_.limits.half_open_per_source = 1;
  make_exchanges_scarce();
  serve();
  const auto place = context().admission.half_open().enter(test::address_in(2).prefix, nullptr);
  const auto& credential = alice(kRawKeyEcdhe);
  const auto refused = connect(credential, 2);
  const auto elsewhere = connect(credential, 3);
  settle();
  EXPECT_EQ(refused->log.opened, 0);
  EXPECT_EQ(log_.refusals.back().retry_after, 1);
  EXPECT_EQ(elsewhere->log.opened, 1);
}

/// Whoever has not shown it may be anywhere, and takes no place of the source it names.
TEST_F(DatagramFrontendTest, HandshakesOfASourceThatHasNotShownItsAddressAreNot) {
  options_.limits.half_open_per_source = 1;
  serve();
  const auto place = context().admission.half_open().enter(test::address_in(2).prefix, nullptr);
  const auto client = connect(alice(kRawKeyEcdhe), 2);
  settle();
  EXPECT_EQ(client->log.opened, 1);
}

TEST_F(DatagramFrontendTest, PlacesForHandshakesAreGivenUpOnceOpen) {
  options_.limits.half_open_per_source = 1;
  make_exchanges_scarce();
  serve();
  const auto& credential = alice(kRawKeyEcdhe);
  const auto first = connect(credential, hub_.connect(test::datagram_address(2, 1)));
  settle();
  const auto second = connect(credential, hub_.connect(test::datagram_address(2, 2)));
  settle();
  EXPECT_EQ(first->log.opened + second->log.opened, 2);
}

TEST_F(DatagramFrontendTest, OnlyHellosThatCostAnExchangeHaveToShowAnAddress) {
  make_exchanges_scarce();
  serve();
  auto& costly = hub_.connect(test::datagram_address(2));
  auto& cheap = hub_.connect(test::datagram_address(3));
  const auto first = connect(alice(kRawKeyEcdhe), costly);
  const auto second = connect(users_.enrol("bob").credential, cheap);
  settle();
  EXPECT_EQ(first->log.opened + second->log.opened, 2);
  EXPECT_EQ(costly.sent().sent, cheap.sent().sent + 1) << "the hello again, with a cookie";
}

TEST_F(DatagramFrontendTest, HasNoMoreSessionsThanThereMayBe) {
  options_.max_sessions = 2;
  serve();
  const auto& credential = alice();
  std::vector<std::unique_ptr<test::TestClient>> clients;
  for (std::uint8_t network = 2; network < 5; ++network) {
    clients.push_back(connect(credential, network));
    settle();
  }
  pass(kUntilRefused);
  EXPECT_EQ(log_.count("established alice"), 2U);
  EXPECT_EQ(end_of(*clients.back()).error, Error::busy);
}

// Answers.

/// One answer is the session's, one waits, and what comes meanwhile is lost, as datagrams may be.
TEST_F(DatagramFrontendTest, AnswersWaitUntilTheyCanBeSent) {
  options_.queue = 20;
  serve();
  const auto client = connect(alice());
  settle();
  client->messages.one_at_a_time = false;
  hub_.full = true;
  client->messages.queue = {"one", "two", "three"};
  settle();
  ASSERT_TRUE(client->messages.queue.empty());
  EXPECT_EQ(client->replies.all.size(), 0U);
  hub_.full = false;
  settle();
  EXPECT_EQ(client->replies.all, (Replies{"Server received: one", "Server received: two"}));
  client->messages.queue = {"four"};
  settle();
  EXPECT_EQ(client->replies.all.back(), "Server received: four");
}

TEST_F(DatagramFrontendTest, AnAnswerThatWaitsEndsWithItsSession) {
  options_.idle = 5;
  serve();
  const auto client = connect(alice());
  settle();
  client->messages.one_at_a_time = false;
  hub_.full = true;
  client->messages.queue = {"one", "two"};
  settle();
  hub_.last().set_faults({.loss = 1'000'000});
  pass(seconds(20));
  EXPECT_EQ(log_.ends.size(), 1U);
  hub_.full = false;
  settle();
}

TEST_F(DatagramFrontendTest, SaysThatAnAnswerIsTooLong) {
  test::OpenGateway& gateway = use_open_gateway();
  serve();
  const auto client = connect(alice());
  settle();
  ASSERT_EQ(gateway.sessions.size(), 1U);
  EXPECT_TRUE(gateway.sessions[0]->send(std::string(kLongestUdp, 'x'), true));
  settle();
  EXPECT_EQ(log_.count("answer too long for alice"), 1U);
  EXPECT_EQ(log_.ends.size(), 0U);
  EXPECT_FALSE(client->client().done());
}

TEST_F(DatagramFrontendTest, SendsWhatItsHandlerSaysAtAnyTime) {
  test::OpenGateway& gateway = use_open_gateway();
  serve();
  const auto client = connect(alice());
  settle();
  ServerSession& session = *gateway.sessions.at(0);
  EXPECT_TRUE(session.send("o", false));
  settle();
  EXPECT_EQ(client->replies.all.size(), 0U) << "a datagram has a whole message";
  EXPECT_TRUE(session.send("ne", true));
  EXPECT_TRUE(session.send("two", true));
  session.close(CloseReason::normal);
  settle();
  EXPECT_EQ(client->replies.all, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(end_of(*client).error, Error::none);
  EXPECT_EQ(gateway.ends.size(), 1U);
}

TEST_F(DatagramFrontendTest, AMessageThatFillsTheQueueAndNeverEndsIsTooLong) {
  options_.queue = 100;
  test::OpenGateway& gateway = use_open_gateway();
  serve();
  const auto client = connect(alice());
  settle();
  ServerSession& session = *gateway.sessions.at(0);
  EXPECT_TRUE(session.send(std::string(kLongestUdp, 'x'), false));
  EXPECT_FALSE(session.send("x", false));
  settle();
  EXPECT_EQ(log_.count("answer too long for alice"), 1U);
  EXPECT_EQ(gateway.drained, 1);
  EXPECT_TRUE(session.send("its end", true));
  EXPECT_TRUE(session.send("another", true));
  settle();
  EXPECT_EQ(client->replies.all, std::vector<std::string>{"another"});
}

TEST_F(DatagramFrontendTest, GoesOnWithAHandlerThatSpeaksWhenItHasDrained) {
  options_.queue = 3;
  test::OpenGateway& gateway = use_open_gateway();
  serve();
  const auto client = connect(alice());
  settle();
  gateway.says_when_drained = "next";
  EXPECT_TRUE(gateway.sessions.at(0)->send("first", true));
  settle();
  EXPECT_EQ(client->replies.all, (std::vector<std::string>{"first", "next"}));
}

TEST_F(DatagramFrontendTest, LosesWhatComesWhileItsHandlerDoesNotListen) {
  test::OpenGateway& gateway = use_open_gateway();
  serve();
  const auto client = connect(alice());
  settle();
  gateway.sessions.at(0)->listen(false);
  client->messages.queue = {"one"};
  settle();
  gateway.sessions.at(0)->listen(true);
  settle();
  EXPECT_EQ(gateway.messages.size(), 0U);
}

TEST_F(DatagramFrontendTest, ClosesASessionWhoseMessageCannotBeTaken) {
  gateway_ = std::make_unique<test::FullGateway>();
  serve();
  const auto client = connect(alice());
  settle();
  client->messages.queue = {"one"};
  settle();
  EXPECT_EQ(log_.failures.back().kind, Failure::Kind::file_write);
  EXPECT_EQ(end_of(*client).reason, CloseReason::limit);
}

}  // namespace
}  // namespace pawl::host::datagram_frontend_test
