// SPDX-License-Identifier: Apache-2.0
// The client over a link on which messages and replies may be lost.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include <pawl/host/client/client.hpp>

#include "tests/unit/host/client_world.hpp"

namespace pawl::host::client_datagrams_test {
namespace {

using Strings = std::vector<std::string>;
using Numbers = std::vector<std::uint64_t>;

class ClientOverDatagrams : public test::ClientWorld {
 protected:
  ClientOverDatagrams() {
    link_.wait = seconds(3);
    messages_.one_at_a_time = true;
  }
};

TEST_F(ClientOverDatagrams, WaitsSoLongForAReply) {
  open();
  messages_.queue = {"one", "two"};
  settle();
  pass(milliseconds(2950));
  EXPECT_EQ(link_.sent, Strings{"one"});
  EXPECT_EQ(log_.lost, Numbers{});
  pass(milliseconds(50));
  EXPECT_EQ(log_.lost, Numbers{0});
  EXPECT_EQ(outcome().unanswered, 1U);
  EXPECT_EQ(link_.sent, (Strings{"one", "two"})) << "the next has its turn";
  hear("second");
  pass(seconds(4));
  EXPECT_EQ(log_.lost, Numbers{0});
}

TEST_F(ClientOverDatagrams, ClosesWhenTheLastMessageWasGivenUp) {
  open();
  messages_.stays = false;
  say("one");
  pass(seconds(3));
  EXPECT_EQ(link_.closes, 1);
  EXPECT_TRUE(outcome().complete);
}

TEST_F(ClientOverDatagrams, SendsAgainWhatItsSourceKeeps) {
  open();
  messages_.becomes = MessageSource::Missed::sent_again;
  say("one");
  pass(seconds(3));
  EXPECT_EQ(link_.sent, (Strings{"one", "again"}));
  EXPECT_EQ(log_.lost, Numbers{});
  EXPECT_EQ(outcome().sent, 1U);
  EXPECT_EQ(outcome().unanswered, 0U);
  EXPECT_EQ(messages_.answers, 0);
  hear("first");
  EXPECT_EQ(outcome().answered, 1U);
}

TEST_F(ClientOverDatagrams, GoesOnWaitingIfItsSourceDoes) {
  open();
  messages_.awaits_more = true;
  say("one");
  hear("the reply to something before");
  pass(seconds(3));
  EXPECT_EQ(log_.lost, Numbers{0}) << "the reply to this one did not come";
}

TEST_F(ClientOverDatagrams, EndsTheSessionIfOnlyAnotherOneCanGoOn) {
  open();
  messages_.becomes = MessageSource::Missed::ends_session;
  say("one");
  pass(seconds(3));
  EXPECT_EQ(link_.closes, 1);
  EXPECT_EQ(messages_.answers, 0);
  end();
  EXPECT_FALSE(outcome().complete);
  EXPECT_EQ(outcome().unanswered, 1U);
}

TEST_F(ClientOverDatagrams, AReplyThatIsLateIsOneAfterAll) {
  open();
  say("one");
  pass(seconds(4));
  EXPECT_EQ(outcome().unanswered, 1U);
  hear("first");
  EXPECT_EQ(outcome().unanswered, 0U);
  EXPECT_EQ(outcome().answered, 1U);
}

TEST_F(ClientOverDatagrams, ItsOutputHoldsUpTheSendingAlone) {
  open();
  replies_.read_until = 1;
  hear("one");
  say("a message");
  EXPECT_EQ(link_.sent, Strings{});
  EXPECT_EQ(link_.held, 0);
  end();
  EXPECT_EQ(log_.ends.size(), 1U) << "events are taken";
  EXPECT_FALSE(client_.done());
}

/// It would fill the memory of a client whose output is not read.
TEST_F(ClientOverDatagrams, WhatComesWhileNobodyReadsIsLost) {
  open();
  say("one");
  replies_.read_until = 1;
  hear("first");
  hear("first again");
  EXPECT_EQ(replies_.all, Strings{"first"});
  EXPECT_EQ(outcome().answered, 1U);
  replies_.read_until = SIZE_MAX;
  say("two");
  hear("second");
  EXPECT_EQ(replies_.all, (Strings{"first", "second"}));
}

TEST_F(ClientOverDatagrams, TellsWhatBecameOfTheDatagrams) {
  link_.counted = LinkReport{{.dropped = 1}, {}};
  open();
  EXPECT_EQ(log_.links.size(), 0U);
  end();
  ASSERT_EQ(log_.links.size(), 1U);
  EXPECT_EQ(log_.links.back().transport.dropped, 1U);
  EXPECT_EQ(outcome().link->transport.dropped, 1U);
}

TEST_F(ClientOverDatagrams, TellsWhatBecomesOfTheLine) {
  open();
  link_.change = LineChange::lost;
  settle();
  EXPECT_EQ(log_.changes, std::vector{LineChange::lost});
}

/// A socket that takes the place of another may have its number, and epoll knows sockets.
TEST_F(ClientOverDatagrams, WaitsForADescriptorThatIsNewThoughItsNumberIsNot) {
  open();
  settle();
  const int before = poller_.begun;
  settle();
  EXPECT_EQ(poller_.begun, before);
  ++link_.renewals;
  settle();
  EXPECT_EQ(poller_.begun, before + 1);
}

}  // namespace
}  // namespace pawl::host::client_datagrams_test
