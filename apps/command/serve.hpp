// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <pawl/host/net/endpoint.hpp>
#include <string>

#include "console/exit_code.hpp"
#include "console/reporter.hpp"
#include "line_options.hpp"
#include "nstp_options.hpp"
#include "users_option.hpp"

namespace pawl::app {

struct ServeOptions {
  std::string listen = std::to_string(host::kDefaultPort);
  /// Datagrams at `listen` instead of connections.
  bool udp = false;
  /// A serial line instead of `listen`.
  LineOptions line;
  UsersOption users;
  /// If there is none, messages are echoed.
  std::optional<std::filesystem::path> save;
  std::size_t max_sessions = 1024;
  /// If there is none, all limits have their defaults.
  std::optional<std::filesystem::path> settings;
  /// The idle time-out in seconds. 0 means none.
  std::uint16_t idle = 120;
  NstpOptions nstp;
};

/// Serves until a signal comes, then closes the sessions in good order. Throws AppError.
ExitCode serve(const ServeOptions& options, Reporter& reporter);

}  // namespace pawl::app
