// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

namespace pawl::app {

/// Gives `command` the option --idle, PROTOCOL.md 11.1. `whom` it gives up on is for --help. `seconds` outlives the
/// command, and is the default.
void add_idle_option(CLI::App& command, std::uint16_t& seconds, const std::string& whom);

}  // namespace pawl::app
