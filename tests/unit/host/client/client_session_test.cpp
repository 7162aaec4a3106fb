// SPDX-License-Identifier: Apache-2.0
// A session over a link that the test plays. Over a real one see the tests of Tunnel.
#include <pawl/host/client/client_session.hpp>

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pawl/host/base/text.hpp>
#include "tests/unit/host/test_link.hpp"
#include "tests/unit/host/world.hpp"

namespace pawl::host::client_session_test {
namespace {

using Strings = std::vector<std::string>;

class TestUser final : public ClientSession::User {
 public:
  FailureOr<const ClientCredential*> derive(const DerivationWanted& wanted) override {
    iterations = wanted.iterations;
    if (fails) return core_failure(Error::random_failed);
    return &credential;
  }
  void opened() override { ++times_open; }
  void take(Bytes fragment, bool last) override {
    text.append(fragment.begin(), fragment.end());
    if (last) text += '.';
  }
  void drained() override { ++times_drained; }
  void keep(const TicketReceived& ticket) override { ticket_size = ticket.content.size(); }
  void ended(Closed how) override { end = how; }

  ClientCredential credential;
  bool fails = false;
  std::uint32_t iterations = 0;
  int times_open = 0;
  int times_drained = 0;
  std::string text;
  std::size_t ticket_size = 0;
  std::optional<Closed> end;
};

class ClientSessionTest : public test::World {
 protected:
  void happen(const Event& event) {
    link_->events.push_back(event);
    settle();
  }
  void open() {
    happen(Established{});
    ASSERT_EQ(user_.times_open, 1);
  }

  TestUser user_;
  test::ClientLog log_;
  test::TestLink* link_ = new test::TestLink;
  ClientSession session_{loop_, log_, user_, {.user = "alice"}, std::unique_ptr<Link>(link_)};
};

TEST_F(ClientSessionTest, SaysWhatItWasToldToOnceItIsOpen) {
  EXPECT_TRUE(link_->started);
  EXPECT_TRUE(session_.send("ear", false));
  EXPECT_TRUE(session_.send("ly", true));
  settle();
  EXPECT_EQ(link_->sent, Strings{});
  EXPECT_FALSE(session_.is_open());
  open();
  EXPECT_TRUE(session_.is_open());
  EXPECT_EQ(link_->sent, Strings{"early"});
  EXPECT_TRUE(session_.send("later", true));
  settle();
  EXPECT_EQ(link_->sent.back(), "later");
  EXPECT_EQ(log_.last_sent, 1U) << "the second message";
}

TEST_F(ClientSessionTest, HandsOverWhatComes) {
  open();
  happen(Message{bytes_of("a"), false});
  happen(Message{bytes_of("b"), true});
  happen(Message{bytes_of("c"), true});
  EXPECT_EQ(user_.text, "ab.c.");
  const std::array<std::uint8_t, 9> content{};
  happen(TicketReceived{content});
  EXPECT_EQ(user_.ticket_size, 9U);
}

TEST_F(ClientSessionTest, TakesNothingWhileNobodyListens) {
  open();
  session_.listen(false);
  happen(Message{bytes_of("a"), true});
  EXPECT_EQ(user_.text, "");
  EXPECT_GT(link_->held, 0);
  session_.listen(true);
  settle();
  EXPECT_EQ(user_.text, "a.");
}

TEST_F(ClientSessionTest, IsFullUntilTheServerReads) {
  open();
  link_->full = true;
  EXPECT_TRUE(session_.send(std::string(ClientSession::kQueue, 'x'), true));
  EXPECT_TRUE(session_.full());
  EXPECT_FALSE(session_.send("more", true));
  settle();
  EXPECT_EQ(user_.times_drained, 0);
  link_->full = false;
  settle();
  EXPECT_EQ(user_.times_drained, 1);
  EXPECT_FALSE(session_.full());
  EXPECT_EQ(link_->sent.size(), 1U);
}

TEST_F(ClientSessionTest, ClosesAfterWhatItHasSaid) {
  open();
  link_->full = true;
  session_.send("last", true);
  session_.close();
  session_.send("too late", true);
  settle();
  EXPECT_EQ(link_->closes, 0);
  link_->full = false;
  settle();
  EXPECT_EQ(link_->sent, Strings{"last"});
  EXPECT_EQ(link_->closes, 1);
  EXPECT_FALSE(session_.is_open());
  happen(Closed{});
  ASSERT_TRUE(user_.end);
  EXPECT_EQ(user_.end->error, Error::none);
}

TEST_F(ClientSessionTest, AbandonsAHandshakeThatIsClosed) {
  session_.send("never", true);
  session_.close();
  settle();
  EXPECT_EQ(link_->closes, 1);
  EXPECT_EQ(link_->sent, Strings{});
}

TEST_F(ClientSessionTest, TellsHowItEnded) {
  open();
  session_.listen(false);
  session_.listen(true);
  happen(Closed{.error = Error::tampered});
  ASSERT_TRUE(user_.end);
  EXPECT_EQ(user_.end->error, Error::tampered);
  EXPECT_EQ(log_.ends.size(), 1U);
}

TEST_F(ClientSessionTest, DerivesTheCredentialThatIsWanted) {
  happen(DerivationWanted{.iterations = 7});
  EXPECT_EQ(user_.iterations, 7U);
  EXPECT_EQ(link_->provided, &user_.credential);
  EXPECT_EQ(link_->closes, 0);
}

TEST_F(ClientSessionTest, EndsIfItCannotBeDerived) {
  user_.fails = true;
  happen(DerivationWanted{.iterations = 7});
  EXPECT_EQ(link_->provided, nullptr);
  EXPECT_EQ(link_->closes, 1);
}

}  // namespace
}  // namespace pawl::host::client_session_test
