// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pawl/port/posix/descriptor.hpp>
#include <pawl/port/posix/result.hpp>

namespace pawl::host {

/// A process that was started here. It leads a process group of its own, and ends with this object, with its group.
class ChildProcess {
 public:
  /// How a process has ended.
  struct End {
    /// The exit status, or the number of the signal that ended it.
    int status = 0;
    bool by_signal = false;

    [[nodiscard]] bool well() const { return status == 0 && !by_signal; }
  };

  /// What a command is, and what it finds.
  struct Command {
    /// The program, which is looked for in PATH if it has no slash, and its arguments. There is at least the first.
    std::vector<std::string> words;
    /// Added to the environment of this process, in the place of variables that are there.
    std::vector<std::pair<std::string, std::string>> variables{};
  };

  /// Starts it with `socket` as its standard input and output. It has no other descriptor but standard error, and no
  /// signal is blocked or ignored.
  static PosixResult<ChildProcess> start(const Command& command, const Descriptor& socket);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) = delete;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  /// Readable once the process has ended.
  [[nodiscard]] int fd() const { return ended_.get(); }
  /// How it has ended. None while it runs.
  std::optional<End> end();
  /// Sends a signal to its group.
  void signal(int number) const;

 private:
  ChildProcess(pid_t id, Descriptor ended) : id_(id), ended_(std::move(ended)) {}

  /// It is 0 once it was waited for.
  pid_t id_;
  Descriptor ended_;
};

}  // namespace pawl::host
