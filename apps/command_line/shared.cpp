// SPDX-License-Identifier: Apache-2.0
#include "shared.hpp"

#include <map>
#include <memory>
#include <pawl/base/config.hpp>
#include <pawl/wire/parameters.hpp>
#include <utility>

namespace pawl::app {
namespace {

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

/// 1 and 2 do not exist on the wire (PROTOCOL.md 4.1).
std::string check_idle(const std::string& text) {
  return text == "1" || text == "2" ? "it is 0, or at least " + std::to_string(kMinIdle) : "";
}

/// A serial line instead of a network, PROTOCOL.md 13.5.
constexpr const char* kSerialHelp = "Serial line instead of a network: PATH, PATH:BAUD [115200], or tcp:HOST:PORT";

}  // namespace

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

CLI::Validator modes() {
  const std::map<std::string, Mode> names{{"pake", Mode::pake}, {"psk_ecdhe", Mode::psk_ecdhe}, {"psk", Mode::psk}};
  CLI::CheckedTransformer modes(names);
  modes.description(CLI::detail::generate_map(names, true));
  return modes;
}

void add_idle_option(CLI::App& command, std::uint16_t& seconds, const std::string& whom) {
  command.add_option("--idle", seconds, "Seconds after which a silent " + whom + " is given up; 0: never")
      ->check(CLI::Range(0, 65'535) & CLI::Validator(check_idle, ""))
      ->capture_default_str();
}

CLI::Option* add_line_options(CLI::App& command, LineOptions& options) {
  CLI::Option* serial = command.add_option("--serial", options.name, kSerialHelp);
  command.add_flag("--reset", options.reset, "Reset the device by DTR and RTS when the line is opened")->needs(serial);
  command.add_flag("--wait", options.wait, "Wait for a serial line that is not there yet")->needs(serial);
  return serial;
}

CLI::Option* add_nstp_options(CLI::App& command, NstpOptions& options) {
  CLI::Option* nstp = command.add_flag("--nstp", options.chosen, "Speak NSTP, the legacy protocol, and nothing else");
  command
      .add_option("--device-salt", options.device_salt,
                  "With --nstp: salt of the server's device, 8 to 16 bytes in hex")
      ->needs(nstp)
      ->capture_default_str();
  return nstp;
}

void add_users_option(CLI::App& command, UsersOption& users) {
  command
      .add_option("--users,--records", users.path,
                  "The server's users: a file, or a directory [users.db, or records if only that is there]")
      ->type_name(kFileOrDirectoryValue);
  command.add_option("--store-key", users.key, "File of the key under which the secrets in the users' file are sealed")
      ->type_name(kFileValue);
}

SecretOptions add_password_options(CLI::App& command, EnrollOptions& options) {
  CLI::Option* iterations =
      command.add_option("--iterations", options.iterations, "Work to derive the key, and to guess at the password")
          ->check(CLI::Range(Config::kIterationsFloor, Config::kIterationsCeiling))
          ->capture_default_str();
  CLI::Option* password_file =
      command
          .add_option("--password-file", options.password_file,
                      "Take the first line of this file, or of standard input (-), instead of asking")
          ->type_name(kFileValue);
  return {iterations, password_file};
}

std::vector<CLI::Option*> add_enrol_options(CLI::App& command, EnrollOptions& options, const std::string& credential) {
  command.add_option("USER", options.user, "Name of the user, 1 to 128 bytes")->required();
  add_users_option(command, options.users);
  CLI::Option* file =
      command.add_option("--credential", options.credential, "File of the client's credential " + credential)
          ->type_name(kFileValue);
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

}  // namespace pawl::app
