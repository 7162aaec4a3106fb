// SPDX-License-Identifier: Apache-2.0
/// What several subcommands of `pawl` have of their options.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <pawl/base/time.hpp>
#include <string>
#include <vector>

#include "command/enroll.hpp"
#include "command/line_options.hpp"
#include "command/nstp_options.hpp"
#include "command/users_option.hpp"
#include "console/reporter.hpp"

namespace pawl::app {

/// How a command speaks. One that goes on for years stamps its lines, and does not wait for ever for whoever reads
/// them.
struct Manner {
  bool stamped = false;
  std::optional<Duration> patience{};
};

/// Gives `command` the options --json and --verbose and has it do `run` once it was parsed. What `run` returns becomes
/// the exit code. Whatever `run` uses must live as long as the CLI::App, as a shared_ptr captured by it does. An
/// AppError out of `run` is reported here.
void on_run(CLI::App& command, const Manner& manner, std::function<ExitCode(Reporter&)> run);

// What the value of an option is called in --help, by which shells know what to complete. CLI11 names the values that
// CLI::IsMember allows by itself.
inline constexpr const char* kFileValue = "FILE";
inline constexpr const char* kDirectoryValue = "DIRECTORY";
inline constexpr const char* kFileOrDirectoryValue = "PATH";

/// Turns the name of a mode into the mode.
CLI::Validator modes();

/// Gives `command` the option --idle, PROTOCOL.md 11.1. `whom` it gives up on is for --help. `seconds` outlives the
/// command, and is the default.
void add_idle_option(CLI::App& command, std::uint16_t& seconds, const std::string& whom);

/// Gives `command` the options --serial, --reset and --wait, and returns the first. `options` outlives the command.
CLI::Option* add_line_options(CLI::App& command, LineOptions& options);

/// Gives `command` the options --nstp and --device-salt, and returns the first. `options` outlives the command.
CLI::Option* add_nstp_options(CLI::App& command, NstpOptions& options);

/// Gives `command` the options --users and --store-key. `users` outlives the command. The other name is that of earlier
/// versions.
void add_users_option(CLI::App& command, UsersOption& users);

/// The options with which a secret is made. They outlive the command.
struct SecretOptions {
  CLI::Option* iterations;
  CLI::Option* password_file;
};

/// Gives `command` the options --iterations and --password-file. `options` outlives the command.
SecretOptions add_password_options(CLI::App& command, EnrollOptions& options);

/// Gives `command` all options with which a user is made, and returns those that a user of NSTP has not.
std::vector<CLI::Option*> add_enrol_options(CLI::App& command, EnrollOptions& options, const std::string& credential);

}  // namespace pawl::app
