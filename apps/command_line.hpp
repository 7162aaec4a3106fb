// SPDX-License-Identifier: Apache-2.0
/// What a user of `pawl` types.
#pragma once

namespace pawl::app {

/// Runs the subcommand that the arguments name and gives its exit code. Wrong arguments are reported on standard error.
int run_command_line(int argc, char** argv);

}  // namespace pawl::app
