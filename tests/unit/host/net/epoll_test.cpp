// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/net/epoll.hpp>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

namespace pawl::host::epoll_test {
namespace {

using Owners = std::vector<void*>;

/// Two sockets that are joined, and an epoll that waits for the first.
class EpollTest : public testing::Test {
 protected:
  EpollTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    here_ = Descriptor(ends[0]);
    there_ = Descriptor(ends[1]);
  }

  void change(Interest before, Interest after) { EXPECT_FALSE(epoll_.change(here_.get(), before, after, owner())); }
  /// The owners of what is ready, after `timeout` at most.
  Owners wait(std::optional<Duration> timeout = milliseconds(0)) {
    Owners ready;
    EXPECT_FALSE(epoll_.wait(timeout, ready));
    return ready;
  }
  void say_something() const { EXPECT_EQ(::write(there_.get(), "x", 1), 1); }
  void* owner() { return &owner_; }

  Epoll epoll_;
  Descriptor here_;
  Descriptor there_;

 private:
  int owner_ = 0;
};

TEST_F(EpollTest, TellsTheOwnerOfWhatIsReady) {
  change(Interest::none, Interest::read);
  EXPECT_EQ(wait(), Owners{});
  say_something();
  EXPECT_EQ(wait(), Owners{owner()});
  EXPECT_EQ(wait(), Owners{owner()}) << "it still is";
}

TEST_F(EpollTest, WaitsForWhatItIsToldTo) {
  change(Interest::none, Interest::read);
  change(Interest::read, Interest::write);
  EXPECT_EQ(wait(), Owners{owner()});
  change(Interest::write, Interest::read);
  EXPECT_EQ(wait(), Owners{});
  say_something();
  change(Interest::read, Interest::read_write);
  EXPECT_EQ(wait(), Owners{owner()}) << "each once";
  change(Interest::read_write, Interest::none);
  EXPECT_EQ(wait(), Owners{});
}

TEST_F(EpollTest, AddsToWhatIsThere) {
  change(Interest::none, Interest::write);
  Owners ready{this};
  EXPECT_FALSE(epoll_.wait(milliseconds(0), ready));
  EXPECT_EQ(ready, (Owners{this, owner()}));
}

TEST_F(EpollTest, TellsOfFailuresWhateverIsWaitedFor) {
  say_something();
  change(Interest::none, Interest::write);
  EXPECT_EQ(::shutdown(here_.get(), SHUT_WR), 0);
  there_.reset();
  change(Interest::write, Interest::read);
  EXPECT_EQ(wait(), Owners{owner()});
}

TEST_F(EpollTest, WaitsNoLongerThanItMay) {
  change(Interest::none, Interest::read);
  EXPECT_EQ(wait(milliseconds(1)), Owners{});
}

TEST_F(EpollTest, ADescriptorThatWasClosedNeedNotBeTakenOut) {
  change(Interest::none, Interest::read);
  here_.reset();
  EXPECT_FALSE(epoll_.change(42, Interest::read, Interest::none, owner()));
  EXPECT_FALSE(epoll_.change(there_.get(), Interest::read, Interest::none, owner()));
}

TEST_F(EpollTest, SaysWhyItCannotWaitForADescriptor) {
  const int closed = here_.get();
  here_.reset();
  EXPECT_EQ(epoll_.change(closed, Interest::none, Interest::read, owner()), std::errc::bad_file_descriptor);
  EXPECT_EQ(wait(), Owners{});
}

TEST_F(EpollTest, ARegularFileIsAlwaysReady) {
  std::string path = testing::TempDir() + "pawl-epoll-XXXXXX";
  const Descriptor file(::mkstemp(path.data()));
  ::unlink(path.c_str());
  EXPECT_FALSE(epoll_.change(file.get(), Interest::none, Interest::read, owner()));
  EXPECT_FALSE(epoll_.change(file.get(), Interest::read, Interest::read_write, owner()));
  EXPECT_EQ(wait(seconds(60)), Owners{owner()}) << "at once, and once";
  EXPECT_FALSE(epoll_.change(file.get(), Interest::read_write, Interest::none, owner()));
  EXPECT_EQ(wait(), Owners{});
}

/// Signals come until the test is over, so that none can come too early.
TEST_F(EpollTest, ASignalEndsTheWait) {
  auto* const before = std::signal(SIGALRM, [](int) {});
  const itimerval often{{0, 1000}, {0, 1000}};
  const itimerval never{};
  EXPECT_EQ(::setitimer(ITIMER_REAL, &often, nullptr), 0);
  EXPECT_EQ(wait(std::nullopt), Owners{});
  EXPECT_EQ(::setitimer(ITIMER_REAL, &never, nullptr), 0);
  std::signal(SIGALRM, before);
}

/// Whoever is told of a new descriptor by its number alone would wait for nothing.
TEST_F(EpollTest, ADescriptorThatWasClosedIsAskedForAgainThoughItsNumberIsTheSame) {
  change(Interest::none, Interest::read);
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  const int number = here_.get();
  there_ = Descriptor(ends[1]);
  ASSERT_EQ(::dup2(ends[0], number), number);
  ::close(ends[0]);
  say_something();
  EXPECT_EQ(wait(), Owners{});
  change(Interest::read, Interest::none);
  change(Interest::none, Interest::read);
  EXPECT_EQ(wait(), Owners{owner()});
}

}  // namespace
}  // namespace pawl::host::epoll_test
