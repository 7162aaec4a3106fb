// SPDX-License-Identifier: Apache-2.0
#include "enroll.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <pawl/handshake/p256.hpp>
#include <pawl/host/base/exchange.hpp>
#include <pawl/host/base/names.hpp>
#include <pawl/host/base/text.hpp>
#include <pawl/host/base/user_name.hpp>
#include <pawl/host/store/credential_file.hpp>
#include <pawl/host/store/nstp_users.hpp>
#include <pawl/port/posix/random.hpp>

#include "console/failure_text.hpp"
#include "derive.hpp"

namespace pawl::app {
namespace {

namespace fs = std::filesystem;
using host::bytes_of;
using host::name;
using host::printable;
using host::quoted;

/// What will be written, and where.
struct Plan {
  Bytes user;
  Mode mode;
  std::uint32_t iterations;
  fs::path enrolment;
  std::optional<fs::path> credential;
};

/// Nothing but an earlier credential of the same user is replaced.
void require_replaceable(const fs::path& path, const std::string& user) {
  std::error_code unreadable;  // Then writing there will fail, and say why.
  if (!fs::exists(path, unreadable)) return;
  const auto earlier = host::load_credential(path);
  if (earlier.ok() && earlier.value()->user == user) return;
  const std::string why = earlier.ok() ? "is the credential of another user" : "is not a credential";
  throw AppError(ExitCode::usage, quoted(path) + " exists and " + why +
                                      ". Nothing was done. Give another file to --credential, or move that one away.");
}

/// `earlier` is what there is of the user, and may be null.
void require_fitting(const EnrollOptions& options, const host::EditableUsers& users,
                     const host::StoredEnrolment* earlier) {
  const bool exists = host::is_user(earlier);
  if (options.enrolling == Enrolling::anew || exists == (options.enrolling == Enrolling::by_password)) return;
  throw explain({.kind = exists ? host::Failure::Kind::user_exists : host::Failure::Kind::no_user,
                 .path = users.path(),
                 .detail = printable(bytes_of(options.user))});
}

/// The mode that was asked for, or else the best one. A password gives nothing away in mode pake, and a raw key has no
/// need of that.
Mode chosen_mode(const EnrollOptions& options) {
  if (!options.mode) return options.raw_key ? Mode::psk_ecdhe : Mode::pake;
  if (options.raw_key && *options.mode == Mode::pake) {
    throw AppError(ExitCode::usage, "Mode pake is for passwords. Leave out --mode, or --raw-key.");
  }
  return *options.mode;
}

/// Another password is all that changes.
void keep_earlier(Plan& plan, const host::StoredEnrolment& earlier) {
  if (earlier.enrolment.kind != Kind::password) {
    const std::string user = printable(plan.user);
    throw AppError(ExitCode::usage,
                   user + " has a random key and no password. Draw another key: pawl enroll " + user + " --raw-key.");
  }
  plan.mode = earlier.enrolment.mode;
  plan.iterations = std::max(plan.iterations, earlier.enrolment.iterations);
}

/// A password needs no file, so there is one only if it is asked for. Without the file a raw key would be lost.
std::optional<fs::path> credential_path(const EnrollOptions& options, Bytes user) {
  if (options.credential) return *options.credential;
  if (options.enrolling != Enrolling::anew && !options.raw_key) return std::nullopt;
  return host::file_name_of(user) + ".credential.toml";
}

void require_place(const Plan& plan, const std::string& user) {
  if (!plan.credential) return;
  if (plan.credential->empty()) throw AppError(ExitCode::usage, "--credential needs the name of a file.");
  if (fs::absolute(*plan.credential).lexically_normal() == fs::absolute(plan.enrolment).lexically_normal()) {
    throw AppError(ExitCode::usage, quoted(*plan.credential) +
                                        " is where the server's enrolment goes. Give another file to --credential.");
  }
  require_replaceable(*plan.credential, user);
}

/// What cannot be read now cannot be replaced later. It is better to know that now than after somebody has typed a
/// password.
Plan make_plan(const EnrollOptions& options, const host::EditableUsers& users) {
  const Bytes user = bytes_of(options.user);
  require(host::check_user_name(user));
  Plan plan{user, chosen_mode(options), options.iterations, require(users.path_of(user)),
            credential_path(options, user)};
  require_place(plan, options.user);
  const auto earlier = require(users.read(user));
  require_fitting(options, users, earlier.get());
  if (options.enrolling == Enrolling::by_password) keep_earlier(plan, *earlier);
  return plan;
}

void derive(const EnrollOptions& options, const Plan& plan, Reporter& reporter, ClientCredential& credential) {
  SystemRandom random;
  if (options.raw_key) {
    RawKey key;
    require(random.fill(key.writable()));
    return require(derive_from_raw_key(plan.user, key, plan.mode, &p256_exchange, credential));
  }
  if (plan.mode == Mode::psk) {
    reporter.warn(
        "In mode psk, anybody who records one connection can guess at the password offline, as fast as computers can. "
        "Use mode pake or --raw-key unless you know that nobody can listen.");
  }
  const Password password = read_password(options.password_file, options.user, Ask::twice);
  Salt salt{};
  require(random.fill(salt));
  derive_credential(reporter, plan.user, password, salt, plan.iterations, plan.mode, credential);
}

/// Puts the enrolment and the credential in their places, or neither. A credential without its enrolment could not be
/// told from one that works, and an enrolment without its credential has taken away the login that worked before.
void commit(host::UserEdit& edit, const fs::path& path, host::StagedFile& credential) {
  const auto earlier = require(host::read_private_file(path));
  std::optional<host::StagedFile> way_back;  // needs no more room
  if (earlier) way_back.emplace(require(host::StagedFile::make(path, earlier->text.bytes())));
  bool replaced = false;
  const auto done = edit.commit_after([&] {
    auto written = credential.commit();
    replaced = written.ok();
    return written;
  });
  if (done.ok()) return;
  std::error_code unremoved;
  const bool restored = !replaced || (way_back ? way_back->commit().ok() : fs::remove(path, unremoved));
  const AppError why = explain(done.failure());
  throw AppError(why.code(), std::string(why.what()) +
                                 (restored ? " Nothing was done." : " The credential was written all the same.") +
                                 " Once the cause is gone, run the same command again.");
}

/// What was written.
struct Enrolled {
  std::uint32_t generation = 0;
  host::UserState state = host::UserState::enabled;
};

Enrolled write(const EnrollOptions& options, host::EditableUsers& users, const Plan& plan,
               const ClientCredential& credential) {
  const auto edit = require(users.edit());
  const auto earlier = require(users.read(plan.user));
  require_fitting(options, users, earlier.get());
  Enrolled enrolled{.generation = require(host::next_generation(users, earlier.get()))};
  if (earlier && earlier->state == host::UserState::disabled) enrolled.state = host::UserState::disabled;
  PakeVerifier verifier;
  Enrolment enrolment;
  enrolment.pake = &verifier;
  require(make_enrolment(credential, enrolled.generation, host::exchange_of(plan.mode), enrolment));
  require(edit->write(enrolment, enrolled.state));
  if (plan.credential) {
    auto file = require(host::stage_credential(*plan.credential, credential));
    commit(*edit, *plan.credential, file);
  } else {
    require(edit->commit());
  }
  return enrolled;
}

std::string next_steps(const EnrollOptions& options, const Plan& plan) {
  std::string login = "--user " + printable(plan.user);
  if (plan.credential)
    login = "--credential " + quoted(*plan.credential);
  else if (plan.mode != Mode::pake)
    login += " --mode " + name(plan.mode);
  const std::string key = options.users.key ? " --store-key " + quoted(*options.users.key) : "";
  return "Next, on the server:  pawl serve --users " + quoted(path_of(options.users)) + key + "\n" +
         "then, on the client:  pawl connect SERVER:7295 " + login;
}

std::string text_of(const EnrollOptions& options, const Plan& plan, const Enrolled& enrolled) {
  const std::string user = printable(plan.user);
  std::string text = "Enrolled " + user + (options.raw_key ? " with a random key" : " with a password") + ", mode " +
                     name(plan.mode) + ".\n";
  if (enrolled.generation > 1) {
    text += "It replaces an earlier enrolment, whose credential no longer works; this is number " +
            std::to_string(enrolled.generation) + ".\n";
  }
  if (enrolled.state == host::UserState::disabled) {
    text += "The user is still disabled. To let them in:  pawl user enable " + user + "\n";
  }
  text += "  " + quoted(plan.enrolment) + " has the server's enrolment. Keep it there.\n";
  if (plan.credential) {
    text += "  " + quoted(*plan.credential) + " is the client's credential. Move it to the client's device.\n";
  }
  return text + next_steps(options, plan);
}

void report(const EnrollOptions& options, const Plan& plan, const Enrolled& enrolled, Reporter& reporter) {
  const std::string user = printable(plan.user);
  const std::string mode = name(plan.mode);
  const std::string kind = name(options.raw_key ? Kind::raw_key : Kind::password);
  const fs::path credential = plan.credential.value_or(fs::path());
  reporter.event("enrolled",
                 {{"user", user},
                  {"kind", kind},
                  {"mode", mode},
                  {"generation", enrolled.generation},
                  {"record", plan.enrolment.native()},
                  {"credential", credential.native()}},
                 text_of(options, plan, enrolled));
}

}  // namespace

ExitCode enroll(const EnrollOptions& options, Reporter& reporter) {
  const auto users = open_users(options.users);
  const Plan plan = make_plan(options, *users);
  PakeBlinds blinds;
  ClientCredential credential;
  credential.pake = &blinds;
  derive(options, plan, reporter, credential);
  report(options, plan, write(options, *users, plan, credential), reporter);
  return ExitCode::ok;
}

ExitCode enroll_nstp(const EnrollOptions& options, const NstpOptions& nstp, Reporter& reporter) {
  const Bytes user = bytes_of(options.user);
  require(host::check_user_name(user));
  const host::NstpUsers users(nstp_path_of(options.users), device_salt_of(nstp));
  const fs::path path = require(users.path_of(user));
  warn_of_nstp(reporter);
  host::NstpEnrolment enrolment;
  enrolment.user = options.user;
  derive_nstp_psk(reporter, nstp, user, read_password(options.password_file, options.user, Ask::twice), enrolment.psk);
  require(users.save(enrolment));
  const std::string name = printable(user);
  reporter.event("enrolled", {{"user", name}, {"kind", "nstp"}, {"record", path.native()}},
                 "Enrolled " + name + " for NSTP.\n  " + quoted(path) + " is the server's enrolment. Keep it there.\n" +
                     "Next, on the server:  pawl serve --nstp --users " + quoted(nstp_path_of(options.users)) + "\n" +
                     "then, on the client:  pawl connect SERVER --nstp --user " + name);
  return ExitCode::ok;
}

}  // namespace pawl::app
