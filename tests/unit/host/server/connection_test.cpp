// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/connection.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "tests/unit/host/world.hpp"

namespace pawl::host::connection_test {
namespace {

/// Makes what a connection leaves to its protocol visible.
class TestConnection final : public Connection {
 public:
  TestConnection(ServerContext& context, Arrival&& arrival) : Connection(context, Way::tcp, std::move(arrival)) {}

  [[nodiscard]] Interest interest() const override { return Interest::read; }
  [[nodiscard]] std::optional<Instant> deadline() const override { return std::nullopt; }

  using Connection::give_permit_up;
  using Connection::keep_permit;
  using Connection::set_finished;
  using Connection::stream;

  using Connection::woken;

  std::vector<CloseReason> closes;
  bool wakes_itself = false;

 private:
  void work(Instant /*now*/) override {
    if (const auto reason = to_close()) closes.push_back(*reason);
    if (wakes_itself) listen(true);
    set_finished(!closes.empty());
  }
  [[nodiscard]] Version version() const override { return 0; }
};

/// Is told, and looks at the connection then.
class Owner final : public Connection::Owner {
 public:
  void settle() override { found_finished.push_back(connection->finished()); }

  const Connection* connection = nullptr;
  std::vector<bool> found_finished;
};

/// Whoever holds a permit and can be evicted from it.
class Holder final : public HalfOpenLimit::Holder {
 public:
  void evict() override { ++evicted; }
  int evicted = 0;
};

/// One permit for handshakes, which a connection from network 2 has.
class ConnectionTest : public test::ContextWorld {
 protected:
  ConnectionTest() {
    options_.limits.half_open = 1;
    test::StreamPair pair = test::join_streams();
    client_ = std::move(pair.client);
    const PeerAddress address = test::address_in(2);
    auto permit = limit().enter(address.prefix, &holder_);
    connection_ = std::make_unique<TestConnection>(
        context(), Arrival{{std::move(pair.server), address}, std::move(permit), owner_, clock_.now()});
    owner_.connection = connection_.get();
  }

  HalfOpenLimit& limit() { return context().admission.half_open(); }
  /// Whether somebody else finds a permit.
  bool somebody_enters() { return limit().enter({4, 192, 0, 3}, nullptr) != nullptr; }

  Holder holder_;
  Owner owner_;
  std::unique_ptr<Stream> client_;
  std::unique_ptr<TestConnection> connection_;
};

TEST_F(ConnectionTest, IsWhoCameIn) {
  EXPECT_EQ(connection_->identity().address.text, "192.0.2.1:4711");
  EXPECT_EQ(connection_->identity().way, Way::tcp);
  EXPECT_EQ(connection_->identity().user, "");
  EXPECT_EQ(connection_->last_active(), clock_.now());
  EXPECT_FALSE(connection_->was_established());
  EXPECT_FALSE(connection_->finished());
}

TEST_F(ConnectionTest, HasTheStream) {
  EXPECT_EQ(connection_->fd(), connection_->stream().fd());
  ASSERT_TRUE(connection_->stream().write(ByteArray<3>{1, 2, 3}).ok());
  ByteArray<8> buffer{};
  EXPECT_EQ(client_->read(buffer).value(), 3U);
}

TEST_F(ConnectionTest, TellsItsOwnerThatSomethingIsToBeDone) {
  connection_->dismiss(CloseReason::limit);
  EXPECT_TRUE(connection_->woken());
  EXPECT_EQ(owner_.found_finished, std::vector{false}) << "nothing is done yet";
  connection_->step(clock_.now());
  EXPECT_FALSE(connection_->woken());
  EXPECT_EQ(connection_->closes, std::vector{CloseReason::limit});
}

TEST_F(ConnectionTest, DoesNotTellItsOwnerWhatItDoesInItsTurn) {
  connection_->listen(false);
  connection_->wakes_itself = true;
  connection_->step(clock_.now());
  EXPECT_EQ(owner_.found_finished.size(), 0U);
  EXPECT_FALSE(connection_->woken());
}

TEST_F(ConnectionTest, EndsWithoutAWordWhenItsPlaceIsGiven) {
  connection_->evict();
  EXPECT_TRUE(connection_->finished());
  ASSERT_EQ(log_.count("refused  from 192.0.2.1:4711"), 1U);
  EXPECT_EQ(log_.refusals.back().reason, Refusal::Reason::made_room);
  EXPECT_EQ(connection_->fd(), -1);
  ByteArray<8> buffer{};
  EXPECT_EQ(client_->read(buffer).error(), Error::connection_lost);
  EXPECT_EQ(connection_->closes.size(), 0U);
}

// Its permit.

TEST_F(ConnectionTest, LosesItsPlaceWhileItHasShownNothing) {
  EXPECT_TRUE(somebody_enters());
  EXPECT_EQ(holder_.evicted, 1);
}

TEST_F(ConnectionTest, KeepsItsPlaceOnceItHasShownSomething) {
  connection_->keep_permit();
  EXPECT_FALSE(somebody_enters());
  EXPECT_EQ(holder_.evicted, 0);
}

TEST_F(ConnectionTest, GivesItsPlaceUpOnceItIsOpen) {
  connection_->keep_permit();
  connection_->give_permit_up();
  EXPECT_TRUE(somebody_enters());
  EXPECT_EQ(holder_.evicted, 0);
}

TEST_F(ConnectionTest, GivesItsPlaceBackAtItsEnd) {
  connection_->keep_permit();
  connection_.reset();
  EXPECT_TRUE(somebody_enters());
}

}  // namespace
}  // namespace pawl::host::connection_test
