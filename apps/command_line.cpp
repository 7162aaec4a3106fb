// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
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
#include <vector>

#include "command/connect.hpp"
#include "command/enroll.hpp"
#include "command/serve.hpp"
#include "command/user.hpp"
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

/// Gives `command` the options --users and --store-key. `users` outlives the command. The other name is that of earlier
/// versions.
void add_users_option(CLI::App& command, UsersOption& users) {
  command.add_option("--users,--records", users.path,
                     "The server's users: a file, or a directory [users.db, or records if only that is there]");
  command.add_option("--store-key", users.key, "File of the key under which the secrets in the users' file are sealed");
}

/// The options with which a secret is made. They outlive the command.
struct SecretOptions {
  CLI::Option* iterations;
  CLI::Option* password_file;
};

/// Gives `command` the options --iterations and --password-file. `options` outlives the command.
SecretOptions add_password_options(CLI::App& command, EnrollOptions& options) {
  CLI::Option* iterations =
      command.add_option("--iterations", options.iterations, "Work to derive the key, and to guess at the password")
          ->check(CLI::Range(Config::kIterationsFloor, Config::kIterationsCeiling))
          ->capture_default_str();
  CLI::Option* password_file =
      command.add_option("--password-file", options.password_file,
                         "Take the first line of this file, or of standard input (-), instead of asking");
  return {iterations, password_file};
}

/// Gives `command` all options with which a user is made, and returns those that a user of NSTP has not.
std::vector<CLI::Option*> add_enrol_options(CLI::App& command, EnrollOptions& options, const std::string& credential) {
  command.add_option("USER", options.user, "Name of the user, 1 to 128 bytes")->required();
  add_users_option(command, options.users);
  CLI::Option* file =
      command.add_option("--credential", options.credential, "File of the client's credential " + credential);
  CLI::Option* mode =
      command
          .add_option(
              "--mode", options.mode,
              "Key exchange: pake, for passwords; psk_ecdhe; or psk, which has none [pake, or psk_ecdhe for keys]")
          ->transform(modes());
  const SecretOptions secret = add_password_options(command, options);
  CLI::Option* raw_key = command.add_flag("--raw-key", options.raw_key, "Draw a random key; there is no password")
                             ->excludes(secret.password_file)
                             ->excludes(secret.iterations);
  return {file, mode, secret.iterations, raw_key};
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
  const auto others = add_enrol_options(command, *options, "[USER.credential.toml]");
  CLI::Option* with_nstp = add_nstp_options(command, *nstp);
  for (CLI::Option* other : others) with_nstp->excludes(other);
  command.footer(kEnrollFooter);
  on_run(command, {}, [options, nstp](Reporter& reporter) {
    return nstp->chosen ? enroll_nstp(*options, *nstp, reporter) : enroll(*options, reporter);
  });
}

// pawl user

constexpr const char* kUserFooter =
    R"(A change counts at once, also for servers that run. Sessions that the user opened before end within seconds.

Examples:
    pawl user add alice                            asks for a password
    pawl user list
    pawl user disable alice                        until: pawl user enable alice
    pawl user import records --users users.db      moves the files of an earlier version)";

constexpr const char* kAddFooter =
    R"(A user who exists is refused. With a password there is no credential file unless --credential names one.

Examples:
    pawl user add alice                                asks for a password
    pawl user add sensor-17 --raw-key                  draws a random key, into sensor-17.credential.toml)";

constexpr const char* kPasswdFooter =
    R"(The password and the credential of before no longer work. The mode stays, and so does the number of iterations unless
it was smaller.

Examples:
    pawl user passwd alice
    pawl user passwd alice --password-file - <password)";

constexpr const char* kListFooter = R"(Examples:
    pawl user list
    pawl user list --json --users /var/lib/pawl/users.db)";

constexpr const char* kShowFooter = R"(Nothing of it is secret.

Examples:
    pawl user show alice
    pawl user show alice --json)";

constexpr const char* kDisableFooter = R"(Nobody can tell a user who is disabled from one who does not exist.

Example:
    pawl user disable alice)";

constexpr const char* kEnableFooter = R"(The password or credential of before works again.

Example:
    pawl user enable alice)";

constexpr const char* kRemoveFooter =
    R"(The secrets are gone. The number of the last enrolment stays, so that the next one has a larger number.

Example:
    pawl user remove alice)";

constexpr const char* kKeyFooter =
    R"(A file of users that is begun with --store-key has its secrets sealed, and is of no use without the key. To seal the users
that there are, export them, import them into a new file with --store-key, and remove the rest.

Examples:
    pawl user key /etc/pawl/store.key
    pawl user add alice --store-key /etc/pawl/store.key
    pawl serve --store-key /etc/pawl/store.key)";

constexpr const char* kImportFooter =
    R"(Copies the files that pawl enroll or pawl user export made, with the key that hides who is enrolled if the users are
new. All are copied, or none if another user of a name is there.

Examples:
    pawl user import records --users users.db      moves what an earlier version kept to where serve looks first
    pawl user import moved --replace               replaces users of the same name)";

constexpr const char* kExportFooter =
    R"(The files hold the secrets of all users. They are what pawl user import reads, and pawl serve --users DIRECTORY.

Example:
    pawl user export moved)";

void add_enrolling(CLI::App& user, const std::string& name, const std::string& what, const char* footer,
                   Enrolling enrolling) {
  CLI::App& command = *user.add_subcommand(name, what);
  const auto options = std::make_shared<EnrollOptions>();
  options->enrolling = enrolling;
  command.footer(footer);
  if (enrolling == Enrolling::as_new) {
    add_enrol_options(command, *options, "[none, or USER.credential.toml for keys]");
  } else {
    command.add_option("USER", options->user, "Name of the user")->required();
    add_users_option(command, options->users);
    command.add_option("--credential", options->credential, "File of the client's credential [none]");
    add_password_options(command, *options);
  }
  on_run(command, {}, [options](Reporter& reporter) { return enroll(*options, reporter); });
}

/// A command of the others. `argument` says what it is about, and `run` does it.
CLI::App& add_user_command(CLI::App& user, const std::string& name, const std::string& what, const char* footer,
                           const std::shared_ptr<UserOptions>& options,
                           const std::function<ExitCode(const UserOptions&, Reporter&)>& run) {
  CLI::App& command = *user.add_subcommand(name, what);
  command.footer(footer);
  add_users_option(command, options->users);
  on_run(command, {}, [options, run](Reporter& reporter) { return run(*options, reporter); });
  return command;
}

void add_state(CLI::App& user, const std::string& name, const std::string& what, const char* footer,
               host::UserState state) {
  const auto options = std::make_shared<UserOptions>();
  const auto run = [state](const UserOptions& chosen, Reporter& reporter) {
    return set_user_state(chosen, state, reporter);
  };
  CLI::App& command = add_user_command(user, name, what, footer, options, run);
  command.add_option("USER", options->user, "Name of the user")->required();
}

void add_looks(CLI::App& user) {
  add_user_command(user, "list", "Show who is there", kListFooter, std::make_shared<UserOptions>(), list_users);
  const auto options = std::make_shared<UserOptions>();
  add_user_command(user, "show", "Show what is known of a user, but no secret", kShowFooter, options, show_user)
      .add_option("USER", options->user, "Name of the user")
      ->required();
}

void add_copies(CLI::App& user) {
  const auto from = std::make_shared<UserOptions>();
  CLI::App& import =
      add_user_command(user, "import", "Copy users from files of a directory", kImportFooter, from, import_users);
  import.add_option("DIRECTORY", from->directory, "Where the files are")->required();
  import.add_flag_callback(
      "--replace", [from] { from->existing = host::Existing::replaced;
}, "Replace users of the same name");
const auto to = std::make_shared<UserOptions>();
add_user_command(user, "export", "Copy all users into files of a directory", kExportFooter, to, export_users)
    .add_option("DIRECTORY", to->directory, "Where the files go; it is made")
    ->required();
}  // namespace

void add_key(CLI::App& user) {
  CLI::App& command = *user.add_subcommand("key", "Make a key to seal the secrets of users with");
  command.footer(kKeyFooter);
  const auto file = std::make_shared<std::filesystem::path>();
  command.add_option("FILE", *file, "Where it goes; there must be no such file")->required();
  on_run(command, {}, [file](Reporter& reporter) { return make_key(*file, reporter); });
}

void add_user(CLI::App& app) {
  CLI::App& command = *app.add_subcommand("user", "Look at a server's users, and change them");
  command.footer(kUserFooter);
  command.require_subcommand(0, 1);
  command.callback([&command] {
    if (!command.get_subcommands().empty()) return;
    throw CLI::ValidationError(
        "Give a command: add, list, show, passwd, disable, enable, remove, import, export or key");
  });
  add_enrolling(command, "add", "Make a user", kAddFooter, Enrolling::as_new);
  add_looks(command);
  add_enrolling(command, "passwd", "Give a user another password", kPasswdFooter, Enrolling::by_password);
  add_state(command, "disable", "Keep a user out", kDisableFooter, host::UserState::disabled);
  add_state(command, "enable", "Let a disabled user in again", kEnableFooter, host::UserState::enabled);
  add_state(command, "remove", "Remove a user", kRemoveFooter, host::UserState::removed);
  add_copies(command);
  add_key(command);
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
    pawl serve --listen 127.0.0.1:0 --users /var/lib/pawl/users.db --save received
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
  add_users_option(command, options->users);
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
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    command += " " + at->get_name();
  }
  std::fprintf(stderr, "Error: %s. See: %s --help\n", host::printable(host::bytes_of(error.what())).c_str(),
               command.c_str());
  return static_cast<int>(ExitCode::usage);
}

/// "pawl 0.1.0 (OpenSSL 3.0.19)".
std::string version() {
  const CryptoBackend crypto = crypto_backend();
  return std::string("pawl " PAWL_VERSION " (") + crypto.library + " " + crypto.version + ")";
}

}  // namespace pawl::app

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
