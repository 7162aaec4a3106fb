// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/store/outbox_file.hpp>
#include <pawl/host/store/sqlite_format.hpp>

namespace pawl::host {
namespace {

namespace fs = std::filesystem;

/// What a message counts for besides its bytes.
constexpr std::int64_t kMessageCost = 64;

/// A number is never used twice, also after its message was removed. The id need not be secret, so SQLite may draw it.
constexpr std::array kOutboxMigrations = {
    R"(CREATE TABLE outbox (id BLOB NOT NULL) STRICT;
       INSERT INTO outbox VALUES (randomblob(16));
       CREATE TABLE messages (number INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL) STRICT;
       CREATE TABLE input (
         device INTEGER NOT NULL,
         inode INTEGER NOT NULL,
         changed INTEGER NOT NULL,
         read_up_to INTEGER NOT NULL
       ) STRICT;
       PRAGMA application_id = 1348564847;
       PRAGMA user_version = 1)"};
/// "Pawo".
constexpr SqliteFormat kOutboxFormat{1'348'564'847, kOutboxMigrations};

/// Runs a statement that gives no rows.
FailureOr<> finish_write(SqliteStatement& statement) {
  const auto done = statement.step(Failure::Kind::file_write);
  return done.ok() ? FailureOr<>() : done.failure();
}

}  // namespace

OutboxFile::OutboxFile(SqliteDatabase database, fs::path path)
    : database_(std::make_unique<SqliteDatabase>(std::move(database))), path_(std::move(path)) {}
OutboxFile::OutboxFile(OutboxFile&& other) noexcept = default;
OutboxFile::~OutboxFile() = default;

FailureOr<OutboxFile> OutboxFile::open(const fs::path& path) {
  // The lock comes with the first look into the file, and goes with the connection.
  auto database = open_or_make(path, kOutboxFormat, {"PRAGMA locking_mode = EXCLUSIVE", std::chrono::milliseconds(0)});
  if (!database.ok()) return database.failure();
  OutboxFile file(std::move(database.value()), path);
  // A file that only was read is not locked against others who read it.
  PAWL_HOST_TRY(file.database_->run("BEGIN IMMEDIATE; COMMIT", Failure::Kind::file_write));
  PAWL_HOST_TRY(file.read_id());
  const auto waiting = file.database_->number("SELECT count(*) FROM messages");
  if (!waiting.ok()) return waiting.failure();
  const auto bytes = file.database_->number("SELECT ifnull(sum(length(body)), 0) FROM messages");
  if (!bytes.ok()) return bytes.failure();
  file.waiting_ = waiting.value();
  file.size_ = bytes.value() + waiting.value() * kMessageCost;
  return file;
}

FailureOr<> OutboxFile::read_id() {
  auto find = database_->prepare("SELECT id FROM outbox");
  if (!find.ok()) return find.failure();
  const auto row = find.value().step(Failure::Kind::file_read);
  if (!row.ok()) return row.failure();
  const Bytes id = row.value() ? find.value().blob(0) : Bytes();
  if (id.size() != id_.size()) {
    return Failure{.kind = Failure::Kind::file_malformed, .path = path_, .detail = "its id is damaged"};
  }
  std::ranges::copy(id, id_.begin());
  return {};
}

FailureOr<> OutboxFile::add(std::span<const std::string> messages, const std::optional<InputPlace>& place) {
  PAWL_HOST_TRY(database_->run("PRAGMA synchronous = FULL; BEGIN IMMEDIATE", Failure::Kind::file_write));
  auto done = put(messages);
  if (done.ok() && place) done = put_place(*place);
  if (done.ok()) done = database_->run("COMMIT", Failure::Kind::file_write);
  if (!done.ok()) {
    // SQLite may have done that already.
    static_cast<void>(database_->run("ROLLBACK", Failure::Kind::file_write));
    return done;
  }
  for (const std::string& each : messages) size_ += static_cast<std::int64_t>(each.size()) + kMessageCost;
  waiting_ += static_cast<std::int64_t>(messages.size());
  return {};
}

FailureOr<> OutboxFile::put(std::span<const std::string> messages) {
  auto insert = database_->prepare("INSERT INTO messages (body) VALUES (?1)");
  if (!insert.ok()) return insert.failure();
  for (const std::string& each : messages) {
    insert.value().bind(1, bytes_of(each));
    PAWL_HOST_TRY(finish_write(insert.value()));
    insert.value().reset();
  }
  return {};
}

FailureOr<> OutboxFile::put_place(const InputPlace& place) {
  PAWL_HOST_TRY(database_->run("DELETE FROM input", Failure::Kind::file_write));
  auto insert = database_->prepare("INSERT INTO input VALUES (?1, ?2, ?3, ?4)");
  if (!insert.ok()) return insert.failure();
  insert.value().bind(1, place.device);
  insert.value().bind(2, place.inode);
  insert.value().bind(3, place.changed);
  insert.value().bind(4, place.offset);
  return finish_write(insert.value());
}

FailureOr<std::optional<InputPlace>> OutboxFile::place() const {
  auto find = database_->prepare("SELECT * FROM input");
  if (!find.ok()) return find.failure();
  SqliteStatement& row = find.value();
  const auto found = row.step(Failure::Kind::file_read);
  if (!found.ok()) return found.failure();
  if (!found.value()) return std::optional<InputPlace>();
  return std::optional(InputPlace{row.number(0), row.number(1), row.number(2), row.number(3)});
}

FailureOr<std::optional<OutboxFile::Message>> OutboxFile::after(std::int64_t number) const {
  auto find = database_->prepare("SELECT number, body FROM messages WHERE number > ?1 ORDER BY number LIMIT 1");
  if (!find.ok()) return find.failure();
  find.value().bind(1, number);
  const auto found = find.value().step(Failure::Kind::file_read);
  if (!found.ok()) return found.failure();
  if (!found.value()) return std::optional<Message>();
  const Bytes body = find.value().blob(1);
  return std::optional(Message{find.value().number(0), std::string(body.begin(), body.end())});
}

FailureOr<> OutboxFile::remove(std::int64_t number) {
  // If a power cut brings it back, it is sent again, and the server knows it. So the disk need not be waited for.
  PAWL_HOST_TRY(database_->run("PRAGMA synchronous = NORMAL", Failure::Kind::file_write));
  auto drop = database_->prepare("DELETE FROM messages WHERE number = ?1 RETURNING length(body)");
  if (!drop.ok()) return drop.failure();
  drop.value().bind(1, number);
  const auto dropped = drop.value().step(Failure::Kind::file_write);
  if (!dropped.ok()) return dropped.failure();
  if (!dropped.value()) return {};
  const std::int64_t length = drop.value().number(0);
  PAWL_HOST_TRY(finish_write(drop.value()));
  --waiting_;
  size_ -= length + kMessageCost;
  return {};
}

}  // namespace pawl::host
