// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <pawl/host/net/endpoint.hpp>
#include <pawl/host/server/command_framing.hpp>
#include <pawl/host/server/limits.hpp>
#include <set>
#include <string>
#include <vector>

#include "console/exit_code.hpp"
#include "console/reporter.hpp"
#include "line_options.hpp"
#include "nstp_options.hpp"
#include "users_option.hpp"

namespace pawl::app {

/// Keys of a configuration.
using Keys = std::set<std::string, std::less<>>;

/// Where a server has its configuration, besides its command line.
struct ConfigOptions {
  /// None: the command line says all.
  std::optional<std::filesystem::path> file;
  /// Whether to look whether the file is right, and to do nothing else.
  bool check = false;
  /// Keys of the file that do not count, because an option has been given that says or excludes the same.
  Keys overridden;
};

struct ServeOptions {
  static constexpr std::uint32_t kMostSessions = 100'000;

  ConfigOptions config;
  /// None: the port of the protocol, on all addresses.
  std::optional<std::string> listen;
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
  /// HOST:PORT, the other end of a tunnel.
  std::optional<std::string> forward;
  std::size_t max_sessions = 1024;
  /// The idle time-out in seconds. 0 means none.
  std::uint16_t idle = 120;
  /// How the command reads and writes messages.
  host::Framing exec_framing = host::Framing::lines;
  /// Keep the keys of tickets with the users.
  bool keep_tickets = false;
  NstpOptions nstp;
  /// As the options of these names.
  bool json = false;
  bool verbose = false;
  host::Limits limits = host::default_limits(crypto_backend());
};

/// The names of host::Framing.
const std::map<std::string, host::Framing>& framings();

/// Where it listens on the network.
std::string listen_of(const ServeOptions& options);

/// Serves until a signal comes, then closes the sessions in good order. If it is to check its configuration, does that
/// and nothing else. Throws AppError.
ExitCode serve(const ServeOptions& given, Reporter& reporter);

}  // namespace pawl::app
