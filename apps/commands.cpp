// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"

#include <memory>
#include <utility>

namespace pawl::app {

void on_run(CLI::App& command, std::function<ExitCode(Reporter&)> run) {
  const auto options = std::make_shared<Reporter::Options>();
  command.add_flag("--json", options->json, "Say what happens in JSON, one object a line on standard output");
  command.add_flag("--verbose", options->verbose, "Say more about what happens, never a secret");
  command.callback([options, run = std::move(run)] {
    Reporter reporter(*options);
    ExitCode code = ExitCode::ok;
    try {
      code = run(reporter);
    } catch (const AppError& e) {
      reporter.error(e.what());
      code = e.code();
    }
    if (code != ExitCode::ok) throw CLI::RuntimeError(static_cast<int>(code));
  });
}

}  // namespace pawl::app
