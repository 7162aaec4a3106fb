// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/pawl_connection.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/unit/host/world.hpp"

namespace pawl::host::pawl_connection_test {
namespace {

using Reason = Refusal::Reason;

bool reads(Interest interest) { return (interest | Interest::read) == interest; }
bool writes(Interest interest) { return (interest | Interest::write) == interest; }

/// A connection, which the test drives, and its client, which the loop does.
class PawlConnectionTest : public test::ContextWorld, public Connection::Owner {
 protected:
  /// Somebody has come in.
  void accept(const PipeLimits& limits = {}) {
    test::StreamPair pair = test::join_streams(limits);
    stream_ = std::move(pair.client);
    const PeerAddress address = test::address_in(2);
    auto permit = context().admission.half_open().enter(address.prefix, nullptr);
    connection_ = std::make_unique<PawlConnection>(
        context(), service(), Arrival{{std::move(pair.server), address}, std::move(permit), *this, clock_.now()});
  }
  /// It is a client with this credential.
  void connect(const ClientCredential& credential) {
    client_ = std::make_unique<test::TestClient>(loop_, random_, credential, std::move(stream_), options_.idle);
    client_->messages.stays = true;
    client_->start();
  }
  /// A client whose session is open.
  void open(const PipeLimits& limits = {}) {
    accept(limits);
    connect(users_.enrol("alice").credential);
    talk();
    ASSERT_EQ(client_->log.opened, 1);
  }
  /// The same, with a handler that does what the test says.
  ServerSession& open_by_hand(const PipeLimits& limits = {}) {
    gateway_ = std::make_unique<test::OpenGateway>();
    open(limits);
    return *gateway().sessions.at(0);
  }
  test::OpenGateway& gateway() { return static_cast<test::OpenGateway&>(*gateway_); }
  /// Both ends do what they can, without any time passing.
  void talk(int rounds = 60) {
    for (int i = 0; i < rounds; ++i) {
      ASSERT_TRUE(loop_.turn().ok());
      if (!connection_->finished()) connection_->step(clock_.now());
    }
  }
  void talk_for(Duration time) {
    const Instant end = clock_.now() + time;
    while (clock_.now() < end) {
      clock_.advance(milliseconds(500));
      talk(4);
    }
  }
  /// Buffers that nobody uses now.
  Buffers* pooled() {
    auto buffers = context().buffers.take();
    Buffers* const taken = buffers.get();
    context().buffers.give_back(std::move(buffers));
    return taken;
  }
  void settle() override { ++settled_; }
  const Closed& seen_by_client() { return client_->outcome().closed; }

  std::unique_ptr<Stream> stream_;
  std::unique_ptr<PawlConnection> connection_;
  std::unique_ptr<test::TestClient> client_;
  int settled_ = 0;
};

TEST_F(PawlConnectionTest, AnswersUntilItsClientCloses) {
  open();
  EXPECT_TRUE(connection_->was_established());
  EXPECT_EQ(log_.peers.back().user, "alice");
  EXPECT_EQ(log_.peers.back().kind, Kind::raw_key);
  client_->messages.queue = {"one", "two"};
  talk();
  EXPECT_EQ(client_->replies.all, (std::vector<std::string>{"Server received: one", "Server received: two"}));
  client_->client().stop();
  talk();
  EXPECT_TRUE(connection_->finished());
  ASSERT_EQ(log_.count("closed alice"), 1U);
  EXPECT_EQ(log_.ends.back().messages, 2U);
  EXPECT_EQ(log_.ends.back().closed.error, Error::none);
}

// Who is let in.

TEST_F(PawlConnectionTest, AUserWhoDoesNotExistLooksLikeAWrongKey) {
  accept();
  const pawl::test::Enrolled nobody({.flow = pawl::test::kRawKeyPsk, .user = pawl::test::bytes_of("nobody")});
  connect(nobody.credential);
  talk();
  EXPECT_EQ(seen_by_client().error, Error::authentication_failed);
  EXPECT_TRUE(log_.refusals.back().proof_given);
  EXPECT_EQ(log_.refusals.back().reason, Reason::handshake);
}

TEST_F(PawlConnectionTest, AUserWhoHasToWaitIsTold) {
  for (unsigned i = 0; i < Limits{}.failures; ++i) {
    context().admission.guesses().failed(pawl::test::bytes_of("alice"), test::address_in(2).prefix, clock_.now());
  }
  accept();
  connect(users_.enrol("alice").credential);
  talk();
  EXPECT_EQ(seen_by_client().error, Error::busy);
  EXPECT_EQ(seen_by_client().retry_after, 1);
  EXPECT_EQ(log_.refusals.back().retry_after, 1);
}

TEST_F(PawlConnectionTest, AUserWhoCannotBeLookedUpWaits) {
  accept();
  users_.fail({.kind = Failure::Kind::file_read});
  connect(users_.enrol("alice").credential);
  talk();
  EXPECT_EQ(seen_by_client().error, Error::busy);
  EXPECT_EQ(seen_by_client().retry_after, 5);
  EXPECT_EQ(log_.refusals.back().reason, Reason::own_trouble);
}

TEST_F(PawlConnectionTest, TellsThatAnEnrolmentIsExposed) {
  accept();
  const auto& credential = users_.enrol("alice").credential;
  users_.expose("alice", "records/alice.toml");
  connect(credential);
  talk();
  EXPECT_EQ(log_.count("exposed records/alice.toml"), 1U);
}

TEST_F(PawlConnectionTest, KnowsWhenItsEnrolmentIsGone) {
  open();
  EXPECT_TRUE(connection_->enrolment_current());
  users_.remove("alice");
  EXPECT_FALSE(connection_->enrolment_current());
}

/// One permit for handshakes, which a session that is open needs no more.
TEST_F(PawlConnectionTest, GivesItsPlaceUpOnceItIsOpen) {
  options_.limits.half_open = 1;
  open();
  EXPECT_NE(context().admission.half_open().enter({4, 192, 0, 3}, nullptr), nullptr);
}

// Buffers.

TEST_F(PawlConnectionTest, HasBuffersOnlyWhileSomethingIsOnItsWay) {
  Buffers* const only = pooled();
  open({.capacity = 256});
  EXPECT_EQ(pooled(), only);
  client_->messages.queue.emplace_back(2000, 'x');
  talk(2);
  EXPECT_NE(pooled(), only);
  talk();
  ASSERT_EQ(client_->replies.all.size(), 1U);
  EXPECT_EQ(pooled(), only);
}

TEST_F(PawlConnectionTest, GivesItsBuffersBackAtItsEnd) {
  Buffers* const only = pooled();
  open({.capacity = 256});
  client_->messages.queue.emplace_back(2000, 'x');
  talk(2);
  connection_.reset();
  EXPECT_EQ(pooled(), only);
}

// What it waits for.

TEST_F(PawlConnectionTest, WaitsForItsClient) {
  open();
  EXPECT_TRUE(reads(connection_->interest()));
  EXPECT_FALSE(writes(connection_->interest()));
  ASSERT_TRUE(connection_->deadline());
  EXPECT_GT(*connection_->deadline(), clock_.now());
}

TEST_F(PawlConnectionTest, DoesNotListenToAClientThatDoesNotRead) {
  options_.idle = 5;
  options_.queue = 4000;
  open({.capacity = 256});
  client_->replies.read_until = 1;
  for (int i = 0; i < 10; ++i) client_->messages.queue.emplace_back(8000, 'x');
  talk_for(seconds(20));
  EXPECT_EQ(client_->replies.all.size(), 1U);
  EXPECT_EQ(connection_->interest(), Interest::write);
  EXPECT_FALSE(connection_->finished());
  client_->replies.read_until = SIZE_MAX;
  talk_for(seconds(60));
  EXPECT_EQ(client_->replies.all.size(), 10U);
}

TEST_F(PawlConnectionTest, DoesSoMuchAtATime) {
  open();
  client_->messages.queue.assign(40, "x");
  ASSERT_TRUE(loop_.turn().ok());
  ASSERT_TRUE(client_->messages.queue.empty());
  connection_->step(clock_.now());
  ASSERT_TRUE(connection_->deadline());
  EXPECT_LE(*connection_->deadline(), clock_.now()) << "there is more to be done";
  ASSERT_TRUE(loop_.turn().ok());
  EXPECT_LE(client_->replies.all.size(), 16U);
  talk();
  EXPECT_EQ(client_->replies.all.size(), 40U);
}

// The end.

TEST_F(PawlConnectionTest, SaysWhyItIsClosed) {
  open();
  connection_->dismiss(CloseReason::limit);
  connection_->dismiss(CloseReason::normal);
  EXPECT_EQ(settled_, 2);
  EXPECT_LE(*connection_->deadline(), clock_.now());
  talk();
  EXPECT_EQ(seen_by_client().reason, CloseReason::limit);
  EXPECT_EQ(seen_by_client().error, Error::none);
  EXPECT_TRUE(connection_->finished());
  EXPECT_EQ(log_.count("closed alice"), 1U);
}

TEST_F(PawlConnectionTest, AbandonsAHandshakeThatIsClosed) {
  accept();
  connection_->dismiss(CloseReason::normal);
  talk(2);
  ByteArray<8> buffer{};
  EXPECT_EQ(stream_->read(buffer).error(), Error::connection_lost);
  stream_.reset();
  talk(2);
  EXPECT_TRUE(connection_->finished());
  EXPECT_EQ(log_.lines.size(), 0U);
}

TEST_F(PawlConnectionTest, ClosesWhenAMessageCannotBeTaken) {
  gateway_ = std::make_unique<test::FullGateway>();
  open();
  client_->messages.queue = {"one"};
  talk();
  EXPECT_EQ(log_.failures.back().kind, Failure::Kind::file_write);
  EXPECT_EQ(seen_by_client().reason, CloseReason::limit);
}

TEST_F(PawlConnectionTest, ClosesWhenThereIsNoHandler) {
  gateway_ = std::make_unique<test::ClosedGateway>();
  open();
  talk();
  EXPECT_EQ(log_.failures.back().kind, Failure::Kind::file_make);
  EXPECT_EQ(seen_by_client().reason, CloseReason::limit);
}

// What its handler wants.

TEST_F(PawlConnectionTest, SendsWhatItsHandlerSaysAtAnyTime) {
  ServerSession& session = open_by_hand();
  EXPECT_TRUE(session.send("o", false));
  EXPECT_TRUE(session.send("ne", true));
  EXPECT_TRUE(session.send("", true));
  talk();
  EXPECT_EQ(client_->replies.all, (std::vector<std::string>{"one", ""}));
}

TEST_F(PawlConnectionTest, ClosesAfterWhatWasSaid) {
  ServerSession& session = open_by_hand();
  session.send(std::string(50'000, 'x'), true);
  session.close(CloseReason::normal);
  EXPECT_TRUE(session.send("too late", true)) << "is dropped";
  talk();
  EXPECT_EQ(client_->replies.all, std::vector<std::string>{std::string(50'000, 'x')});
  EXPECT_EQ(seen_by_client().error, Error::none);
  EXPECT_EQ(gateway().ends.size(), 1U);
}

TEST_F(PawlConnectionTest, DropsWhatWaitsWhenItIsDismissed) {
  ServerSession& session = open_by_hand();
  session.send(std::string(50'000, 'x'), true);
  connection_->dismiss(CloseReason::limit);
  talk();
  EXPECT_EQ(client_->replies.all.size(), 0U);
  EXPECT_EQ(seen_by_client().reason, CloseReason::limit);
}

TEST_F(PawlConnectionTest, TakesSoMuchAndSaysWhenItHasLeft) {
  options_.queue = 1000;
  ServerSession& session = open_by_hand({.capacity = 100});
  EXPECT_TRUE(session.send(std::string(200'000, 'x'), true));
  EXPECT_TRUE(session.full());
  EXPECT_FALSE(session.send("y", true));
  talk(2);
  EXPECT_EQ(gateway().drained, 0);
  talk(3000);
  EXPECT_EQ(gateway().drained, 1);
  EXPECT_FALSE(session.full());
  EXPECT_TRUE(session.send("y", true));
  talk();
  EXPECT_EQ(client_->replies.all, (std::vector<std::string>{std::string(200'000, 'x'), "y"}));
}

TEST_F(PawlConnectionTest, GoesOnWithAHandlerThatSpeaksWhenItHasDrained) {
  options_.queue = 3;
  ServerSession& session = open_by_hand();
  gateway().says_when_drained = "next";
  EXPECT_TRUE(session.send("first", true));
  connection_->step(clock_.now());
  ASSERT_EQ(gateway().drained, 1);
  EXPECT_LE(*connection_->deadline(), clock_.now()) << "no other event is to come";
  talk();
  EXPECT_EQ(client_->replies.all, (std::vector<std::string>{"first", "next"}));
}

TEST_F(PawlConnectionTest, DropsWhatWaitsOfAHandlerThatHasClosed) {
  ServerSession& session = open_by_hand({.capacity = 100});
  client_->replies.read_until = 0;
  session.send(std::string(200'000, 'x'), true);
  session.close(CloseReason::normal);
  talk();
  EXPECT_GT(*connection_->deadline(), clock_.now());
  connection_->dismiss(CloseReason::limit);
  EXPECT_LE(*connection_->deadline(), clock_.now()) << "it is closed now";
}

TEST_F(PawlConnectionTest, HoldsUpAClientToWhichItsHandlerDoesNotListen) {
  ServerSession& session = open_by_hand();
  session.listen(false);
  client_->messages.queue = {"one", "two"};
  talk();
  EXPECT_FALSE(reads(connection_->interest()));
  EXPECT_EQ(gateway().messages.size(), 0U);
  EXPECT_TRUE(session.send("spoken", true));
  talk();
  EXPECT_EQ(client_->replies.all, std::vector<std::string>{"spoken"}) << "the other direction goes on";
  session.listen(true);
  talk();
  EXPECT_EQ(gateway().messages, (std::vector<std::string>{"one", "two"}));
}

TEST_F(PawlConnectionTest, KeepsAClientAliveThatIsHeldUp) {
  options_.idle = 6;
  ServerSession& session = open_by_hand();
  session.listen(false);
  talk_for(seconds(30));
  EXPECT_EQ(gateway().ends.size(), 0U);
}

TEST_F(PawlConnectionTest, HearsThatAClientIsGoneToWhichNobodyListens) {
  options_.idle = 6;
  ServerSession& session = open_by_hand();
  session.listen(false);
  talk();
  client_.reset();
  talk_for(seconds(30));
  EXPECT_EQ(gateway().ends.size(), 1U);
}

TEST_F(PawlConnectionTest, DoesNothingForAHandlerWhoseSessionIsOver) {
  ServerSession& session = open_by_hand();
  client_->client().stop();
  talk(4);
  ASSERT_EQ(gateway().ends.size(), 1U);
  EXPECT_EQ(gateway().ends[0].error, Error::none);
  EXPECT_TRUE(session.send("x", true));
  session.listen(false);
  session.close(CloseReason::limit);
  talk();
  EXPECT_TRUE(connection_->finished());
  EXPECT_EQ(seen_by_client().reason, CloseReason::normal);
}

TEST_F(PawlConnectionTest, GivesUpAClientThatIsGone) {
  options_.idle = 5;
  open();
  clock_.advance(seconds(6));
  connection_->step(clock_.now());
  ASSERT_EQ(log_.ends.size(), 1U);
  EXPECT_EQ(log_.ends.back().closed.error, Error::idle);
}

}  // namespace
}  // namespace pawl::host::pawl_connection_test
