// SPDX-License-Identifier: Apache-2.0
#include "command/user.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "shared.hpp"
#include "subcommands.hpp"

namespace pawl::app {
namespace {

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
    command.add_option("--credential", options->credential, "File of the client's credential [none]")
        ->type_name(kFileValue);
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
  CLI::App& importing =
      add_user_command(user, "import", "Copy users from files of a directory", kImportFooter, from, import_users);
  importing.add_option("DIRECTORY", from->directory, "Where the files are")->type_name(kDirectoryValue)->required();
  importing.add_flag_callback(
      "--replace", [from] { from->existing = host::Existing::replaced; }, "Replace users of the same name");
  const auto to = std::make_shared<UserOptions>();
  add_user_command(user, "export", "Copy all users into files of a directory", kExportFooter, to, export_users)
      .add_option("DIRECTORY", to->directory, "Where the files go; it is made")
      ->type_name(kDirectoryValue)
      ->required();
}

void add_key(CLI::App& user) {
  CLI::App& command = *user.add_subcommand("key", "Make a key to seal the secrets of users with");
  command.footer(kKeyFooter);
  const auto file = std::make_shared<std::filesystem::path>();
  command.add_option("FILE", *file, "Where it goes; there must be no such file")->type_name(kFileValue)->required();
  on_run(command, {}, [file](Reporter& reporter) { return make_key(*file, reporter); });
}

}  // namespace

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

}  // namespace pawl::app
