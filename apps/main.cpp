// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdio>
#include <exception>

#include "commands.hpp"
#include "standard_descriptors.hpp"
#include "text.hpp"

namespace pawl::app {
namespace {

constexpr const char* kFooter = R"(Exit codes:
    0  all went well                      7  the traffic was altered
    1  a fault of pawl itself             8  the peer is busy, or a limit is reached
    2  wrong arguments or input           9  a file or another output failed
    3  wrong password, key or user       10  the address to listen on is in use
    4  the peer was silent for too long  11  the peer does not speak this version of Pawl
    5  no connection, or it was lost    130  interrupted
    6  the connection was cut

Example, both on one machine:
    pawl enroll alice
    pawl serve
    pawl connect localhost:7295 --credential alice.credential.toml)";

/// A full disk or a closed pipe is an error to report, and a temporary file to remove, not an end of the process.
void report_signals_as_errors() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  std::string command = "pawl";
  for (const CLI::App* chosen : app.get_subcommands()) command += " " + chosen->get_name();
  std::fprintf(stderr, "Error: %s. See: %s --help\n", printable(bytes_of(error.what())).c_str(), command.c_str());
  return static_cast<int>(ExitCode::usage);
}

int run(int argc, char** argv) {
  CLI::App app("A secure channel that needs a password or a key, and no certificates.", "pawl");
  app.set_version_flag("--version", "pawl " PAWL_VERSION);
  app.require_subcommand(0, 1);
  app.footer(kFooter);
  add_enroll(app);
  add_serve(app);
  add_connect(app);
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) throw CLI::ValidationError("Give a command: enroll, serve or connect");
    return static_cast<int>(ExitCode::ok);
  } catch (const CLI::RuntimeError& e) {  // of a command, which has said why
    return e.get_exit_code();
  } catch (const CLI::Success& e) {  // --help, --version
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    return usage_error(app, e);
  }
}

}  // namespace
}  // namespace pawl::app

int main(int argc, char** argv) {
  pawl::app::occupy_standard_descriptors();
  pawl::app::report_signals_as_errors();
  try {
    return pawl::app::run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "Error: a fault of pawl itself, please report it: %s\n", e.what());
    return static_cast<int>(pawl::app::ExitCode::internal);
  }
}
