// SPDX-License-Identifier: Apache-2.0
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include <pawl/host/server/child_process.hpp>

namespace pawl::host {
namespace {

/// The environment of this process, with these variables instead of those of their names.
std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::string> all;
  all.reserve(variables.size());
  for (const auto& [name, value] : variables) all.emplace_back(name).append("=").append(value);
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view line = *each;
    const std::string_view name = line.substr(0, line.find('='));
    const bool replaced = std::ranges::any_of(variables, [&](const auto& variable) { return variable.first == name; });
    if (!replaced) all.emplace_back(line);
  }
  return all;
}

/// As execve(2) wants them. They view `strings`.
std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& each : strings) pointers.push_back(each.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// How posix_spawn(3) is told what a process begins with.
class SpawnSettings {
 public:
  explicit SpawnSettings(const Descriptor& socket) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_adddup2(&actions_, socket.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, socket.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    ::posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

PosixResult<ChildProcess> ChildProcess::start(const Command& command, const Descriptor& socket) {
  std::vector<std::string> words = command.words;
  std::vector<std::string> environment = environment_with(command.variables);
  const std::vector<char*> arguments = pointers_to(words);
  const std::vector<char*> variables = pointers_to(environment);
  const SpawnSettings settings(socket);
  pid_t id = 0;
  const int error =
      ::posix_spawnp(&id, arguments[0], settings.actions(), settings.attributes(), arguments.data(), variables.data());
  if (error != 0) return std::error_code(error, std::generic_category());
  Descriptor ended(static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));
  const std::error_code no_descriptor = last_error();
  ChildProcess process(id, std::move(ended));
  if (!process.ended_.valid()) return no_descriptor;
  return process;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : id_(std::exchange(other.id_, 0)), ended_(std::move(other.ended_)) {}

ChildProcess::~ChildProcess() {
  if (id_ == 0) return;
  signal(SIGKILL);
  ::waitpid(id_, nullptr, 0);
}

std::optional<ChildProcess::End> ChildProcess::end() {
  int status = 0;
  if (id_ == 0 || ::waitpid(id_, &status, WNOHANG) != id_) return std::nullopt;
  // What it may have started in its group ends with it.
  signal(SIGKILL);
  id_ = 0;
  if (WIFSIGNALED(status)) return End{WTERMSIG(status), true};
  return End{WEXITSTATUS(status), false};
}

void ChildProcess::signal(int number) const { ::kill(-id_, number); }

}  // namespace pawl::host
