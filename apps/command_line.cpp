// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <pawl/host/base/text.hpp>
#include <string>

#include "command_line/program.hpp"
#include "console/exit_code.hpp"

namespace pawl::app {
namespace {

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  std::string command = "pawl";
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    command += " " + at->get_name();
  }
  std::fprintf(stderr, "Error: %s. See: %s --help\n", host::printable(host::bytes_of(error.what())).c_str(),
               command.c_str());
  return static_cast<int>(ExitCode::usage);
}

}  // namespace

int run_command_line(int argc, char** argv) {
  const std::unique_ptr<CLI::App> definition = program();
  CLI::App& app = *definition;
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) throw CLI::ValidationError("Give a command: enroll, user, serve or connect");
    return static_cast<int>(ExitCode::ok);
  } catch (const CLI::RuntimeError& e) {  // It comes from a command, which has said why.
    return e.get_exit_code();
  } catch (const CLI::Success& e) {  // --help, --version
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    return usage_error(app, e);
  }
}

}  // namespace pawl::app
