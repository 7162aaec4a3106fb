// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "commands.hpp"
#include "idle_option.hpp"
#include "server.hpp"

namespace pawl::app {
namespace {

constexpr const char* kFooter =
    R"(Answers each message with "Server received: " and the message, or, with --save, keeps it as a file. Says
"Listening on port N" as soon as clients can connect. Users enrolled anew count at once. Ctrl-C ends it in good order.

Examples:
    pawl serve
    pawl serve --listen 127.0.0.1:0 --records /var/lib/pawl/records --save received)";

}  // namespace

void add_serve(CLI::App& app) {
  const auto options = std::make_shared<Server::Options>();
  CLI::App& command = *app.add_subcommand("serve", "Serve clients");
  command.footer(kFooter);
  command.add_option("--listen", options->listen, "HOST:PORT, or PORT on all addresses; port 0 takes a free one")
      ->capture_default_str();
  command.add_option("--records", options->records, "Directory with the users' records")->capture_default_str();
  command.add_option("--save", options->save, "Directory to keep each message in, as a file");
  command.add_option("--max-sessions", options->max_sessions, "Clients at a time; memory is set aside for them")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  add_idle_option(command, options->idle, "client");
  on_run(command, [options](Reporter& reporter) { return Server(*options, reporter).run(); });
}

}  // namespace pawl::app
