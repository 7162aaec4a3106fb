// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace pawl::bench {

/// Files that the benchmark and each of its servers may have open at a time, if the system allows so many.
inline constexpr std::size_t kMostDescriptors = 10'100;

/// A server that runs beside the benchmark, until this object's end.
class ServerProcess {
 public:
  /// Starts `command` and waits until it says "Listening on port N" on standard error, which goes to the file `log`.
  /// std::runtime_error if it does not.
  ServerProcess(const std::vector<std::string>& command, const std::filesystem::path& log);
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ~ServerProcess();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// What it has had of the processor so far, in user and kernel mode. Waits a moment first, so that it has done
  /// everything that it can do.
  [[nodiscard]] double cpu_seconds() const;

 private:
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace pawl::bench
