// SPDX-License-Identifier: Apache-2.0
// The end of a way in over datagrams, its lines and its counters.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include <pawl/host/server/datagram_frontend.hpp>

#include "tests/unit/host/datagrams.hpp"

namespace pawl::host::datagram_shutdown_test {
namespace {

class DatagramShutdown : public test::DatagramWorld {
 protected:
  const ClientCredential& alice() { return users_.enrol("alice").credential; }
  /// What became of the datagrams, in the end.
  const LinkReport& report() {
    frontend_->finish();
    return log_.links.back();
  }
};

TEST_F(DatagramShutdown, ClosesSessionsInGoodOrder) {
  serve();
  const auto client = connect(alice());
  settle();
  frontend_->stop(clock_.now());
  EXPECT_FALSE(frontend_->stopped());
  settle();
  EXPECT_TRUE(frontend_->stopped());
  EXPECT_TRUE(client->client().done());
  EXPECT_EQ(client->outcome().closed.error, Error::none);
  EXPECT_EQ(log_.ends.back().closed.error, Error::none);
}

TEST_F(DatagramShutdown, LetsNobodyIn) {
  serve();
  frontend_->stop(clock_.now());
  EXPECT_TRUE(frontend_->stopped());
  const auto late = connect(alice());
  // It tries again for as long as a handshake may take.
  pass(seconds(32));
  EXPECT_EQ(late->log.opened, 0);
  EXPECT_EQ(late->outcome().closed.error, Error::busy);
  EXPECT_EQ(late->outcome().closed.retry_after, 1);
}

TEST_F(DatagramShutdown, IsNotOverWhileAWordCannotLeave) {
  serve();
  const auto client = connect(alice());
  settle();
  hub_.full = true;
  frontend_->stop(clock_.now());
  settle();
  EXPECT_FALSE(frontend_->stopped());
  hub_.full = false;
  settle();
  EXPECT_TRUE(frontend_->stopped());
}

// Counters.

TEST_F(DatagramShutdown, CountsWhatBecameOfSessionsThatAreOpen) {
  serve();
  const auto client = connect(alice());
  settle();
  hub_.last().set_faults({.duplication = 1'000'000});
  client->messages.queue = {"one"};
  settle();
  EXPECT_GT(report().sessions.replayed, 0U);
}

TEST_F(DatagramShutdown, CountsWhatBecameOfSessionsThatHaveEnded) {
  serve();
  const auto client = connect(alice());
  settle();
  hub_.last().set_faults({.duplication = 1'000'000});
  client->messages.queue = {"one"};
  settle();
  const std::uint64_t replayed = report().sessions.replayed;
  hub_.last().set_faults({});
  client->client().stop();
  settle();
  ASSERT_EQ(log_.ends.size(), 1U);
  EXPECT_EQ(report().sessions.replayed, replayed);
}

TEST_F(DatagramShutdown, CountsDatagramsOfNobody) {
  serve();
  auto& stranger = hub_.connect(test::datagram_address(5));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(stranger.send(ByteArray<40>{0xFF}, Address()).ok());
  settle();
  EXPECT_EQ(report().sessions.dropped, 3U);
}

TEST_F(DatagramShutdown, CountsWhatTheTransportDoes) {
  serve();
  hub_.counted = {.dropped = 1, .corrupt = 2, .resynchronised = 3};
  EXPECT_EQ(report().transport.dropped, 1U);
  EXPECT_EQ(report().transport.corrupt, 2U);
  EXPECT_EQ(report().transport.resynchronised, 3U);
}

// Serial lines.

TEST_F(DatagramShutdown, TellsWhatBecomesOfALine) {
  port_.point = {.way = Way::serial, .line = "/dev/ttyUSB0"};
  port_.changes = {LineChange::lost, LineChange::none, LineChange::back};
  serve();
  settle();
  EXPECT_EQ(log_.count("line /dev/ttyUSB0"), 2U);
  EXPECT_EQ(log_.changes, (std::vector{LineChange::lost, LineChange::back}));
}

/// Its peer may begin anew, before the server has noticed that it went.
TEST_F(DatagramShutdown, ALineHasAFewPlaces) {
  port_.one_peer = true;
  serve();
  const auto& credential = alice();
  std::vector<std::unique_ptr<test::TestClient>> clients;
  for (std::uint8_t network = 2; network < 8; ++network) {
    clients.push_back(connect(credential, network));
    settle();
  }
  EXPECT_EQ(log_.count("established alice"), 4U);
}

}  // namespace
}  // namespace pawl::host::datagram_shutdown_test
