// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <pawl/base/version.hpp>
#include <pawl/crypto/backend.hpp>
#include <pawl/host/base/text.hpp>
#include <string>

#include "command_line/subcommands.hpp"
#include "console/exit_code.hpp"
#include "console/service_manager.hpp"

namespace pawl::app {
namespace {

constexpr const char* kFooter = R"(Exit codes:
    0  all went well                      7  the traffic was altered
    1  a fault of pawl itself             8  the peer is busy, or a limit is reached
    2  wrong arguments or input           9  a file or another output failed
    3  wrong password, key or user       10  the address or serial line is in use
    4  the peer was silent for too long  11  the peer does not speak this version of Pawl
    5  no connection, or it was lost    130  interrupted
    6  the connection was cut

Example, both on one machine:
    pawl enroll alice
    pawl serve
    pawl connect localhost:7295 --credential alice.credential.toml)";

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

/// "pawl 0.1.0 (OpenSSL 3.0.19, systemd)".
std::string version() {
  const CryptoBackend crypto = crypto_backend();
  return std::string("pawl " PAWL_VERSION " (") + crypto.library + " " + crypto.version + ", " +
         std::string(service_manager_support()) + ")";
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app("A secure channel that needs a password or a key, and no certificates.", "pawl");
  app.set_version_flag("--version", version());
  app.require_subcommand(0, 1);
  app.footer(kFooter);
  add_enroll(app);
  add_user(app);
  add_serve(app);
  add_connect(app);
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
