// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/server_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <fstream>
#include <iterator>
#include <pawl/port/posix/clock.hpp>
#include <stdexcept>

#include <pawl/host/net/descriptor_limit.hpp>

namespace pawl::bench {
namespace {

constexpr Duration kPatience = seconds(10);

void rest() {
  const timespec moment{0, 2'000'000};
  ::nanosleep(&moment, nullptr);
}

/// The child: becomes `arguments`. However the benchmark ends, the server ends with it.
[[noreturn]] void become(std::vector<char*>& arguments, const char* log) {
  const int file = ::open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool ends_too = ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
  if (ends_too && file >= 0 && ::dup2(file, STDERR_FILENO) >= 0) ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

/// 0 if `log` does not say it yet.
std::uint16_t port_in(const std::filesystem::path& log) {
  std::ifstream file(log);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  constexpr std::string_view kSaid = "Listening on port ";
  const auto at = text.find(kSaid);
  const bool whole_line = at != std::string::npos && text.find('\n', at) != std::string::npos;
  return whole_line ? static_cast<std::uint16_t>(std::stoul(text.substr(at + kSaid.size()))) : std::uint16_t{0};
}

}  // namespace

ServerProcess::ServerProcess(const std::vector<std::string>& command, const std::filesystem::path& log) {
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  static_cast<void>(host::raise_descriptor_limit(kMostDescriptors));
  pid_ = ::fork();
  if (pid_ == 0) become(arguments, log.c_str());
  if (pid_ < 0) throw std::runtime_error("no process for " + command[0]);
  MonotonicClock clock;
  for (const Instant end = clock.now() + kPatience; port_ == 0 && clock.now() < end; port_ = port_in(log)) rest();
  if (port_ != 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  throw std::runtime_error(command[0] + " does not listen");
}

ServerProcess::~ServerProcess() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

double ServerProcess::cpu_seconds() const {
  rest();
  clockid_t clock = 0;
  timespec used{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) {
    throw std::runtime_error("the server is gone");
  }
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

}  // namespace pawl::bench
