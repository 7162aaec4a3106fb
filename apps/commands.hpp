// SPDX-License-Identifier: Apache-2.0
/// The subcommands of `pawl`, one file each.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "exit_code.hpp"
#include "reporter.hpp"

namespace pawl::app {

/// Each adds its subcommand to `app`.
void add_enroll(CLI::App& app);
void add_serve(CLI::App& app);
void add_connect(CLI::App& app);

/// Gives `command` the options --json and --verbose and has it do `run` once it was parsed; what `run` returns becomes
/// the exit code. Whatever `run` uses must live as long as the CLI::App; a shared_ptr captured by it does. An AppError
/// out of `run` is reported here.
void on_run(CLI::App& command, std::function<ExitCode(Reporter&)> run);

}  // namespace pawl::app
