// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <pawl/host/net/endpoint.hpp>
#include <pawl/host/server/command_framing.hpp>
#include <string>
#include <vector>

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
  /// What messages are for. If nothing of this is given, they are echoed.
  std::optional<std::filesystem::path> save;
  std::optional<std::filesystem::path> inbox;
  /// A command for each session, and its arguments.
  std::optional<std::string> exec;
  std::vector<std::string> exec_arguments;
  host::Framing exec_framing = host::Framing::lines;
  /// HOST:PORT, the other end of a tunnel.
  std::optional<std::string> forward;
  /// Keep the keys of tickets with the users.
  bool keep_tickets = false;
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
