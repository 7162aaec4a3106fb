// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <utility>

#include <pawl/host/store/sqlite.hpp>

namespace pawl::host {
namespace {

namespace fs = std::filesystem;

Failure malformed(const fs::path& path, const char* what) {
  return {.kind = Failure::Kind::file_malformed, .path = path, .detail = what};
}

/// SQLite says which kind of trouble it is, and the system's error if there was one. It does not note that of a COMMIT,
/// after which errno has it, which whoever called has set to 0 before.
int system_error(sqlite3* database, int otherwise) {
  const int noted = sqlite3_system_errno(database);
  const int error = noted != 0 ? noted : errno;
  return error != 0 ? error : otherwise;
}

/// What the last call failed with.
Failure failure_of(sqlite3* database, const fs::path& path, Failure::Kind kind) {
  switch (sqlite3_errcode(database) & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return file_failure(Failure::Kind::file_lock, path, EBUSY);
    case SQLITE_NOTADB:
      return malformed(path, "it is no database");
    case SQLITE_CORRUPT:
      return malformed(path, "the database is damaged");
    case SQLITE_READONLY:
      return file_failure(Failure::Kind::file_write, path, EACCES);
    case SQLITE_FULL:
      return file_failure(Failure::Kind::file_write, path, ENOSPC);
    case SQLITE_NOMEM:
      return file_failure(kind, path, ENOMEM);
    case SQLITE_CANTOPEN:
      return file_failure(kind, path, system_error(database, EACCES));
    case SQLITE_IOERR:
      return file_failure(kind, path, system_error(database, EIO));
    default:
      return malformed(path, "it is not a database as pawl makes them");
  }
}

}  // namespace

// SqliteStatement

void SqliteStatement::bind(int parameter, Bytes blob) {
  // A null pointer would be NULL, and not the empty blob.
  const void* data = blob.empty() ? "" : static_cast<const void*>(blob.data());
  sqlite3_bind_blob64(statement_.get(), parameter, data, blob.size(), SQLITE_STATIC);
}

void SqliteStatement::bind_text(int parameter, std::string_view text) {
  const char* data = text.empty() ? "" : text.data();
  sqlite3_bind_text64(statement_.get(), parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void SqliteStatement::bind(int parameter, std::int64_t number) {
  sqlite3_bind_int64(statement_.get(), parameter, number);
}

FailureOr<bool> SqliteStatement::step(Failure::Kind kind) {
  errno = 0;
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return failure_of(sqlite3_db_handle(statement_.get()), path_, kind);
}

void SqliteStatement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

Bytes SqliteStatement::blob(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::int64_t SqliteStatement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

// SqliteDatabase

FailureOr<SqliteDatabase> SqliteDatabase::open(const fs::path& path) {
  sqlite3* opened = nullptr;
  errno = 0;
  // Not SQLITE_OPEN_CREATE: SQLite would give the file a mode of its own.
  const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  SqliteDatabase database(opened, path);
  if (opened == nullptr) return file_failure(Failure::Kind::file_read, path, ENOMEM);
  if (code != SQLITE_OK) return failure_of(opened, path, Failure::Kind::file_read);
  return database;
}

void SqliteDatabase::wait_at_most(std::chrono::milliseconds time) {
  sqlite3_busy_timeout(database_.get(), static_cast<int>(time.count()));
}

FailureOr<> SqliteDatabase::run(const char* sql, Failure::Kind kind) {
  errno = 0;
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return failure_of(database_.get(), path_, kind);
}

FailureOr<std::int64_t> SqliteDatabase::number(const char* sql) const {
  auto statement = prepare(sql);
  if (!statement.ok()) return statement.failure();
  const auto row = statement.value().step(Failure::Kind::file_read);
  if (!row.ok()) return row.failure();
  return statement.value().number(0);
}

FailureOr<SqliteStatement> SqliteDatabase::prepare(const char* sql) const {
  sqlite3_stmt* statement = nullptr;
  errno = 0;
  if (sqlite3_prepare_v2(database_.get(), sql, -1, &statement, nullptr) == SQLITE_OK) {
    return SqliteStatement(statement, path_);
  }
  return failure_of(database_.get(), path_, Failure::Kind::file_read);
}

}  // namespace pawl::host
