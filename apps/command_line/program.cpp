// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include <pawl/base/version.hpp>
#include <pawl/crypto/backend.hpp>
#include <string>

#include "console/exit_code.hpp"
#include "console/service_manager.hpp"
#include "subcommands.hpp"

namespace pawl::app {
namespace {

constexpr const char* kProgramFooter = R"(
Examples:
    pawl enroll alice                                               asks for a password
    pawl serve
    pawl connect localhost:7295 --credential alice.credential.toml  in another terminal of the same machine)";

/// "pawl 0.1.0 (OpenSSL 3.0.19, systemd)".
std::string version() {
  const CryptoBackend crypto = crypto_backend();
  return std::string("pawl " PAWL_VERSION " (") + crypto.library + " " + crypto.version + ", " +
         std::string(service_manager_support()) + ")";
}

std::string exit_codes() {
  std::string text = "Exit codes:\n";
  for (const ExitCodeMeaning& meaning : exit_code_meanings()) {
    const std::string number = std::to_string(static_cast<int>(meaning.code));
    text.append(7 - number.size(), ' ').append(number).append("  ").append(meaning.text).append("\n");
  }
  return text;
}

}  // namespace

std::unique_ptr<CLI::App> program() {
  const char* const what = "A secure channel that needs a password or a key, and no certificates.";
  auto app = std::make_unique<CLI::App>(what, "pawl");
  app->set_version_flag("--version", version());
  app->require_subcommand(0, 1);
  app->footer(exit_codes() + kProgramFooter);
  add_enroll(*app);
  add_user(*app);
  add_serve(*app);
  add_connect(*app);
  return app;
}

}  // namespace pawl::app
