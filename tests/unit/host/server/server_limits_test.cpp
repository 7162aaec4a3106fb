// SPDX-License-Identifier: Apache-2.0
/// Limits of a server, as its clients meet them, and limits that change while it runs.
#include <pawl/host/server/server.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "tests/unit/host/datagrams.hpp"
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/world.hpp"

namespace pawl::host::server_limits_test {
namespace {

class ServerLimitsTest : public test::ServerWorld {
 protected:
  const ClientCredential& alice() { return users_.enrol("alice").credential; }
  void change(const Limits& limits) { ASSERT_TRUE(server_->set_limits(limits, 120).ok()); }
  static const Closed& end_of(test::TestClient& client) { return client.client().outcome().closed; }

  ServerOptions options_;
};

TEST_F(ServerLimitsTest, ASessionThatIsTooOldEndsInGoodOrderAndItsClientComesBackByTicket) {
  options_.limits.lifetime = 20;
  serve(options_);
  const auto& credential = alice();
  const auto old = connect(credential);
  pass(seconds(19));
  EXPECT_FALSE(old->client().done());
  pass(seconds(7));
  ASSERT_TRUE(old->client().done());
  EXPECT_EQ(end_of(*old).error, Error::none);
  EXPECT_EQ(end_of(*old).reason, CloseReason::normal);
  const auto back = std::make_unique<test::TestClient>(loop_, random_, credential, come(), 120);
  ASSERT_TRUE(back->ticket.restore(old->ticket.bytes(), old->ticket.secret().bytes()).ok());
  back->messages.stays = true;
  back->start();
  pass(seconds(1));
  ASSERT_EQ(log_.peers.size(), 2U);
  EXPECT_EQ(log_.peers.back().kind, Kind::ticket);
}

TEST_F(ServerLimitsTest, ThatChangeHoldForAllThatComesAfter) {
  serve();
  const auto& credential = alice();
  const auto first = connect(credential);
  const auto second = connect(credential);
  settle();
  Limits limits = options_.limits;
  limits.sessions_per_user = 2;
  limits.lifetime = 20;
  change(limits);
  pass(seconds(26));
  EXPECT_EQ(log_.ends.size(), 0U) << "sessions go on";
  const auto third = connect(credential);
  pass(seconds(1));
  EXPECT_EQ(log_.count("too many sessions of alice"), 1U);
  pass(seconds(26));
  EXPECT_TRUE(third->client().done());
  EXPECT_EQ(log_.count("too old, of alice"), 1U);
}

TEST_F(ServerLimitsTest, ThatShrinkKeepNewHandshakesOut) {
  serve();
  Limits limits = options_.limits;
  limits.half_open_per_source = 1;
  change(limits);
  const auto& credential = alice();
  const auto stranger = come();
  settle();
  const auto client = connect(credential);
  settle();
  EXPECT_EQ(log_.refusals.size(), 1U) << "the stranger makes room";
  EXPECT_EQ(client->log.opened, 1);
}

TEST_F(ServerLimitsTest, AMessageThatIsTooLongEndsItsSession) {
  options_.limits.message_size = 10;
  serve(options_);
  const auto client = connect(alice());
  client->messages.queue = {"0123456789", "", "01234567890"};
  pass(seconds(1));
  EXPECT_EQ(client->replies.all, (std::vector<std::string>{"Server received: 0123456789", "Server received: "}));
  ASSERT_TRUE(client->client().done());
  EXPECT_EQ(end_of(*client).reason, CloseReason::limit);
}

TEST_F(ServerLimitsTest, MessagesBeyondTheRateWaitAndNoneIsLost) {
  options_.limits.message_rate = 4;
  serve(options_);
  const auto client = connect(alice());
  client->messages.queue = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};
  settle();
  EXPECT_EQ(client->replies.all.size(), 4U);
  const auto neighbour = connect(users_.enrol("bob").credential, 3);
  neighbour->messages.queue = {"hi"};
  settle();
  EXPECT_EQ(neighbour->replies.all.size(), 1U) << "only who sends too much is held up";
  pass(milliseconds(500));
  EXPECT_EQ(client->replies.all.size(), 6U);
  pass(seconds(1));
  ASSERT_EQ(client->replies.all.size(), 9U);
  EXPECT_EQ(client->replies.all.back(), "Server received: 9");
  EXPECT_FALSE(client->client().done());
}

/// What a client sends waits with it and not at the server, which reads no more than its buffers hold.
TEST_F(ServerLimitsTest, WhoSendsTooMuchIsNotRead) {
  options_.limits.message_rate = 1;
  serve(options_);
  const auto client = connect(alice());
  for (int i = 0; i < 100; ++i) client->messages.queue.emplace_back(20'000, 'x');
  pass(seconds(3));
  EXPECT_LE(client->replies.all.size(), 4U);
  EXPECT_GT(client->messages.queue.size(), 80U);
  pass(seconds(3));
  EXPECT_FALSE(client->client().done()) << "the session goes on";
}

TEST_F(ServerLimitsTest, OverDatagramsNeedAnIdleTimeOut) {
  serve();
  EXPECT_TRUE(server_->set_limits(options_.limits, 0).ok());
  test::Hub hub(clock_);
  test::TestPort::State state;
  Limits limits = options_.limits;
  limits.sessions_per_user = 1;
  ASSERT_TRUE(server_->set_limits(options_.limits, 120).ok());
  ASSERT_TRUE(server_->listen(std::make_unique<test::TestPort>(hub, state), users_).ok());
  test::failure_of(Failure::Kind::idle_needed, server_->set_limits(limits, 0));
  const auto& credential = alice();
  const auto first = connect(credential);
  const auto second = connect(credential);
  settle();
  EXPECT_EQ(log_.count("too many sessions of alice"), 0U) << "nothing has changed";
  server_.reset();
}

}  // namespace
}  // namespace pawl::host::server_limits_test
