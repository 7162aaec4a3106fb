// SPDX-License-Identifier: Apache-2.0
/// What databases of ours have in common: by what they are known, how they come into being, and how they move on from
/// one version of their format to the next.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <span>

#include <pawl/host/base/failure.hpp>
#include <pawl/host/store/sqlite.hpp>

namespace pawl::host {

/// One kind of database.
struct SqliteFormat {
  /// By which a database of this kind is known (PRAGMA application_id). The first migration sets it.
  std::int64_t application = 0;
  /// What each version of the format adds to the one before it, and that it is that version (PRAGMA user_version). A
  /// version that was released is never changed.
  std::span<const char* const> migrations;
};

/// The version of its format, 0 if nothing is in the database. Kind::file_malformed if somebody else made it, and
/// file_unfit if a newer program did.
[[nodiscard]] FailureOr<std::size_t> version_of(SqliteDatabase& database, const std::filesystem::path& path,
                                                const SqliteFormat& format);

/// Brings a database of this version to the last one. To be called in a transaction. Kind::file_write.
[[nodiscard]] FailureOr<> migrate(SqliteDatabase& database, std::size_t version, const SqliteFormat& format);

/// Gives a new file the log that lets others read while one writes. Kind::file_lock and file_write.
[[nodiscard]] FailureOr<> add_log(SqliteDatabase& database, const std::filesystem::path& path);

/// Makes an empty file unless there is one. Mode and owner are those of StagedFile, and SQLite gives the files beside
/// it the same. Kind::file_write.
[[nodiscard]] FailureOr<> make_database_file(const std::filesystem::path& path);

/// How a database is opened that is made when there is none.
struct SqliteOpening {
  /// What is to be set before anything else is done.
  const char* settings = "";
  /// How long a statement waits for other programs.
  std::chrono::milliseconds patience{};
};

/// Opens the database in `path`, and makes it if there is none. Failures as SqliteDatabase::open(), version_of(),
/// migrate() and make_database_file(), and file_unfit if it is no regular file.
[[nodiscard]] FailureOr<SqliteDatabase> open_or_make(const std::filesystem::path& path, const SqliteFormat& format,
                                                     const SqliteOpening& opening);

}  // namespace pawl::host
