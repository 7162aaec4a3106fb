// SPDX-License-Identifier: Apache-2.0
/// A database of users: what is in which version of it, how it is opened, and the keys in it that are no user's.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

#include <pawl/host/store/secret_columns.hpp>
#include <pawl/host/store/sqlite.hpp>
#include <pawl/host/store/sqlite_format.hpp>

namespace pawl::host {

// A server answers nobody while it waits. Whoever changes the users has more patience.
inline constexpr std::chrono::milliseconds kReaderPatience{100};
inline constexpr std::chrono::milliseconds kWriterPatience{5'000};

/// Where a secret is that is no user's, to those who seal it. Columns of users are smaller numbers.
enum class KeyPlace : std::uint8_t {
  enumeration = 128,  ///< The key of the decoys.
  seal = 129,         ///< Nothing, sealed, by which the store key is known.
  ticket_key = 130,   ///< The keys of tickets.
  ticket_time = 131,  ///< When a server with ticket keys was there last.
};

/// What each version of it adds to the one before.
const SqliteFormat& users_format();

/// There is no user in `path`.
Failure no_users(const std::filesystem::path& path);

/// The database in `path`, which is a regular file. Kind::no_users if there is none, file_unfit, file_read.
FailureOr<SqliteDatabase> open_database(const std::filesystem::path& path, std::chrono::milliseconds patience);

/// Writes a row of the table of keys, or another statement's only secret, sealed as the secrets of users are.
FailureOr<> write_key(const SqliteDatabase& database, const char* sql, const SecretColumns& secrets, KeyPlace place,
                      Bytes key);

/// Lets require_seal() know the key of a store that is sealed.
FailureOr<> put_seal(const SqliteDatabase& database, const SecretColumns& secrets);

/// Kind::store_key unless the store is sealed under this key, or is not sealed and there is none.
FailureOr<> require_seal(const SqliteDatabase& database, const SecretColumns& secrets,
                         const std::filesystem::path& path);

}  // namespace pawl::host
