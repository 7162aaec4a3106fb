// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/stream_frontend.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/unit/host/world.hpp"

namespace pawl::host::stream_frontend_test {
namespace {

using Reason = Refusal::Reason;

/// Ends when its client does, or is closed. It shows something when it reads anything, and is open at an 'o'.
class TestConnection final : public Connection {
 public:
  TestConnection(ServerContext& context, Way way, Arrival&& arrival) : Connection(context, way, std::move(arrival)) {}

  [[nodiscard]] Interest interest() const override { return Interest::read; }
  [[nodiscard]] std::optional<Instant> deadline() const override {
    return woken() ? std::optional(at_once()) : std::nullopt;
  }

 private:
  void work(Instant /*now*/) override {
    ByteArray<1> byte{};
    const auto got = stream().read(byte);
    if (!got.ok() || to_close()) return finish();
    if (got.value() > 0) keep_permit();
    if (byte[0] == 'o') give_permit_up();
  }
  void finish() {
    stream().close();
    set_finished(true);
  }
  [[nodiscard]] Version version() const override { return 0; }
};

class StreamFrontendTest : public test::ContextWorld {
 protected:
  void serve(Way way = Way::tcp) {
    const auto make = [this, way](Arrival arrival) {
      return std::make_unique<TestConnection>(context(), way, std::move(arrival));
    };
    frontend_ = std::make_unique<StreamFrontend>(context(), std::make_unique<test::PipeListener>(queue_), way, make);
  }
  std::unique_ptr<Stream> come(std::uint8_t network = 2) {
    test::StreamPair pair = test::join_streams();
    queue_->waiting.push_back({std::move(pair.server), test::address_in(network)});
    return std::move(pair.client);
  }
  /// One who comes and says this.
  std::unique_ptr<Stream> come_saying(char word, std::uint8_t network = 2) {
    auto client = come(network);
    EXPECT_TRUE(client->write(ByteArray<1>{static_cast<std::uint8_t>(word)}).ok());
    settle();
    return client;
  }
  static bool is_closed(Stream& client) { return !client.write(ByteArray<1>{}).ok(); }
  /// Bytes that the client can read.
  static std::size_t heard(Stream& client) {
    ByteArray<64> buffer{};
    const auto got = client.read(buffer);
    return got.ok() ? got.value() : 0;
  }

  std::shared_ptr<test::PipeListener::Queue> queue_ = std::make_shared<test::PipeListener::Queue>();
  std::unique_ptr<StreamFrontend> frontend_;
};

TEST_F(StreamFrontendTest, SaysWhereItListens) {
  serve();
  EXPECT_EQ(log_.lines, std::vector<std::string>{"listening 192.0.2.9:7295"});
}

TEST_F(StreamFrontendTest, LetsInWhoeverComes) {
  serve();
  const auto first = come();
  const auto second = come();
  settle();
  EXPECT_EQ(log_.streams, 2);
  EXPECT_FALSE(is_closed(*first) || is_closed(*second));
}

/// Those who are there have their turn in between.
TEST_F(StreamFrontendTest, AcceptsSoManyAtATime) {
  serve();
  std::vector<std::unique_ptr<Stream>> clients;
  for (int i = 0; i < StreamFrontend::kAcceptsPerRound + 1; ++i) clients.push_back(come());
  ASSERT_TRUE(loop_.turn().ok());
  EXPECT_EQ(log_.streams, StreamFrontend::kAcceptsPerRound);
  ASSERT_TRUE(loop_.turn().ok());
  EXPECT_EQ(log_.streams, StreamFrontend::kAcceptsPerRound + 1);
}

// Limits.

TEST_F(StreamFrontendTest, RefusesWhomThereIsNoSessionFor) {
  options_.max_sessions = 1;
  serve();
  auto first = come_saying('o');
  const auto second = come();
  settle();
  EXPECT_EQ(log_.refusals.back().reason, Reason::no_free_session);
  EXPECT_GT(heard(*second), 0U) << "a Reject";
  first.reset();
  settle();
  come_saying('o');
  EXPECT_EQ(log_.streams, 2) << "the place is free again";
}

TEST_F(StreamFrontendTest, RefusesWhoseSourceHasTooManyUnfinishedHandshakes) {
  options_.limits.half_open_per_source = 1;
  serve();
  const auto first = come_saying('x');
  const auto second = come();
  settle();
  EXPECT_EQ(log_.refusals.back().reason, Reason::unfinished_handshakes);
  EXPECT_GT(heard(*second), 0U);
  const auto elsewhere = come(3);
  settle();
  EXPECT_EQ(log_.streams, 2);
}

TEST_F(StreamFrontendTest, WhoHasSaidNothingMakesRoom) {
  options_.max_sessions = 1;
  serve();
  const auto silent = come();
  settle();
  const auto next = come(3);
  settle();
  EXPECT_EQ(log_.refusals.back().reason, Reason::made_room);
  EXPECT_TRUE(is_closed(*silent));
  EXPECT_FALSE(is_closed(*next));
  EXPECT_EQ(log_.streams, 2);
}

/// That wire has no word for it.
TEST_F(StreamFrontendTest, RefusesClientsOfNstpWithoutAWord) {
  options_.max_sessions = 1;
  serve(Way::nstp);
  const auto first = come_saying('o');
  const auto second = come();
  settle();
  EXPECT_EQ(log_.refusals.back().reason, Reason::no_free_session);
  EXPECT_EQ(heard(*second), 0U);
  EXPECT_TRUE(is_closed(*second));
}

// When the system cannot.

TEST_F(StreamFrontendTest, TriesAgainASecondAfterTheSystemCouldNotAccept) {
  serve();
  queue_->failure = std::make_error_code(std::errc::too_many_files_open);
  const auto client = come();
  settle();
  ASSERT_EQ(log_.count("failed"), 1U);
  EXPECT_EQ(log_.failures.back().kind, Failure::Kind::accept);
  EXPECT_EQ(log_.failures.back().error, std::errc::too_many_files_open);
  queue_->failure = {};
  pass(milliseconds(950));
  EXPECT_EQ(log_.streams, 0);
  pass(milliseconds(50));
  EXPECT_EQ(log_.streams, 1);
  EXPECT_EQ(log_.count("failed"), 1U);
}

TEST_F(StreamFrontendTest, TriesAgainAtOnceWhenAConnectionEnds) {
  serve();
  auto first = come_saying('o');
  queue_->failure = std::make_error_code(std::errc::too_many_files_open);
  const auto second = come();
  settle();
  EXPECT_EQ(log_.count("failed"), 1U);
  queue_->failure = {};
  first.reset();
  settle();
  EXPECT_EQ(log_.streams, 2);
}

// The end.

TEST_F(StreamFrontendTest, StopsWhenAllAreGone) {
  serve();
  const auto open = come_saying('o');
  const auto silent = come();
  settle();
  EXPECT_FALSE(frontend_->stopped());
  frontend_->stop(clock_.now());
  settle();
  EXPECT_TRUE(frontend_->stopped());
  EXPECT_TRUE(is_closed(*open) && is_closed(*silent));
}

TEST_F(StreamFrontendTest, LetsNobodyInOnceItIsStopped) {
  serve();
  frontend_->stop(clock_.now());
  const auto late = come();
  pass(seconds(2));
  EXPECT_EQ(queue_->waiting.size(), 1U);
  EXPECT_EQ(log_.streams, 0);
}

}  // namespace
}  // namespace pawl::host::stream_frontend_test
