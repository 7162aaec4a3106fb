// SPDX-License-Identifier: Apache-2.0
/// A database of SQLite, as far as a store needs it: prepared statements, failures as values, nothing left open.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include <pawl/base/bytes.hpp>
#include <pawl/host/base/failure.hpp>

namespace pawl::host {

/// A prepared statement. What is bound belongs to the caller and stays until reset() or the end of the statement.
class SqliteStatement {
 public:
  /// `statement` is finalized in the end. `path` is for messages.
  SqliteStatement(sqlite3_stmt* statement, std::filesystem::path path)
      : statement_(statement), path_(std::move(path)) {}

  /// Parameters and columns of a statement count from 1 and from 0, as SQLite has it.
  void bind(int parameter, Bytes blob);
  void bind(int parameter, std::int64_t number);
  /// `text` is UTF-8.
  void bind_text(int parameter, std::string_view text);

  /// Whether there is a row. Failures of `kind`, or as SqliteDatabase::run().
  [[nodiscard]] FailureOr<bool> step(Failure::Kind kind);
  /// Ready for other parameters. They are forgotten.
  void reset();

  /// Of the present row, valid until the next step() or reset(). A column of another type is converted, as SQLite does.
  [[nodiscard]] Bytes blob(int column) const;
  [[nodiscard]] std::int64_t number(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::filesystem::path path_;
};

/// An open database.
class SqliteDatabase {
 public:
  /// Opens the file `path`, which exists. If it cannot be written, it can still be read. Kind::file_read.
  static FailureOr<SqliteDatabase> open(const std::filesystem::path& path);

  /// How long a statement waits for other programs that keep the file locked. Afterwards it is Kind::file_lock.
  void wait_at_most(std::chrono::milliseconds time);

  /// Runs statements without results. Kind::file_lock if another program keeps the file locked, file_malformed if it is
  /// no database or is damaged, and otherwise `kind` with the system's error.
  [[nodiscard]] FailureOr<> run(const char* sql, Failure::Kind kind);
  /// The number that a statement gives. Failures as run(), of Kind::file_read.
  [[nodiscard]] FailureOr<std::int64_t> number(const char* sql) const;
  /// Failures as run(), of Kind::file_read. `sql` is one statement.
  [[nodiscard]] FailureOr<SqliteStatement> prepare(const char* sql) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };

  SqliteDatabase(sqlite3* database, std::filesystem::path path) : database_(database), path_(std::move(path)) {}

  std::unique_ptr<sqlite3, Close> database_;
  std::filesystem::path path_;
};

}  // namespace pawl::host
