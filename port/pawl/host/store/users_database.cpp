// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <array>
#include <cerrno>

#include <pawl/host/store/users_database.hpp>

namespace pawl::host {
namespace {

namespace fs = std::filesystem;

/// All users have all columns, and zeros in those that their kind and mode lack. The user with the empty name is
/// nobody: see Connection::find().
constexpr std::array kUserMigrations = {
    R"(CREATE TABLE users (
         name BLOB NOT NULL PRIMARY KEY,
         state INTEGER NOT NULL,
         kind INTEGER NOT NULL,
         mode INTEGER NOT NULL,
         generation INTEGER NOT NULL,
         iterations INTEGER NOT NULL,
         salt BLOB NOT NULL,
         psk BLOB NOT NULL,
         verifier BLOB NOT NULL,
         w0 BLOB NOT NULL,
         w0m BLOB NOT NULL,
         w0n BLOB NOT NULL
       ) STRICT, WITHOUT ROWID;
       CREATE TABLE keys (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
       PRAGMA application_id = 1348564844;
       PRAGMA user_version = 1)",
    // The keys of tickets, in the order in which they were made. The table of keys has `ticket_time` besides, the last
    // time of day that a server with ticket keys has seen.
    R"(CREATE TABLE ticket_keys (
         number INTEGER NOT NULL PRIMARY KEY,
         id INTEGER NOT NULL,
         made INTEGER NOT NULL,
         secret BLOB NOT NULL
       ) STRICT;
       PRAGMA user_version = 2)"};
/// "Pawl".
constexpr SqliteFormat kUsersFormat{1'348'564'844, kUserMigrations};

constexpr const char* kFindSeal = "SELECT value FROM keys WHERE name = 'seal'";
constexpr const char* kPutSeal = "INSERT INTO keys VALUES ('seal', ?1)";

}  // namespace

const SqliteFormat& users_format() { return kUsersFormat; }

Failure no_users(const fs::path& path) { return {.kind = Failure::Kind::no_users, .path = path}; }

FailureOr<SqliteDatabase> open_database(const fs::path& path, std::chrono::milliseconds patience) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return errno == ENOENT ? no_users(path) : file_failure(Failure::Kind::file_read, path);
  }
  if (!S_ISREG(status.st_mode)) {
    return Failure{.kind = Failure::Kind::file_unfit, .path = path, .detail = "it is not a regular file"};
  }
  auto database = SqliteDatabase::open(path);
  if (database.ok()) database.value().wait_at_most(patience);
  return database;
}

// Keys.

FailureOr<> write_key(const SqliteDatabase& database, const char* sql, const SecretColumns& secrets, KeyPlace place,
                      Bytes key) {
  auto put = database.prepare(sql);
  if (!put.ok()) return put.failure();
  SecretColumns::Room room{};
  const auto stored = secrets.put({}, static_cast<std::uint8_t>(place), key, room);
  if (!stored.ok()) return stored.failure();
  put.value().bind(1, stored.value());
  const auto done = put.value().step(Failure::Kind::file_write);
  return done.ok() ? FailureOr<>() : done.failure();
}

FailureOr<> put_seal(const SqliteDatabase& database, const SecretColumns& secrets) {
  return write_key(database, kPutSeal, secrets, KeyPlace::seal, {});
}

FailureOr<> require_seal(const SqliteDatabase& database, const SecretColumns& secrets, const fs::path& path) {
  auto seal = database.prepare(kFindSeal);
  if (!seal.ok()) return seal.failure();
  const auto sealed = seal.value().step(Failure::Kind::file_read);
  if (!sealed.ok()) return sealed.failure();
  Failure failure{.kind = Failure::Kind::store_key, .path = path};
  if (sealed.value() && !secrets.sealing()) {
    failure.detail = "its secrets are sealed under a store key, which is needed";
  } else if (!sealed.value() && secrets.sealing()) {
    failure.detail = "its secrets are not sealed, so a store key does not fit it";
  } else if (sealed.value() && !secrets.get({}, static_cast<std::uint8_t>(KeyPlace::seal), seal.value().blob(0), {})) {
    failure.detail = "its secrets are sealed under another store key";
  }
  return failure.detail.empty() ? FailureOr<>() : failure;
}

}  // namespace pawl::host
