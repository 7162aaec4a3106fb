// SPDX-License-Identifier: Apache-2.0
#include "console/service_manager.hpp"

#include <systemd/sd-daemon.h>

#include <cstdlib>
#include <memory>

namespace pawl::app {

std::string_view service_manager_support() { return "systemd"; }

void tell_service_manager(const std::string& state) {
  // Nobody but the service manager would want to know that it cannot be told.
  static_cast<void>(sd_notify(0, state.c_str()));
}

std::vector<PassedSocket> take_passed_sockets() {
  char** names = nullptr;
  const int count = sd_listen_fds_with_names(1, &names);
  std::vector<PassedSocket> sockets;
  for (int i = 0; i < count; ++i) {
    const std::unique_ptr<char, decltype(&std::free)> name(names[i], &std::free);
    sockets.push_back({Descriptor(SD_LISTEN_FDS_START + i), name.get()});
  }
  std::free(names);
  return sockets;
}

std::optional<Duration> watchdog_time() {
  std::uint64_t us = 0;
  if (sd_watchdog_enabled(0, &us) <= 0) return std::nullopt;
  return milliseconds(us / 1'000);
}

}  // namespace pawl::app
