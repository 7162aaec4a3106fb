// SPDX-License-Identifier: Apache-2.0
#include "console/service_manager.hpp"

namespace pawl::app {

std::string_view service_manager_support() { return "no systemd"; }

void tell_service_manager(const std::string& /*state*/) {}

std::vector<PassedSocket> take_passed_sockets() { return {}; }

std::optional<Duration> watchdog_time() { return std::nullopt; }

}  // namespace pawl::app
