// SPDX-License-Identifier: Apache-2.0
// Real processes, which end in their own time. Whoever waits for one waits for its descriptor.
#include <pawl/host/server/child_process.hpp>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <vector>

namespace pawl::host::child_process_test {
namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

class ChildProcessTest : public testing::Test {
 protected:
  ChildProcessTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    own_ = Descriptor(ends[0]);
    other_ = Descriptor(ends[1]);
  }
  /// Starts a script of the shell.
  ChildProcess start(const std::string& script, const Variables& variables = {}) {
    auto process = ChildProcess::start({{"sh", "-c", script}, variables}, other_);
    EXPECT_TRUE(process.ok()) << process.error().message();
    other_.reset();
    return std::move(process.value());
  }
  /// What it says until the last of its group has closed its output.
  std::string said() {
    std::string all;
    std::array<char, 256> buffer{};
    for (ssize_t got = 0; (got = ::read(own_.get(), buffer.data(), buffer.size())) > 0;) {
      all.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return all;
  }
  static ChildProcess::End end_of(ChildProcess& process) {
    pollfd wait{.fd = process.fd(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&wait, 1, 30'000), 1);
    const auto end = process.end();
    EXPECT_TRUE(end);
    return end.value_or(ChildProcess::End{});
  }

  Descriptor own_;
  Descriptor other_;
};

TEST_F(ChildProcessTest, TalksOverItsStandardInputAndOutput) {
  ChildProcess process = start("read line; echo \"$line and $0\"");
  EXPECT_FALSE(process.end()) << "it waits for its input";
  ASSERT_EQ(::write(own_.get(), "this\n", 5), 5);
  EXPECT_EQ(said(), "this and sh\n");
  EXPECT_TRUE(end_of(process).well());
  EXPECT_FALSE(process.end()) << "it is told once";
}

TEST_F(ChildProcessTest, TellsHowItHasEnded) {
  ChildProcess process = start("exit 3");
  const auto end = end_of(process);
  EXPECT_EQ(end.status, 3);
  EXPECT_FALSE(end.by_signal || end.well());
}

TEST_F(ChildProcessTest, IsEndedByASignalWithItsGroup) {
  ChildProcess process = start("sleep 1000 & echo ready; wait");
  std::array<char, 6> ready{};
  ASSERT_EQ(::read(own_.get(), ready.data(), ready.size()), 6);
  process.signal(SIGTERM);
  const auto end = end_of(process);
  EXPECT_EQ(end.status, SIGTERM);
  EXPECT_TRUE(end.by_signal);
  EXPECT_EQ(said(), "") << "nobody of the group has the other end";
}

TEST_F(ChildProcessTest, EndsWithItsObject) {
  {
    const ChildProcess process = start("trap '' TERM HUP INT; sleep 1000 & echo ready; wait");
    std::array<char, 6> ready{};
    ASSERT_EQ(::read(own_.get(), ready.data(), ready.size()), 6);
  }
  EXPECT_EQ(said(), "");
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "none is left to wait for";
}

TEST_F(ChildProcessTest, FindsItsVariablesInTheEnvironmentInThePlaceOfOthers) {
  ::setenv("PAWL_TEST_SAME", "before", 1);
  ::setenv("PAWL_TEST_OTHER", "kept", 1);
  ChildProcess process = start("env | grep ^PAWL_TEST | sort", {{"PAWL_TEST_SAME", "a b"}, {"PAWL_TEST_NEW", ""}});
  EXPECT_EQ(said(), "PAWL_TEST_NEW=\nPAWL_TEST_OTHER=kept\nPAWL_TEST_SAME=a b\n");
  ::unsetenv("PAWL_TEST_SAME");
  ::unsetenv("PAWL_TEST_OTHER");
  end_of(process);
}

/// Not even one that others forgot to close on exec.
TEST_F(ChildProcessTest, HasNoDescriptorOfThisProcess) {
  const Descriptor leaked(::dup(STDIN_FILENO));
  ASSERT_GT(leaked.get(), STDERR_FILENO);
  ChildProcess process = start("test -e /dev/fd/" + std::to_string(leaked.get()) + " || echo none");
  EXPECT_EQ(said(), "none\n");
  end_of(process);
}

/// A program that was started with SIGPIPE ignored would not notice that nobody reads.
TEST_F(ChildProcessTest, HasNoSignalIgnored) {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  ChildProcess process = start("kill -PIPE $$; exit 5");
  ::signal(SIGPIPE, before);
  const auto end = end_of(process);
  EXPECT_TRUE(end.by_signal);
  EXPECT_EQ(end.status, SIGPIPE);
}

TEST_F(ChildProcessTest, WhatIsNoProgramDoesNotStart) {
  const auto process = ChildProcess::start({{"/nonexistent"}}, other_);
  ASSERT_FALSE(process.ok());
  EXPECT_EQ(process.error(), std::errc::no_such_file_or_directory);
}

}  // namespace
}  // namespace pawl::host::child_process_test
