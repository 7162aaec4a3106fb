// SPDX-License-Identifier: Apache-2.0
/// All that `pawl` understands, for whoever parses it, describes it or completes it.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

namespace pawl::app {

/// The program with its subcommands. To parse arguments with it is to run them.
std::unique_ptr<CLI::App> program();

}  // namespace pawl::app
