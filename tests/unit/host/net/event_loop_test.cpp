// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/net/event_loop.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <pawl/port/sim/manual_clock.hpp>

#include "tests/unit/host/failures.hpp"

namespace pawl::host::event_loop_test {
namespace {

using Watch = EventLoop::Watch;

constexpr int kFd = 7;

/// Finds ready what a test says, and writes down what it is asked for. A wait takes all the time that it may, if the
/// test says that time passes.
class TestPoller final : public Poller {
 public:
  explicit TestPoller(ManualClock& clock) : clock_(clock) {}

  std::error_code change(int fd, Interest before, Interest after, void* owner) override {
    changes.push_back(std::to_string(fd) + ": " + name(before) + " to " + name(after));
    owner_ = owner;
    return std::exchange(change_fails, {});
  }
  std::error_code wait(std::optional<Duration> timeout, std::vector<void*>& found) override {
    timeouts.push_back(timeout);
    if (time_passes && timeout) clock_.advance(*timeout);
    found = std::exchange(ready, {});
    return std::exchange(wait_fails, {});
  }
  /// The owner of the last change is ready.
  void make_ready() { ready.push_back(owner_); }

  std::vector<std::string> changes;
  std::vector<std::optional<Duration>> timeouts;
  std::vector<void*> ready;
  std::error_code change_fails;
  std::error_code wait_fails;
  bool time_passes = false;

 private:
  static std::string name(Interest interest) {
    const std::vector<std::string> names{"none", "read", "write", "read_write"};
    return names[static_cast<std::size_t>(interest)];
  }

  ManualClock& clock_;
  void* owner_ = nullptr;
};

/// Counts its calls, and does what a test wants.
class Handler final : public EventLoop::Handler {
 public:
  void on_ready(Instant now) override {
    calls.push_back(now);
    if (act) act();
  }
  std::vector<Instant> calls;
  std::function<void()> act;
};

class EventLoopTest : public testing::Test {
 protected:
  void turn() { EXPECT_TRUE(test::succeeds(loop_.turn())); }
  [[nodiscard]] Instant in(Duration time) { return clock_.now() + time; }
  static void wait_until(Watch& watch, std::optional<Instant> due) { watch.wait_for(-1, Interest::none, due); }

  ManualClock clock_;
  TestPoller poller_{clock_};
  EventLoop loop_{clock_, poller_};
  Handler handler_;
  Handler other_;
};

using Changes = std::vector<std::string>;

// Descriptors.

TEST_F(EventLoopTest, CallsTheHandlerOfWhatIsReady) {
  Watch watch(loop_, handler_);
  watch.wait_for(kFd, Interest::read, std::nullopt);
  turn();
  EXPECT_EQ(handler_.calls.size(), 0U);
  poller_.make_ready();
  turn();
  EXPECT_EQ(handler_.calls, std::vector{clock_.now()});
  EXPECT_EQ(poller_.timeouts, (std::vector<std::optional<Duration>>{std::nullopt, std::nullopt}));
}

TEST_F(EventLoopTest, TellsThePollerOfChangesAlone) {
  Watch watch(loop_, handler_);
  watch.wait_for(kFd, Interest::read, std::nullopt);
  watch.wait_for(kFd, Interest::read, in(seconds(1)));
  watch.wait_for(kFd, Interest::read_write, std::nullopt);
  watch.drop();
  EXPECT_EQ(poller_.changes, (Changes{"7: none to read", "7: read to read_write", "7: read_write to none"}));
}

TEST_F(EventLoopTest, AnotherDescriptorIsWaitedForInsteadOfTheOneBefore) {
  Watch watch(loop_, handler_);
  watch.wait_for(kFd, Interest::read, std::nullopt);
  watch.wait_for(kFd + 1, Interest::read, std::nullopt);
  EXPECT_EQ(poller_.changes, (Changes{"7: none to read", "7: read to none", "8: none to read"}));
}

TEST_F(EventLoopTest, NobodyWaitsForADescriptorThatIsNone) {
  Watch watch(loop_, handler_);
  watch.wait_for(-1, Interest::read_write, std::nullopt);
  EXPECT_EQ(poller_.changes, Changes());
}

TEST_F(EventLoopTest, AWatchEndsWithItsObject) {
  auto watch = std::make_unique<Watch>(loop_, handler_);
  watch->wait_for(kFd, Interest::read, in(seconds(1)));
  watch.reset();
  EXPECT_EQ(poller_.changes, (Changes{"7: none to read", "7: read to none"}));
  clock_.advance(seconds(2));
  turn();
  EXPECT_EQ(handler_.calls.size(), 0U);
}

// Moments.

TEST_F(EventLoopTest, CallsWhenTheMomentHasComeAndOnce) {
  Watch watch(loop_, handler_);
  const Instant due = in(milliseconds(100));
  wait_until(watch, due);
  clock_.advance(milliseconds(99));
  turn();
  EXPECT_EQ(handler_.calls.size(), 0U);
  clock_.advance(milliseconds(1));
  turn();
  turn();
  EXPECT_EQ(handler_.calls, std::vector{due});
}

TEST_F(EventLoopTest, WaitsUntilTheFirstMoment) {
  Watch first(loop_, handler_);
  Watch second(loop_, other_);
  wait_until(first, in(milliseconds(300)));
  wait_until(second, in(milliseconds(100)));
  poller_.time_passes = true;
  turn();
  EXPECT_EQ(other_.calls.size(), 1U);
  EXPECT_EQ(handler_.calls.size(), 0U);
  turn();
  EXPECT_EQ(handler_.calls.size(), 1U);
  EXPECT_EQ(poller_.timeouts, (std::vector<std::optional<Duration>>{milliseconds(100), milliseconds(200)}));
}

TEST_F(EventLoopTest, AMomentThatIsPutOffComesLater) {
  Watch watch(loop_, handler_);
  wait_until(watch, in(milliseconds(100)));
  wait_until(watch, in(milliseconds(500)));
  poller_.time_passes = true;
  const Instant due = in(milliseconds(500));
  turn();
  EXPECT_EQ(poller_.timeouts.front(), milliseconds(500));
  EXPECT_EQ(handler_.calls, std::vector{due});
}

TEST_F(EventLoopTest, AMomentMayComeSoonerOrNotAtAll) {
  Watch watch(loop_, handler_);
  wait_until(watch, in(milliseconds(500)));
  wait_until(watch, in(milliseconds(100)));
  clock_.advance(milliseconds(100));
  turn();
  EXPECT_EQ(handler_.calls.size(), 1U);
  wait_until(watch, in(milliseconds(100)));
  wait_until(watch, std::nullopt);
  clock_.advance(seconds(1));
  turn();
  EXPECT_EQ(handler_.calls.size(), 1U);
}

/// Put off while the wait lasts, by whoever is ready first.
TEST_F(EventLoopTest, AMomentThatHasComeCountsNoMoreOnceItIsPutOff) {
  Watch watch(loop_, handler_);
  Watch due(loop_, other_);
  watch.wait_for(kFd, Interest::read, std::nullopt);
  wait_until(due, in(milliseconds(100)));
  handler_.act = [&] { wait_until(due, in(milliseconds(100))); };
  poller_.make_ready();
  clock_.advance(milliseconds(100));
  turn();
  EXPECT_EQ(handler_.calls.size(), 1U);
  EXPECT_EQ(other_.calls.size(), 0U);
  clock_.advance(milliseconds(100));
  turn();
  EXPECT_EQ(other_.calls.size(), 1U);
}

/// Somebody who is always due does not keep the others off.
TEST_F(EventLoopTest, EachMomentIsToldOnceATurn) {
  Watch always(loop_, handler_);
  Watch once(loop_, other_);
  handler_.act = [&] { wait_until(always, at_once()); };
  wait_until(always, at_once());
  wait_until(once, clock_.now());
  turn();
  EXPECT_EQ(handler_.calls.size(), 1U);
  EXPECT_EQ(other_.calls.size(), 1U);
  turn();
  EXPECT_EQ(handler_.calls.size(), 2U);
}

// Handlers that change what is waited for.

TEST_F(EventLoopTest, WhoeverWasDroppedIsNotCalled) {
  Watch first(loop_, handler_);
  Watch second(loop_, other_);
  first.wait_for(kFd, Interest::read, std::nullopt);
  poller_.make_ready();
  second.wait_for(kFd + 1, Interest::read, std::nullopt);
  poller_.make_ready();
  handler_.act = [&] { second.drop(); };
  turn();
  EXPECT_EQ(handler_.calls.size(), 1U);
  EXPECT_EQ(other_.calls.size(), 0U);
}

TEST_F(EventLoopTest, AHandlerMayEndItsOwnWatchAndThoseOfOthers) {
  auto first = std::make_unique<Watch>(loop_, handler_);
  auto second = std::make_unique<Watch>(loop_, other_);
  wait_until(*first, clock_.now());
  wait_until(*second, clock_.now());
  const auto end_both = [&] {
    first.reset();
    second.reset();
  };
  handler_.act = end_both;
  other_.act = end_both;
  turn();
  EXPECT_EQ(handler_.calls.size() + other_.calls.size(), 1U);
}

TEST_F(EventLoopTest, AHandlerMayMakeAWatch) {
  Watch watch(loop_, handler_);
  std::unique_ptr<Watch> made;
  wait_until(watch, clock_.now());
  handler_.act = [&] {
    made = std::make_unique<Watch>(loop_, other_);
    wait_until(*made, clock_.now());
  };
  turn();
  turn();
  EXPECT_EQ(other_.calls.size(), 1U);
}

// Time and failures.

TEST_F(EventLoopTest, KnowsTheTimeAtWhichTheWaitEnded) {
  Watch watch(loop_, handler_);
  wait_until(watch, in(milliseconds(100)));
  poller_.time_passes = true;
  turn();
  EXPECT_EQ(loop_.now(), clock_.now());
  EXPECT_EQ(handler_.calls, std::vector{clock_.now()});
  EXPECT_EQ(&loop_.clock(), &clock_);
}

TEST_F(EventLoopTest, SaysThatTheSystemDoesNotLetItWait) {
  poller_.wait_fails = std::make_error_code(std::errc::bad_file_descriptor);
  EXPECT_EQ(test::failure_of(Failure::Kind::wait, loop_.turn()).error, std::errc::bad_file_descriptor);
  turn();
}

TEST_F(EventLoopTest, SaysThatADescriptorCannotBeWaitedFor) {
  Watch watch(loop_, handler_);
  poller_.change_fails = std::make_error_code(std::errc::no_space_on_device);
  watch.wait_for(kFd, Interest::read, std::nullopt);
  EXPECT_EQ(test::failure_of(Failure::Kind::wait, loop_.turn()).error, std::errc::no_space_on_device);
  turn();
}

TEST(Sooner, OfTwoMomentsEitherOfWhichMayBeNone) {
  const Instant early{1};
  const Instant late{2};
  EXPECT_EQ(sooner(early, late), early);
  EXPECT_EQ(sooner(late, early), early);
  EXPECT_EQ(sooner(std::nullopt, late), late);
  EXPECT_EQ(sooner(late, std::nullopt), late);
  EXPECT_EQ(sooner(std::nullopt, std::nullopt), std::nullopt);
}

}  // namespace
}  // namespace pawl::host::event_loop_test
