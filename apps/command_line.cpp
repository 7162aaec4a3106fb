// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <pawl/base/config.hpp>
#include <pawl/base/version.hpp>
#include <pawl/crypto/backend.hpp>
#include <pawl/host/base/text.hpp>
#include <pawl/wire/parameters.hpp>
#include <utility>

#include "command/connect.hpp"
#include "command/enroll.hpp"
#include "command/serve.hpp"
#include "console/reporter.hpp"

namespace pawl::app {
namespace {

// What several subcommands share.

/// How a command speaks. One that goes on for years stamps its lines, and does not wait for ever for whoever reads
/// them.
struct Manner {
  bool stamped = false;
  std::optional<Duration> patience{};
};

/// Waits until all was said. With --json it is an error if standard output took no more, and then ExitCode::ok becomes
/// ExitCode::io.
ExitCode last_words(Reporter& reporter, ExitCode code, const Manner& manner) {
  if (reporter.finish(manner.patience) || !reporter.json()) return code;
  const std::error_code error = reporter.output_error();
  reporter.error("Cannot write to standard output: " +
                 (error ? error.message() : std::string("events were lost, because nobody read them")) + ".");
  reporter.finish(manner.patience);
  return code == ExitCode::ok ? ExitCode::io : code;
}

/// Gives `command` the options --json and --verbose and has it do `run` once it was parsed. What `run` returns becomes
/// the exit code. Whatever `run` uses must live as long as the CLI::App, as a shared_ptr captured by it does. An
/// AppError out of `run` is reported here.
void on_run(CLI::App& command, const Manner& manner, std::function<ExitCode(Reporter&)> run) {
  const auto options = std::make_shared<Reporter::Options>();
  options->stamped = manner.stamped;
  command.add_flag("--json", options->json, "Say what happens in JSON, one object a line on standard output");
  command.add_flag("--verbose", options->verbose, "Say more about what happens, never a secret");
  command.callback([options, manner, run = std::move(run)] {
    Reporter reporter(*options);
    ExitCode code = ExitCode::ok;
    try {
      code = run(reporter);
    } catch (const AppError& e) {
      reporter.error(e.what());
      code = e.code();
    }
    code = last_words(reporter, code, manner);
    if (code != ExitCode::ok) throw CLI::RuntimeError(static_cast<int>(code));
  });
}

/// Turns the name of a mode into the mode.
CLI::Validator modes() {
  CLI::CheckedTransformer modes(
      std::map<std::string, Mode>{{"pake", Mode::pake}, {"psk_ecdhe", Mode::psk_ecdhe}, {"psk", Mode::psk}});
  modes.description("");
  return modes;
}

/// 1 and 2 do not exist on the wire (PROTOCOL.md 4.1).
std::string check_idle(const std::string& text) {
  return text == "1" || text == "2" ? "it is 0, or at least " + std::to_string(kMinIdle) : "";
}

/// Gives `command` the option --idle, PROTOCOL.md 11.1. `whom` it gives up on is for --help. `seconds` outlives the
/// command, and is the default.
void add_idle_option(CLI::App& command, std::uint16_t& seconds, const std::string& whom) {
  command.add_option("--idle", seconds, "Seconds after which a silent " + whom + " is given up; 0: never")
      ->check(CLI::Range(0, 65'535) & CLI::Validator(check_idle, ""))
      ->capture_default_str();
}

/// A serial line instead of a network, PROTOCOL.md 13.5.
constexpr const char* kSerialHelp = "Serial line instead of a network: PATH, PATH:BAUD [115200], or tcp:HOST:PORT";

/// Gives `command` the options --serial, --reset and --wait, and returns the first. `options` outlives the command.
CLI::Option* add_line_options(CLI::App& command, LineOptions& options) {
  CLI::Option* serial = command.add_option("--serial", options.name, kSerialHelp);
  command.add_flag("--reset", options.reset, "Reset the device by DTR and RTS when the line is opened")->needs(serial);
  command.add_flag("--wait", options.wait, "Wait for a serial line that is not there yet")->needs(serial);
  return serial;
}

/// Gives `command` the options --nstp and --device-salt, and returns the first. `options` outlives the command.
CLI::Option* add_nstp_options(CLI::App& command, NstpOptions& options) {
  CLI::Option* nstp = command.add_flag("--nstp", options.chosen, "Speak NSTP, the legacy protocol, and nothing else");
  command
      .add_option("--device-salt", options.device_salt,
                  "With --nstp: salt of the server's device, 8 to 16 bytes in hex")
      ->needs(nstp)
      ->capture_default_str();
  return nstp;
}

// pawl enroll

constexpr const char* kEnrollFooter =
    R"(Writes an enrolment for the server and a credential for the client. Both are secret; the password is in neither.
A user that exists is enrolled anew: then the earlier credential no longer works.

Examples:
    pawl enroll alice                                     asks for a password
    pawl enroll sensor-17 --raw-key --credential s17.toml  draws a random key
    pawl enroll alice --nstp                              for pawl serve --nstp alone; there is no credential)";

void add_enroll(CLI::App& app) {
  CLI::App& command =
      *app.add_subcommand("enroll", "Make a user: an enrolment for the server, a credential for the client");
  const auto options = std::make_shared<EnrollOptions>();
  const auto nstp = std::make_shared<NstpOptions>();
  command.add_option("USER", options->user, "Name of the user, 1 to 128 bytes")->required();
  command.add_option("--records", options->records, "Directory of the server's enrolments")->capture_default_str();
  CLI::Option* credential =
      command.add_option("--credential", options->credential, "File of the client's credential [USER.credential.toml]");
  CLI::Option* mode =
      command
          .add_option(
              "--mode", options->mode,
              "Key exchange: pake, for passwords; psk_ecdhe; or psk, which has none [pake, or psk_ecdhe for keys]")
          ->transform(modes());
  CLI::Option* iterations =
      command.add_option("--iterations", options->iterations, "Work to derive the key, and to guess at the password")
          ->check(CLI::Range(Config::kIterationsFloor, Config::kIterationsCeiling))
          ->capture_default_str();
  CLI::Option* password_file =
      command.add_option("--password-file", options->password_file,
                         "Take the first line of this file, or of standard input (-), instead of asking");
  CLI::Option* raw_key = command.add_flag("--raw-key", options->raw_key, "Draw a random key; there is no password")
                             ->excludes(password_file)
                             ->excludes(iterations);
  CLI::Option* with_nstp = add_nstp_options(command, *nstp);
  for (CLI::Option* other : {credential, mode, iterations, raw_key}) with_nstp->excludes(other);
  command.footer(kEnrollFooter);
  on_run(command, {}, [options, nstp](Reporter& reporter) {
    return nstp->chosen ? enroll_nstp(*options, *nstp, reporter) : enroll(*options, reporter);
  });
}

// pawl serve

constexpr const char* kServeFooter =
    R"(Answers each message with "Server received: " and the message, or, with --save, keeps it as a file. Says
"Listening on ..." as soon as clients can connect. Users enrolled anew count at once. Ctrl-C ends it in good
order, and so does the end of its terminal unless nohup was told to ignore it.

--settings names a TOML file with limits on clients that have proved nothing yet. Any of its fields may be left out:
    format = "pawl server settings 1"
    half_open = 512               unfinished handshakes
    half_open_per_source = 64     the same of one network, /24 or /64
    hellos = 222                  handshakes with a key exchange begun in a second; with OpenSSL 3333
    hellos_per_source = 55        the same of one network; with OpenSSL 833

Examples:
    pawl serve
    pawl serve --listen 127.0.0.1:0 --records /var/lib/pawl/records --save received
    pawl serve --udp
    pawl serve --serial /dev/ttyUSB0:115200
    pawl serve --nstp                                     the legacy protocol, on port 8080 unless told otherwise)";

void add_serve(CLI::App& app) {
  const auto options = std::make_shared<ServeOptions>();
  CLI::App& command = *app.add_subcommand("serve", "Serve clients");
  command.footer(kServeFooter);
  CLI::Option* listen =
      command.add_option("--listen", options->listen, "HOST:PORT, or PORT on all addresses; port 0 takes a free one")
          ->capture_default_str();
  CLI::Option* udp = command.add_flag("--udp", options->udp, "Datagrams instead of connections");
  CLI::Option* serial = add_line_options(command, options->line)->excludes(listen)->excludes(udp);
  command.add_option("--records", options->records, "Directory with the users' enrolments")->capture_default_str();
  CLI::Option* save = command.add_option("--save", options->save, "Directory to keep each message in, as a file");
  command.add_option("--max-sessions", options->max_sessions, "Clients at a time; memory is set aside for them")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  CLI::Option* settings = command.add_option("--settings", options->settings, "TOML file with the server's limits");
  add_idle_option(command, options->idle, "client");
  add_nstp_options(command, options->nstp)->excludes(save)->excludes(udp)->excludes(serial)->excludes(settings);
  on_run(command, {true, seconds(2)}, [options, listen](Reporter& reporter) {
    if (options->nstp.chosen && listen->count() == 0) options->listen = std::to_string(kNstpPort);
    return serve(*options, reporter);
  });
}

// pawl connect

constexpr const char* kConnectFooter =
    R"(Each line of standard input, whatever system it comes from, is a message; the replies go to standard output. At the
end of the input it waits for the replies that are due, and ends. Ctrl-C ends it in good order.

A server that is busy is asked again when it says, for five minutes at most; --no-wait ends it instead, with exit code 8.

Over datagrams (--udp, --serial) a message is one datagram, sent once the reply to the one before came or, after 3
seconds, was given up. Some may be lost; pawl says which, and ends with exit code 5.

Examples:
    pawl connect localhost:7295 --credential alice.credential.toml
    pawl connect '[::1]:7295' --user alice --file photo.jpg
    pawl connect localhost:7295 --user alice --ticket alice.ticket.toml    comes back without the password
    pawl connect --udp localhost:7295 --credential alice.credential.toml
    pawl connect --serial /dev/ttyUSB0 --credential alice.credential.toml
    pawl connect localhost --nstp --user alice            the legacy protocol, to port 8080)";

/// `nstp` is the option of that name, with which there are no credentials and no modes.
void add_login_options(CLI::App& command, ConnectOptions& options, CLI::Option& nstp) {
  CLI::Option_group& login = *command.add_option_group("Login");
  CLI::Option* credential =
      login.add_option("--credential", options.credential, "Credential file that pawl enroll wrote");
  CLI::Option* user = login.add_option("--user", options.user, "User name; the password is asked for");
  login.require_option(1);
  command
      .add_option("--password-file", options.password_file,
                  "Take the first line of this file, or of standard input (-), instead of asking")
      ->needs(user)
      ->excludes(credential);
  CLI::Option* mode =
      command
          .add_option("--mode", options.mode,
                      "Key exchange of the user's enrolment: pake, psk_ecdhe, or psk, which has none [pake]")
          ->transform(modes())
          ->needs(user);
  CLI::Option* ticket = command.add_option("--ticket", options.ticket,
                                           "Keep the server's ticket in this file, and come back with it within a day");
  nstp.excludes(credential)->excludes(mode)->excludes(ticket);
}

void add_connect(CLI::App& app) {
  const auto options = std::make_shared<ConnectOptions>();
  CLI::App& command = *app.add_subcommand("connect", "Talk to a server");
  command.footer(kConnectFooter);
  CLI::Option* server = command.add_option("SERVER", options->server, "HOST:PORT");
  CLI::Option* udp = command.add_flag("--udp", options->udp, "Datagrams, to a server with --udp");
  CLI::Option* serial = add_line_options(command, options->line);
  serial->excludes(server)->excludes(udp);
  CLI::Option* with_nstp = add_nstp_options(command, options->nstp);
  with_nstp->excludes(udp)->excludes(serial);
  add_login_options(command, *options, *with_nstp);
  CLI::Option* file = command.add_option("--file", options->file, "Send this file, as one message");
  command.add_option("--count", options->count, "Send so many short messages, each after the reply to the one before")
      ->check(CLI::Range(1, 1'000'000))
      ->excludes(file);
  with_nstp->excludes(file);
  CLI::Option* no_wait = command.add_flag("--no-wait", options->no_wait,
                                          "Give up if the server is busy, instead of waiting until it says");
  with_nstp->excludes(no_wait);
  add_idle_option(command, options->idle, "server");
  on_run(command, {}, [options](Reporter& reporter) { return connect(*options, reporter); });
}

// pawl

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
  for (const CLI::App* chosen : app.get_subcommands()) command += " " + chosen->get_name();
  std::fprintf(stderr, "Error: %s. See: %s --help\n", host::printable(host::bytes_of(error.what())).c_str(),
               command.c_str());
  return static_cast<int>(ExitCode::usage);
}

/// "pawl 0.1.0 (OpenSSL 3.0.19)".
std::string version() {
  const CryptoBackend crypto = crypto_backend();
  return std::string("pawl " PAWL_VERSION " (") + crypto.library + " " + crypto.version + ")";
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app("A secure channel that needs a password or a key, and no certificates.", "pawl");
  app.set_version_flag("--version", version());
  app.require_subcommand(0, 1);
  app.footer(kFooter);
  add_enroll(app);
  add_serve(app);
  add_connect(app);
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) throw CLI::ValidationError("Give a command: enroll, serve or connect");
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
