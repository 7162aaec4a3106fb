// SPDX-License-Identifier: Apache-2.0
#include "command/serve.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "shared.hpp"
#include "subcommands.hpp"

namespace pawl::app {
namespace {

constexpr const char* kServeFooter =
    R"(Answers each message with "Server received: " and the message. Says "Listening on ..." as soon as clients can connect.
Users enrolled anew count at once. Ctrl-C ends it in good order, and so does the end of its terminal unless nohup was
told to ignore it or there is a --config to read again.

With --save it keeps each message as a file. With --exec it runs a command for each session, without a shell: each
message is a line of its standard input, and each line of its standard output a message to the client. PAWL_USER and
PAWL_ADDRESS say who that is. With --forward each session is the connection of a tunnel.

With --inbox it keeps messages of at most 1 MiB in a database, and answers once they are on the disk: "Server stored: N",
or an acknowledgement for pawl connect --outbox, whose lines are kept once however often they come. Look at them with
    sqlite3 inbox.db 'SELECT id, user, received_at, body FROM messages'

--config names a TOML file with a key for each option, which is its name with _ for -, as in max_sessions. An option on
the command line wins over the file. A table has limits that have no option. Anything may be left out:
    listen = "127.0.0.1:7295"
    users = "/var/lib/pawl/users.db"
    idle = 300
    [limits]
    half_open = 512               unfinished handshakes
    half_open_per_source = 64     the same of one network, /24 or /64
    hellos = 222                  handshakes with a key exchange begun in a second; with OpenSSL 3333
    hellos_per_source = 55        the same of one network; with OpenSSL 833
    failures = 3                  wrong secrets, for a user and from one network, until one has to wait
    failures_per_source = 32      the same from one network, for all users together
    forgiveness = 60              seconds after which a network is forgiven one of them
    longest_wait = 300            seconds, the longest such wait
    sessions_per_user = 8         beyond them, the one idle longest is closed
    lifetime = 86400              seconds after which a session is closed, for its client to come back by ticket
    message_size = 0              bytes; a session that sends a longer message is closed; 0: none is too long
    message_rate = 0              messages a second of one session; more of them wait, and datagrams are lost; 0: any
SIGHUP has the file read again. Limits and idle then hold for all that comes, and sessions go on. All else takes effect
at the next start. A file that is wrong changes nothing.

Examples:
    pawl serve
    pawl serve --listen 127.0.0.1:0 --users /var/lib/pawl/users.db --save received
    pawl serve --exec /usr/bin/python3 -- -u handle.py
    pawl serve --forward localhost:5432
    pawl serve --inbox inbox.db
    pawl serve --config /etc/pawl/pawl.toml
    pawl serve --config /etc/pawl/pawl.toml --check-config
    pawl serve --udp
    pawl serve --serial /dev/ttyUSB0:115200
    pawl serve --nstp                                     the legacy protocol, on port 8080 unless told otherwise)";

/// What messages are for, at most one of them.
struct GatewayOptions {
  /// All of them.
  const CLI::App* group;
  CLI::Option* save;
  CLI::Option* inbox;
  CLI::Option* forward;
};

CLI::Validator named_framings() {
  CLI::CheckedTransformer named(framings());
  named.description("");
  return named;
}

GatewayOptions add_gateway_options(CLI::App& command, ServeOptions& options) {
  CLI::Option_group& group = *command.add_option_group("Messages");
  group.require_option(0, 1);
  CLI::Option* save = group.add_option("--save", options.save, "Directory to keep each message in, as a file")
                          ->type_name(kDirectoryValue);
  CLI::Option* inbox = group.add_option("--inbox", options.inbox, "File to keep each message in, a database of SQLite")
                           ->type_name(kFileValue);
  CLI::Option* exec = group.add_option("--exec", options.exec, "Command to run for each session");
  CLI::Option* forward = group.add_option("--forward", options.forward,
                                          "HOST:PORT to connect each session to, the other end of connect --listen");
  command.add_option("ARG", options.exec_arguments, "Arguments of the command, after --")->needs(exec);
  command
      .add_option("--exec-framing", options.exec_framing,
                  "What the command reads and writes: lines, or lengths of 4 bytes before each message [lines]")
      ->transform(named_framings())
      ->needs(exec);
  return {&group, save, inbox, forward};
}

bool given(const CLI::Option* option) { return option->count() > 0; }

/// Adds the keys of those options that were given, or that another excludes which was.
void add_overridden(const std::vector<const CLI::Option*>& options, Keys& keys) {
  for (const CLI::Option* each : options) {
    const auto& excluded_by = each->get_excludes();
    if (!given(each) && std::none_of(excluded_by.begin(), excluded_by.end(), given)) continue;
    std::string key = each->get_single_name();
    std::replace(key.begin(), key.end(), '-', '_');
    keys.insert(key);
  }
}

/// The keys of a file that do not count, because `command` was given the option or one that excludes it.
Keys overridden_by(const CLI::App& command, const CLI::App& gateway) {
  Keys keys;
  add_overridden(command.get_options(), keys);
  add_overridden(gateway.get_options(), keys);
  const auto gateways = gateway.get_options();
  if (std::any_of(gateways.begin(), gateways.end(), given)) {
    keys.insert({"save", "inbox", "exec", "exec_arguments", "exec_framing", "forward"});
  }
  return keys;
}

void add_config_options(CLI::App& command, ConfigOptions& config) {
  CLI::Option* file = command.add_option("--config", config.file, "TOML file with what is not on the command line")
                          ->type_name(kFileValue);
  command.add_flag("--check-config", config.check, "Say whether the file is right, with line and key, and end")
      ->needs(file);
}

}  // namespace

void add_serve(CLI::App& app) {
  const auto options = std::make_shared<ServeOptions>();
  CLI::App& command = *app.add_subcommand("serve", "Serve clients");
  command.footer(kServeFooter);
  add_config_options(command, options->config);
  CLI::Option* listen = command.add_option("--listen", options->listen,
                                           "HOST:PORT, or PORT on all addresses; port 0 takes a free one [7295]");
  CLI::Option* udp = command.add_flag("--udp", options->udp, "Datagrams instead of connections");
  CLI::Option* serial = add_line_options(command, options->line)->excludes(listen)->excludes(udp);
  add_users_option(command, options->users);
  const GatewayOptions gateway = add_gateway_options(command, *options);
  CLI::Option* keep_tickets =
      command.add_flag("--keep-tickets", options->keep_tickets, "Keep the keys of tickets with the users, sealed");
  command.add_option("--max-sessions", options->max_sessions, "Clients at a time; memory is set aside for them")
      ->check(CLI::Range(1U, ServeOptions::kMostSessions))
      ->capture_default_str();
  add_idle_option(command, options->idle, "client");
  add_nstp_options(command, options->nstp)
      ->excludes(gateway.save)
      ->excludes(gateway.inbox)
      ->excludes(gateway.forward)
      ->excludes(udp)
      ->excludes(serial)
      ->excludes(keep_tickets);
  gateway.forward->excludes(udp)->excludes(serial);
  on_run(command, {true, seconds(2)}, [options, &command, gateway](Reporter& reporter) {
    options->config.overridden = overridden_by(command, *gateway.group);
    return serve(*options, reporter);
  });
}

}  // namespace pawl::app
