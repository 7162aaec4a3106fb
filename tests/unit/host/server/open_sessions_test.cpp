// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/open_sessions.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>

#include "tests/unit/host/observers.hpp"

namespace pawl::host::open_sessions_test {
namespace {

constexpr Instant kStart{1'000'000};

class TestSession final : public OpenSessions::Session {
 public:
  TestSession(const std::string& user, Instant active) : last(active) { identity_.user = user; }

  [[nodiscard]] const PeerIdentity& identity() const override { return identity_; }
  [[nodiscard]] Instant last_active() const override { return last; }
  [[nodiscard]] bool enrolment_current() const override { return current; }
  void renew_ticket(Instant /*now*/) override { ++renewals; }
  void dismiss(CloseReason reason) override { closed = reason; }

  Instant last;
  bool current = true;
  int renewals = 0;
  std::optional<CloseReason> closed;

 private:
  PeerIdentity identity_;
};

class OpenSessionsTest : public testing::Test {
 protected:
  /// Each a second after the one before.
  TestSession& open(const std::string& user) {
    now_ = now_ + seconds(1);
    TestSession& session = sessions_.emplace_back(user, now_);
    open_.add(session, now_);
    return session;
  }
  void open_as_many_as_may_be(const std::string& user) {
    for (std::size_t i = 0; i < Limits{}.sessions_per_user; ++i) open(user);
  }
  [[nodiscard]] std::size_t closed() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(sessions_, [](const auto& each) { return each.closed.has_value(); }));
  }

  test::ServerLog log_;
  Limits limits_;
  OpenSessions open_{log_, limits_};
  std::deque<TestSession> sessions_;
  Instant now_ = kStart;
};

// Too many of one user.

TEST_F(OpenSessionsTest, AUserMayHaveSoMany) {
  open_as_many_as_may_be("alice");
  open_as_many_as_may_be("bob");
  EXPECT_EQ(closed(), 0U);
  EXPECT_EQ(log_.lines.size(), 0U);
}

TEST_F(OpenSessionsTest, BeyondThemTheOneIdleLongestIsClosed) {
  open_as_many_as_may_be("alice");
  sessions_[0].last = now_;
  sessions_[1].last = now_;
  open("alice");
  EXPECT_EQ(closed(), 1U);
  EXPECT_EQ(sessions_[2].closed, CloseReason::limit);
  EXPECT_EQ(log_.count("too many sessions of alice"), 1U);
  open("alice");
  EXPECT_EQ(closed(), 2U) << "the one that is closed counts no more";
  EXPECT_EQ(sessions_[3].closed, CloseReason::limit);
}

TEST_F(OpenSessionsTest, OneThatIsRemovedCountsNoMore) {
  open_as_many_as_may_be("alice");
  open_.remove(sessions_[4]);
  open_.remove(sessions_[4]);
  open("alice");
  EXPECT_EQ(closed(), 0U);
}

TEST_F(OpenSessionsTest, OneThatIsNotAmongThemCanBeRemoved) {
  open_as_many_as_may_be("alice");
  const TestSession stranger("alice", now_);
  open_.remove(stranger);
  open("alice");
  EXPECT_EQ(closed(), 1U);
}

TEST_F(OpenSessionsTest, ALimitThatShrinksHoldsForTheNextThatComes) {
  open_as_many_as_may_be("alice");
  limits_.sessions_per_user = 2;
  open_.check(now_ + OpenSessions::kCheckPeriod);
  EXPECT_EQ(closed(), 0U) << "those that are open go on";
  open("alice");
  EXPECT_EQ(closed(), Limits{}.sessions_per_user - 1U);
}

// Those that are too old.

TEST_F(OpenSessionsTest, OnesThatAreTooOldAreClosedInGoodOrder) {
  limits_.lifetime = 60;
  TestSession& old = open("alice");
  now_ = now_ + seconds(58);
  TestSession& young = open("alice");
  open_.check(now_);
  EXPECT_FALSE(old.closed) << "it is not that old";
  now_ = now_ + OpenSessions::kCheckPeriod;
  open_.check(now_);
  EXPECT_EQ(old.closed, CloseReason::normal);
  EXPECT_EQ(old.renewals, 1) << "while it was young enough";
  EXPECT_FALSE(young.closed);
  EXPECT_EQ(log_.count("too old, of alice"), 1U);
}

TEST_F(OpenSessionsTest, ALifetimeThatShrinksHoldsForTheNextThatComes) {
  open("alice");
  limits_.lifetime = 1;
  open("bob");
  now_ = now_ + OpenSessions::kCheckPeriod;
  open_.check(now_);
  EXPECT_FALSE(sessions_[0].closed);
  EXPECT_TRUE(sessions_[1].closed);
}

// Enrolments that are gone.

TEST_F(OpenSessionsTest, ThereIsNothingToCheckWithoutSessions) {
  EXPECT_EQ(open_.check(now_), std::nullopt);
  open_.remove(open("alice"));
  EXPECT_EQ(open_.check(now_), std::nullopt);
}

TEST_F(OpenSessionsTest, TheyAreCheckedWhenItIsTime) {
  TestSession& session = open("alice");
  session.current = false;
  const Instant first = now_ + OpenSessions::kCheckPeriod;
  EXPECT_EQ(open_.check(now_), first);
  EXPECT_EQ(open_.check(Instant{first.ms - 1}), first);
  EXPECT_FALSE(session.closed);
  EXPECT_EQ(open_.check(first), first + OpenSessions::kCheckPeriod);
  EXPECT_EQ(session.closed, CloseReason::normal);
  EXPECT_EQ(log_.count("enrolment gone of alice"), 1U);
}

TEST_F(OpenSessionsTest, ThoseWhoseEnrolmentIsGoneAreClosedOnce) {
  open("alice");
  TestSession& gone = open("bob");
  gone.current = false;
  now_ = now_ + OpenSessions::kCheckPeriod;
  open_.check(now_);
  EXPECT_EQ(closed(), 1U);
  gone.closed.reset();
  open_.check(now_ + OpenSessions::kCheckPeriod);
  EXPECT_FALSE(gone.closed);
  EXPECT_EQ(log_.lines.size(), 1U);
}

/// The time begins with the first session, and not with the second.
TEST_F(OpenSessionsTest, NewSessionsDoNotPutTheCheckOff) {
  TestSession& first = open("alice");
  first.current = false;
  now_ = now_ + milliseconds(4500);
  open("bob");
  open_.check(now_);
  EXPECT_TRUE(first.closed);
}

TEST_F(OpenSessionsTest, RenewsTicketsWheneverItLooks) {
  TestSession& current = open("alice");
  TestSession& gone = open("bob");
  gone.current = false;
  open_.check(now_);
  EXPECT_EQ(current.renewals, 0) << "it is not time";
  open_.check(now_ + OpenSessions::kCheckPeriod);
  EXPECT_EQ(current.renewals, 1);
  EXPECT_EQ(gone.renewals, 0);
}

}  // namespace
}  // namespace pawl::host::open_sessions_test
