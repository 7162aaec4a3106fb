// SPDX-License-Identifier: Apache-2.0
// The client over a link that the test plays. Over real links see the tests of these.
#include <pawl/host/client/client.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/host/client_world.hpp"

namespace pawl::host::client_test {
namespace {

using Strings = std::vector<std::string>;
using Which = Failure::Kind;

const Failure kInput{.kind = Which::input, .detail = "standard input"};
const Failure kOutput{.kind = Which::output};

class ClientTest : public test::ClientWorld {};

// Messages and replies.

TEST_F(ClientTest, SendsItsMessagesAndClosesWhenAllAreAnswered) {
  messages_.queue = {"one", "two"};
  link_.events = {Established{}};
  client_.start();
  settle();
  EXPECT_TRUE(link_.started);
  EXPECT_EQ(link_.sent, (Strings{"one", "two"}));
  EXPECT_EQ(log_.last_sent, 1U);
  hear("first");
  EXPECT_EQ(link_.closes, 0);
  hear("second");
  EXPECT_EQ(link_.closes, 1);
  EXPECT_FALSE(client_.done());
  end();
  EXPECT_TRUE(client_.done());
  EXPECT_TRUE(outcome().complete);
  EXPECT_EQ(outcome().sent, 2U);
  EXPECT_EQ(outcome().answered, 2U);
  EXPECT_EQ(replies_.all, (Strings{"first", "second"}));
  EXPECT_EQ(messages_.answers, 2);
  EXPECT_FALSE(outcome().failure || outcome().stopped || outcome().link || outcome().nobody_there);
}

TEST_F(ClientTest, SaysNothingBeforeTheSessionIsOpen) {
  messages_.queue = {"one"};
  client_.start();
  settle();
  EXPECT_EQ(link_.sent, Strings{});
}

TEST_F(ClientTest, SendsAMessageInAsManyPartsAsTheLinkTakes) {
  open();
  link_.most = 3;
  say("message");
  EXPECT_EQ(link_.sent, (Strings{"mes", "sag", "e"}));
  EXPECT_EQ(outcome().sent, 1U);
}

TEST_F(ClientTest, PutsAReplyOutAsItComes) {
  open();
  say("one");
  hear("a long ", false);
  EXPECT_EQ(outcome().answered, 0U);
  EXPECT_EQ(messages_.answers, 0);
  hear("reply");
  EXPECT_EQ(outcome().answered, 1U);
  EXPECT_EQ(replies_.all, Strings{"a long reply"});
}

TEST_F(ClientTest, WaitsUntilTheLinkTakesMessages) {
  open();
  link_.takes_from = clock_.now() + seconds(1);
  link_.due = link_.takes_from;
  say("one");
  EXPECT_EQ(link_.sent, Strings{});
  pass(seconds(1));
  EXPECT_EQ(link_.sent, Strings{"one"});
}

TEST_F(ClientTest, TriesAgainWhenThereWasNoRoom) {
  open();
  link_.full = true;
  say("one");
  EXPECT_GT(link_.flushes, 0);
  EXPECT_EQ(outcome().sent, 0U);
  EXPECT_FALSE(outcome().failure);
  link_.full = false;
  settle();
  EXPECT_EQ(link_.sent, Strings{"one"});
}

TEST_F(ClientTest, LeavesTheLoopToOthersBetweenManyEvents) {
  open();
  for (int i = 0; i < 100; ++i) link_.events.emplace_back(Message{bytes_of("x"), true});
  ASSERT_TRUE(loop_.turn().ok());
  EXPECT_EQ(replies_.all.size(), 64U);
}

// Passwords.

TEST_F(ClientTest, DerivesTheCredentialThatIsWanted) {
  link_.events = {DerivationWanted{.iterations = 7}};
  client_.start();
  EXPECT_EQ(derived_, std::vector<std::uint32_t>{7});
  EXPECT_EQ(link_.provided, &credential_);
}

TEST_F(ClientTest, HasItsTicketsKept) {
  open();
  const std::array<std::uint8_t, 9> content{};
  link_.events = {TicketReceived{content}};
  settle();
  EXPECT_EQ(tickets_, std::vector<std::size_t>{9});
}

TEST_F(ClientTest, EndsWhenTheCredentialCannotBeDerived) {
  derivation_fails_ = true;
  link_.events = {DerivationWanted{}};
  client_.start();
  EXPECT_EQ(link_.provided, nullptr);
  ASSERT_TRUE(outcome().failure);
  EXPECT_EQ(outcome().failure->core, Error::random_failed);
  EXPECT_EQ(link_.closes, 1);
}

// Failures.

TEST_F(ClientTest, EndsAtAMessageThatIsTooLong) {
  open();
  link_.longest = 4;
  say("longer");
  EXPECT_EQ(failure(), Which::message_too_long);
  EXPECT_EQ(outcome().failure->detail, "The message has 6 bytes, and the server takes 4");
  EXPECT_EQ(link_.closes, 1);
  EXPECT_EQ(outcome().sent, 0U);
}

TEST_F(ClientTest, EndsWhenItsInputCannotBeRead) {
  messages_.fd = 1;
  open();
  messages_.fails = kInput;
  settle();
  EXPECT_EQ(failure(), Which::input);
  EXPECT_EQ(outcome().failure->detail, "standard input");
  end();
  EXPECT_TRUE(client_.done());
  EXPECT_FALSE(outcome().complete);
}

TEST_F(ClientTest, EndsWhenItsInputFailsAtAnAnswer) {
  open();
  say("one");
  messages_.fails = Failure{.kind = Which::message_too_long};
  hear("reply");
  EXPECT_EQ(failure(), Which::message_too_long);
  EXPECT_EQ(replies_.all.size(), 1U);
}

TEST_F(ClientTest, EndsWhenAReplyCannotBePutOut) {
  open();
  say("one");
  replies_.fails = kOutput;
  hear("reply");
  EXPECT_EQ(failure(), Which::output);
  EXPECT_EQ(link_.closes, 1);
}

TEST_F(ClientTest, EndsWhenItsOutputIsClosedMeanwhile) {
  open();
  replies_.fails = kOutput;
  settle();
  EXPECT_EQ(failure(), Which::output);
}

TEST_F(ClientTest, TheFirstFailureCounts) {
  messages_.fd = 1;
  open();
  say("one");
  messages_.fails = kInput;
  settle();
  replies_.fails = kOutput;
  settle();
  EXPECT_EQ(failure(), Which::input);
  EXPECT_EQ(link_.closes, 1);
}

// The end.

TEST_F(ClientTest, EndsBeforeItsTimeWhenItIsStopped) {
  open();
  say("one");
  client_.stop();
  EXPECT_TRUE(outcome().stopped);
  EXPECT_EQ(link_.closes, 1);
  hear("too late");
  say("two");
  EXPECT_EQ(replies_.all.size(), 0U);
  EXPECT_EQ(link_.sent, Strings{"one"});
  end();
  EXPECT_TRUE(client_.done());
  EXPECT_FALSE(outcome().complete || outcome().failure);
}

TEST_F(ClientTest, TellsHowTheServerEndedIt) {
  open();
  say("one");
  hear("half of a ", false);
  end({.error = Error::truncated, .incomplete = true});
  EXPECT_TRUE(client_.done());
  EXPECT_EQ(outcome().closed.error, Error::truncated);
  EXPECT_TRUE(outcome().closed.incomplete);
  EXPECT_FALSE(outcome().complete);
  EXPECT_EQ(replies_.cuts, 1);
  ASSERT_EQ(log_.ends.size(), 1U);
  EXPECT_EQ(log_.ends.back().error, Error::truncated);
}

TEST_F(ClientTest, CutsNothingThatIsWhole) {
  open();
  end();
  EXPECT_EQ(replies_.cuts, 0);
}

/// Nobody is told of the rest of a reply after the client gave up.
TEST_F(ClientTest, CutsNothingAfterItGaveUp) {
  open();
  hear("half of a ", false);
  client_.stop();
  end({.error = Error::truncated, .incomplete = true});
  EXPECT_EQ(replies_.cuts, 0);
}

TEST_F(ClientTest, TellsThatNobodyIsThere) {
  client_.start();
  link_.nobody = true;
  end({.error = Error::timeout});
  EXPECT_TRUE(outcome().nobody_there);
  EXPECT_EQ(log_.opened, 0);
}

// An output that is not read.

TEST_F(ClientTest, ItsOutputHoldsUpTheSession) {
  open();
  replies_.read_until = 1;
  hear("one");
  say("a message");
  hear("two");
  EXPECT_EQ(replies_.all, Strings{"one"});
  EXPECT_EQ(link_.sent, Strings{});
  EXPECT_GT(link_.held, 0);
  replies_.read_until = SIZE_MAX;
  settle();
  EXPECT_EQ(replies_.all, (Strings{"one", "two"}));
  EXPECT_EQ(link_.sent, Strings{"a message"});
}

TEST_F(ClientTest, IsDoneWhenTheLastReplyWasRead) {
  open();
  replies_.read_until = 1;
  link_.events = {Message{bytes_of("one"), true}};
  link_.over = true;
  settle();
  EXPECT_FALSE(client_.done());
  replies_.read_until = SIZE_MAX;
  settle();
  EXPECT_TRUE(client_.done());
}

TEST_F(ClientTest, WaitsForNoReaderOnceItIsStopped) {
  open();
  replies_.read_until = 1;
  hear("one");
  client_.stop();
  end();
  EXPECT_TRUE(client_.done());
}

}  // namespace
}  // namespace pawl::host::client_test
