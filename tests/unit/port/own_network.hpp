// SPDX-License-Identifier: Apache-2.0
/// A network that a test may change: a process with a network namespace of its own, which has a loopback interface
/// only.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <pawl/port/posix/descriptor.hpp>

namespace pawl::test {

/// Runs `ip` with these arguments, which spaces divide; false if it failed or is missing.
inline bool ip(const std::string& arguments) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::istringstream in("ip " + arguments);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    std::vector<char*> pointers;
    for (std::string& each : words) pointers.push_back(each.data());
    pointers.push_back(nullptr);
    ::execvp("ip", pointers.data());
    ::_exit(1);
  }
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// False if this machine does not permit it.
inline bool enter_own_network() {
  const std::string map = "0 " + std::to_string(::getuid()) + " 1";
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) != 0) return false;
  const Descriptor file(::open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC));
  return ::write(file.get(), map.data(), map.size()) == static_cast<ssize_t>(map.size()) && ip("link set lo up");
}

/// Names that only this process knows, as lines of /etc/hosts. Only in its own network.
inline void use_hosts(const std::string& lines) {
  const std::string path = testing::TempDir() + "pawl_hosts_" + std::to_string(::getpid());
  std::ofstream(path) << lines;
  EXPECT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
  EXPECT_EQ(::mount(path.c_str(), "/etc/hosts", nullptr, MS_BIND, nullptr), 0);
  std::filesystem::remove(path);
}

/// Runs `scenario`, a function of GoogleTest's assertions, there; skips the test, and says so, if that is not
/// permitted.
template <class Scenario>
void in_own_network(Scenario scenario) {
  constexpr int kNotPermitted = 77;
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    if (!enter_own_network()) ::_exit(kNotPermitted);
    scenario();
    std::fflush(nullptr);
    ::_exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kNotPermitted) {
    GTEST_SKIP() << "this machine permits no network namespace, or has no ip(8)";
  }
  EXPECT_EQ(WEXITSTATUS(status), 0) << "see what the process printed above";
}

}  // namespace pawl::test
