// SPDX-License-Identifier: Apache-2.0
#include "service_manager.hpp"

#include <cstdlib>
#include <ctime>
#include <system_error>

namespace pawl::app {
namespace {

/// The time by which the service manager knows that READY=1 is the answer to this reload and to none before.
std::uint64_t monotonic_us() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1'000;
}

}  // namespace

void tell_ready(const std::string& status) { tell_service_manager("READY=1\nSTATUS=" + status); }

void tell_reloading() {
  tell_service_manager("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_us()) +
                       "\nSTATUS=Reading the configuration.");
}

void tell_stopping() { tell_service_manager("STOPPING=1\nSTATUS=Closing all sessions."); }

std::optional<std::filesystem::path> credential_file(const std::string& name) {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe): nobody changes it
  if (directory == nullptr || *directory == '\0') return std::nullopt;
  std::filesystem::path file = std::filesystem::path(directory) / name;
  std::error_code unreadable;  // Then reading it will fail, and say why.
  if (!std::filesystem::exists(file, unreadable) && !unreadable) return std::nullopt;
  return file;
}

Watchdog::Watchdog(host::EventLoop& loop) : period_(watchdog_time()), watch_(loop, *this) {
  if (!period_) return;
  period_ = milliseconds(period_->ms / 2);
  on_ready(loop.clock().now());
}

void Watchdog::on_ready(Instant now) {
  tell_service_manager("WATCHDOG=1");
  watch_.wait_for(-1, host::Interest::none, now + *period_);
}

}  // namespace pawl::app
