// SPDX-License-Identifier: Apache-2.0
/// The service manager that started the program, which is systemd if there is one. What it is told is in sd_notify(3),
/// and what it gives in sd_listen_fds(3) and sd_watchdog_enabled(3). Without one, and in a program that was built
/// without libsystemd, nothing here does anything.
#pragma once

#include <filesystem>
#include <optional>
#include <pawl/host/net/event_loop.hpp>
#include <pawl/port/posix/descriptor.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace pawl::app {

/// A socket that the service manager has opened for us.
struct PassedSocket {
  Descriptor descriptor;
  /// Its name in the service manager's configuration.
  std::string name;
};

// These four are what libsystemd does.

/// Whether the program was built with it, for people.
std::string_view service_manager_support();
/// Tells the service manager lines of NAME=VALUE.
void tell_service_manager(const std::string& state);
/// The sockets that it has passed, in its order. They are given once.
std::vector<PassedSocket> take_passed_sockets();
/// How long it waits for a sign of life. None if it does not.
std::optional<Duration> watchdog_time();

/// The status of a server that is all right.
inline constexpr const char* kServing = "Serving.";

/// The program does what it is for now. `status` is for people.
void tell_ready(const std::string& status);
/// It reads its configuration again, until tell_ready().
void tell_reloading();
void tell_stopping();

/// The file of the credential `name`, if the service manager has given it (systemd.exec(5), LoadCredential=).
std::optional<std::filesystem::path> credential_file(const std::string& name);

/// Gives the service manager signs of life from the loop, twice as often as it wants them.
class Watchdog final : private host::EventLoop::Handler {
 public:
  /// The loop outlives it.
  explicit Watchdog(host::EventLoop& loop);

 private:
  void on_ready(Instant now) override;

  std::optional<Duration> period_;
  host::EventLoop::Watch watch_;
};

}  // namespace pawl::app
