// SPDX-License-Identifier: Apache-2.0
#include "user.hpp"

#include <unistd.h>

#include <algorithm>
#include <pawl/host/base/names.hpp>
#include <pawl/host/base/text.hpp>
#include <pawl/host/store/toml_users.hpp>
#include <pawl/port/posix/random.hpp>
#include <vector>

#include "console/failure_text.hpp"
#include "console/output_stream.hpp"

namespace pawl::app {
namespace {

namespace fs = std::filesystem;
using host::bytes_of;
using host::name;
using host::printable;
using host::quoted;
using host::UserSummary;

/// Whoever reads standard output is waited for, since a list may be longer than what is kept.
void print(const std::string& text) {
  OutputStream out(STDOUT_FILENO);
  out.write(text);
  out.finish(std::nullopt);
  if (out.error()) throw explain({.kind = host::Failure::Kind::output, .error = out.error()});
}

// A table.

using Row = std::vector<std::string>;

/// Columns of a terminal, where every character of UTF-8 takes one.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// The last column needs no room behind it.
std::string line_of(const Row& row, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i + 1 < row.size(); ++i) line += row[i] + std::string(widths[i] + 2 - width(row[i]), ' ');
  return line + row.back() + '\n';
}

void print_table(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  for (const Row& row : rows) print(line_of(row, widths));
}

Row row_of(const UserSummary& user) {
  return {printable(bytes_of(user.user)), name(user.kind), name(user.mode), std::to_string(user.generation),
          name(user.state)};
}

// One user.

/// There is no text for people, who get a table.
void report_user(const UserSummary& user, const fs::path& path, Reporter& reporter) {
  const std::string user_name = printable(bytes_of(user.user));
  const std::string kind = name(user.kind);
  const std::string mode = name(user.mode);
  const std::string state = name(user.state);
  reporter.event("user",
                 {{"user", user_name},
                  {"kind", kind},
                  {"mode", mode},
                  {"generation", user.generation},
                  {"iterations", user.iterations},
                  {"state", state},
                  {"record", path.native()}},
                 "");
  reporter.finish(std::nullopt);
}

std::string description(const UserSummary& user, const fs::path& path) {
  std::string text = "user        " + printable(bytes_of(user.user)) + "\nkind        " + name(user.kind) +
                     "\nmode        " + name(user.mode) + "\ngeneration  " + std::to_string(user.generation) + "\n";
  if (user.iterations != 0) text += "iterations  " + std::to_string(user.iterations) + "\n";
  return text + "state       " + name(user.state) + "\nkept in     " + quoted(path) + "\n";
}

/// "Disabled alice." and what that means.
std::string changed_text(const std::string& user, host::UserState state) {
  switch (state) {
    case host::UserState::enabled:
      return user + " is enabled, and can log in with the credential or password of before.";
    case host::UserState::disabled:
      return user +
             " is disabled, and cannot log in. Open sessions end within seconds. To undo it:  pawl user enable " + user;
    case host::UserState::removed:
      return user + " is removed, and cannot log in. Open sessions end within seconds.";
  }
  return user;
}

// Copies.

void report_copied(std::string_view event, std::string_view done, std::size_t users, const fs::path& from,
                   const fs::path& to, Reporter& reporter) {
  reporter.event(
      event, {{"users", users}, {"from", from.native()}, {"to", to.native()}},
      std::string(done) + " " + std::to_string(users) + " users from " + quoted(from) + " into " + quoted(to) + ".");
}

/// Copies users, and says what to do if one is in the way.
std::size_t copy(const host::EditableUsers& from, host::EditableUsers& to, host::Existing existing,
                 const std::string& advice) {
  const auto copied = host::copy_users(from, to, existing);
  if (copied.ok()) return copied.value();
  if (copied.failure().kind != host::Failure::Kind::user_exists) throw explain(copied.failure());
  throw AppError(ExitCode::usage, "There is another user " + copied.failure().detail + " in " +
                                      quoted(copied.failure().path) + ". Nothing was done. " + advice);
}

}  // namespace

ExitCode list_users(const UserOptions& options, Reporter& reporter) {
  const auto users = open_users(options.users);
  std::vector<Row> rows{{"USER", "KIND", "MODE", "GENERATION", "STATE"}};
  for (const UserSummary& user : require(users->list())) {
    if (user.state == host::UserState::removed) continue;
    if (reporter.json()) report_user(user, require(users->path_of(bytes_of(user.user))), reporter);
    rows.push_back(row_of(user));
  }
  if (!reporter.json()) print_table(rows);
  return ExitCode::ok;
}

ExitCode show_user(const UserOptions& options, Reporter& reporter) {
  const auto users = open_users(options.users);
  const Bytes user = bytes_of(options.user);
  const UserSummary summary = host::summary_of(*require(host::require_user(*users, user)));
  const fs::path path = require(users->path_of(user));
  if (reporter.json()) {
    report_user(summary, path, reporter);
  } else {
    print(description(summary, path));
  }
  return ExitCode::ok;
}

ExitCode set_user_state(const UserOptions& options, host::UserState state, Reporter& reporter) {
  const auto users = open_users(options.users);
  const std::uint64_t generation = require(host::set_state(*users, bytes_of(options.user), state));
  const std::string user = printable(bytes_of(options.user));
  reporter.event(name(state), {{"user", user}, {"generation", generation}}, changed_text(user, state));
  return ExitCode::ok;
}

ExitCode make_key(const fs::path& file, Reporter& reporter) {
  SystemRandom random;
  require(host::make_store_key(file, random));
  reporter.event("store_key", {{"key", file.native()}},
                 quoted(file) + " is a new store key. Keep a copy elsewhere: without it the users are lost.\n" +
                     "Next:  pawl user add USER --store-key " + quoted(file));
  return ExitCode::ok;
}

ExitCode import_users(const UserOptions& options, Reporter& reporter) {
  const host::TomlUsers from(options.directory);
  const auto to = open_users(options.users);
  std::error_code unreadable;  // then it is not the same
  if (fs::equivalent(from.path(), to->path(), unreadable)) {
    throw AppError(ExitCode::usage, "The users are in " + quoted(to->path()) +
                                        " already. Say where they are to go, for example --users users.db.");
  }
  const std::size_t users = copy(from, *to, options.existing, "With --replace it is replaced.");
  report_copied("imported", "Imported", users, from.path(), to->path(), reporter);
  return ExitCode::ok;
}

ExitCode export_users(const UserOptions& options, Reporter& reporter) {
  const auto from = open_users(options.users);
  host::TomlUsers to(options.directory);
  const std::size_t users = copy(*from, to, host::Existing::kept, "Give a directory that does not exist yet.");
  report_copied("exported", "Exported", users, from->path(), to.path(), reporter);
  return ExitCode::ok;
}

}  // namespace pawl::app
