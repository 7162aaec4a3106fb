// SPDX-License-Identifier: Apache-2.0
/// The subcommands of `pawl`, with their options and their help.
#pragma once

#include <CLI/CLI.hpp>

namespace pawl::app {

// Each gives `app` the subcommand of its name.

void add_enroll(CLI::App& app);
void add_user(CLI::App& app);
void add_serve(CLI::App& app);
void add_connect(CLI::App& app);

}  // namespace pawl::app
