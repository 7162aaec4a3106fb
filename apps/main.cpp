// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdio>
#include <exception>

#include "command_line.hpp"
#include "console/exit_code.hpp"
#include "console/standard_descriptors.hpp"

namespace pawl::app {
namespace {

/// A full disk or a closed pipe is an error to report, and a temporary file to remove, not an end of the process.
void report_signals_as_errors() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace
}  // namespace pawl::app

int main(int argc, char** argv) {
  pawl::app::occupy_standard_descriptors();
  pawl::app::report_signals_as_errors();
  try {
    return pawl::app::run_command_line(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "Error: a fault of pawl itself, please report it: %s\n", e.what());
    return static_cast<int>(pawl::app::ExitCode::internal);
  }
}
