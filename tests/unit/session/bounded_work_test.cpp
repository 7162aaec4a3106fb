// SPDX-License-Identifier: Apache-2.0
// One call does at most one scalar multiplication, so that a slow device can feed its watchdog between calls; a server
// does none before it knows the user (PROTOCOL.md 8.1).
#include <gtest/gtest.h>

#include "tests/support/counting_exchange.hpp"
#include "tests/support/names.hpp"
#include "tests/support/pair.hpp"

namespace pawl::test::bounded_work_test {
namespace {

class BoundedWork : public testing::TestWithParam<Flow> {
 protected:
  Pair pair{GetParam()};

  void SetUp() override {
    pair.client.settings.exchange = counting(GetParam().mode);
    pair.server.settings.exchange = &counting_exchange;
    pair.server.settings.pake = &counting_pake;
    pair.start();
    pair.collect(Side::client);
    pair.client.reads = false;
    pair.server.reads = false;
  }

  /// Calls, and counts what the call has multiplied.
  template <class F>
  static void call(F f) {
    exchange_count = {};
    f();
    EXPECT_LE(exchange_count.multiplications, 1);
  }

  /// Does the one thing that is to be done at this end; false if there is none.
  bool step(Side side) {
    Session& session = pair.end(side).session();
    const Event event = session.next_event();
    if (std::holds_alternative<CredentialWanted>(event)) {
      call([&] { EXPECT_TRUE(session.provide(pair.enrolled.enrolment, pair.now).ok()); });
      return true;
    }
    if (session.has_work()) {
      call([&] { session.advance(pair.now); });
      return true;
    }
    Session& peer = pair.end(Pair::other(side)).session();
    Buffer& way = pair.on_the_way(side);
    append(way, peer.outgoing());
    peer.sent(peer.outgoing().size(), pair.now);
    std::size_t taken = 0;
    call([&] { taken = session.receive(way, pair.now).value(); });
    way.erase(way.begin(), way.begin() + static_cast<std::ptrdiff_t>(taken));
    return taken > 0;
  }
};

TEST_P(BoundedWork, IsOneMultiplicationACall) {
  while (step(Side::client) || step(Side::server)) {
  }
  EXPECT_TRUE(pair.client.session().is_open());
  EXPECT_TRUE(pair.server.session().is_open());
}

TEST_P(BoundedWork, IsNoneBeforeTheServerKnowsTheUser) {
  exchange_count = {};
  pair.server.give(pair.on_the_way(Side::server), pair.now);
  EXPECT_TRUE(std::holds_alternative<CredentialWanted>(pair.server.session().next_event()));
  EXPECT_EQ(exchange_count, ExchangeCount());
}

INSTANTIATE_TEST_SUITE_P(Flows, BoundedWork, testing::ValuesIn(kFlows), name_of_flow);

TEST(ClientStart, DrawsAndLeavesTheMultiplicationToTheNextCall) {
  for (const Flow& flow : {kPasswordEcdhe, kPasswordPake, kRawKeyEcdhe}) {
    Pair pair(flow);
    pair.client.settings.exchange = counting(flow.mode);
    Buffer rx(512);
    Buffer tx(512);
    SeededRandom random(1);
    Session client(pair.client.settings, random, rx, tx);
    exchange_count = {};
    EXPECT_TRUE(client.start(pair.now).ok());
    EXPECT_EQ(exchange_count, (ExchangeCount{1, 0}));
    EXPECT_TRUE(client.outgoing().empty());
    EXPECT_TRUE(client.has_work());
    EXPECT_EQ(client.deadline(), at_once());
    client.advance(pair.now);
    EXPECT_EQ(exchange_count, (ExchangeCount{1, 1}));
    EXPECT_FALSE(client.has_work());
    EXPECT_FALSE(client.outgoing().empty());
  }
}

}  // namespace
}  // namespace pawl::test::bounded_work_test
