// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include <pawl/host/store/private_file.hpp>
#include <pawl/host/store/sqlite_format.hpp>

namespace pawl::host {

namespace fs = std::filesystem;

FailureOr<std::size_t> version_of(SqliteDatabase& database, const fs::path& path, const SqliteFormat& format) {
  // All of one moment: somebody may be making the tables.
  PAWL_HOST_TRY(database.run("SAVEPOINT look", Failure::Kind::file_read));
  const auto application = database.number("PRAGMA application_id");
  const auto version = database.number("PRAGMA user_version");
  const auto tables = database.number("SELECT count(*) FROM sqlite_schema");
  for (const auto* each : {&application, &version, &tables}) {
    if (!each->ok()) return each->failure();
  }
  PAWL_HOST_TRY(database.run("RELEASE look", Failure::Kind::file_read));
  if (application.value() == 0 && version.value() == 0 && tables.value() == 0) return std::size_t{0};
  if (application.value() != format.application || version.value() < 1) {
    return Failure{
        .kind = Failure::Kind::file_malformed, .path = path, .detail = "it is the database of another program"};
  }
  if (version.value() > static_cast<std::int64_t>(format.migrations.size())) {
    return Failure{.kind = Failure::Kind::file_unfit,
                   .path = path,
                   .detail = "a newer pawl made it, in version " + std::to_string(version.value()) +
                             " of its format, and this one knows version " + std::to_string(format.migrations.size()) +
                             ". Update this one"};
  }
  return static_cast<std::size_t>(version.value());
}

FailureOr<> migrate(SqliteDatabase& database, std::size_t version, const SqliteFormat& format) {
  for (const char* each : format.migrations.subspan(version)) {
    PAWL_HOST_TRY(database.run(each, Failure::Kind::file_write));
  }
  return {};
}

FailureOr<> add_log(SqliteDatabase& database, const fs::path& path) {
  // SQLite does not wait for another program that does the same, so we do.
  const auto lock = DirectoryLock::take(path.has_parent_path() ? path.parent_path() : fs::path("."));
  if (!lock.ok()) return lock.failure();
  return database.run("PRAGMA journal_mode = WAL", Failure::Kind::file_write);
}

FailureOr<> make_database_file(const fs::path& path) {
  std::error_code unreadable;  // then opening it will fail, and say why
  if (fs::exists(path, unreadable) || unreadable) return {};
  // An empty file is a database without tables.
  auto file = StagedFile::make(path, {});
  if (!file.ok()) return file.failure();
  const auto made = file.value().commit_new();
  return made.ok() ? FailureOr<>() : made.failure();
}

FailureOr<SqliteDatabase> open_or_make(const fs::path& path, const SqliteFormat& format, const SqliteOpening& opening) {
  PAWL_HOST_TRY(make_database_file(path));
  std::error_code unreadable;
  if (!fs::is_regular_file(path, unreadable) && !unreadable) {
    return Failure{.kind = Failure::Kind::file_unfit, .path = path, .detail = "it is not a regular file"};
  }
  auto opened = SqliteDatabase::open(path);
  if (!opened.ok()) return opened.failure();
  SqliteDatabase& database = opened.value();
  database.wait_at_most(opening.patience);
  PAWL_HOST_TRY(database.run(opening.settings, Failure::Kind::file_read));
  // What is not ours stays as it is.
  const auto found = version_of(database, path, format);
  if (!found.ok()) return found.failure();
  if (found.value() == 0) PAWL_HOST_TRY(add_log(database, path));
  if (found.value() == format.migrations.size()) return opened;
  PAWL_HOST_TRY(database.run("BEGIN IMMEDIATE", Failure::Kind::file_write));
  const auto version = version_of(database, path, format);
  if (!version.ok()) return version.failure();
  PAWL_HOST_TRY(migrate(database, version.value(), format));
  PAWL_HOST_TRY(database.run("COMMIT", Failure::Kind::file_write));
  return opened;
}

}  // namespace pawl::host
