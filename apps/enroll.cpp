// SPDX-License-Identifier: Apache-2.0
#include "enroll.hpp"

#include <filesystem>
#include <pawl/handshake/p256.hpp>
#include <pawl/port/posix/random.hpp>

#include "credential_file.hpp"
#include "derive.hpp"
#include "file_error.hpp"
#include "names.hpp"
#include "record_store.hpp"
#include "user_name.hpp"

namespace pawl::app {
namespace {

namespace fs = std::filesystem;

/// What will be written, and where.
struct Plan {
  Bytes user;
  Mode mode;
  std::uint32_t generation;
  fs::path record;
  fs::path credential;
};

/// Nothing but an earlier credential of the same user is replaced.
void require_replaceable(const fs::path& path, const std::string& user) {
  std::error_code unreadable;  // then writing there will fail, and say why
  if (!fs::exists(path, unreadable)) return;
  std::string why = "is the credential of another user";
  try {
    if (load_credential(path)->user == user) return;
  } catch (const AppError&) {
    why = "is not a credential";
  }
  throw AppError(ExitCode::usage, quoted(path) + " exists and " + why +
                                      ". Nothing was done. Give another file to --credential, or move that one away.");
}

/// A password gives nothing away in mode pake; a raw key needs none of it.
Mode chosen_mode(const EnrollOptions& options) {
  if (!options.mode) return options.raw_key ? Mode::psk_ecdhe : Mode::pake;
  const Mode mode = mode_of(*options.mode);
  if (options.raw_key && mode == Mode::pake) {
    throw AppError(ExitCode::usage, "Mode pake is for passwords. Leave out --mode, or --raw-key.");
  }
  return mode;
}

Plan make_plan(const EnrollOptions& options, const RecordStore& store) {
  const Bytes user = bytes_of(options.user);
  check_user_name(user);
  Plan plan{user, chosen_mode(options), 1, store.path_of(user),
            options.credential.value_or(file_name_of(user) + ".credential.toml")};
  if (plan.credential.empty()) throw AppError(ExitCode::usage, "--credential needs the name of a file.");
  if (fs::absolute(plan.credential).lexically_normal() == fs::absolute(plan.record).lexically_normal()) {
    throw AppError(ExitCode::usage,
                   quoted(plan.credential) + " is where the server's record goes. Give another file to --credential.");
  }
  require_replaceable(plan.credential, options.user);
  if (const auto earlier = store.find(user)) plan.generation = earlier->record.generation + 1;
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
  derive_credential(reporter, plan.user, password, salt, options.iterations, plan.mode, credential);
}

/// The record first: a credential without its record could not be told from a working one.
void write(const RecordStore& store, const Plan& plan, const ServerRecord& record, const ClientCredential& credential) {
  store.save(record);
  try {
    save_credential(plan.credential, credential);
  } catch (const AppError& e) {
    const std::string lost = plan.generation > 1 ? " The earlier credential no longer works." : "";
    throw AppError(e.code(), std::string(e.what()) + " The server's record " + quoted(plan.record) +
                                 " was written, the credential was not." + lost +
                                 " Once the cause is gone, run the same command again.");
  }
}

void report(const EnrollOptions& options, const Plan& plan, Reporter& reporter) {
  const std::string user = printable(plan.user);
  std::string text = "Enrolled " + user + (options.raw_key ? " with a random key" : " with a password") + ", mode " +
                     name(plan.mode) + ".\n";
  if (plan.generation > 1) {
    text += "It replaces an earlier enrolment, whose credential no longer works; this is number " +
            std::to_string(plan.generation) + ".\n";
  }
  text += "  " + quoted(plan.record) + " is the server's record. Keep it there.\n" + "  " + quoted(plan.credential) +
          " is the client's credential. Move it to the client's device.\n" +
          "Next, on the server:  pawl serve --records " + quoted(fs::path(options.records)) + "\n" +
          "then, on the client:  pawl connect SERVER:7295 --credential " + quoted(plan.credential);
  reporter.event("enrolled",
                 {{"user", user},
                  {"kind", name(options.raw_key ? Kind::raw_key : Kind::password)},
                  {"mode", name(plan.mode)},
                  {"generation", plan.generation},
                  {"record", plan.record.native()},
                  {"credential", plan.credential.native()}},
                 text);
}

}  // namespace

ExitCode enroll(const EnrollOptions& options, Reporter& reporter) {
  const RecordStore store(options.records);
  const Plan plan = make_plan(options, store);
  PakeBlinds blinds;
  ClientCredential credential;
  credential.pake = &blinds;
  derive(options, plan, reporter, credential);
  PakeVerifier verifier;
  ServerRecord record;
  record.pake = &verifier;
  require(make_server_record(credential, plan.generation, exchange_of(plan.mode), record));
  write(store, plan, record, credential);
  report(options, plan, reporter);
  return ExitCode::ok;
}

}  // namespace pawl::app
