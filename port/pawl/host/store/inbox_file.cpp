// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/store/inbox_file.hpp>
#include <pawl/host/store/sqlite_format.hpp>

namespace pawl::host {
namespace {

namespace fs = std::filesystem;

/// Numbers of messages grow also after messages were deleted. `used` of an outbox is the number of its last message,
/// by which the order in which outboxes were used does not depend on any clock.
constexpr std::array kInboxMigrations = {
    R"(CREATE TABLE messages (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         user TEXT NOT NULL,
         received_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
         body BLOB NOT NULL
       ) STRICT;
       CREATE TABLE outboxes (
         user TEXT NOT NULL,
         outbox BLOB NOT NULL,
         last INTEGER NOT NULL,
         used INTEGER NOT NULL,
         PRIMARY KEY (user, outbox)
       ) STRICT, WITHOUT ROWID;
       PRAGMA application_id = 1348564841;
       PRAGMA user_version = 1)"};
/// "Pawi".
constexpr SqliteFormat kInboxFormat{1'348'564'841, kInboxMigrations};

constexpr const char* kPutMessage = "INSERT INTO messages (user, body) VALUES (?1, ?2) RETURNING id";
constexpr const char* kFindOutbox = "SELECT last FROM outboxes WHERE user = ?1 AND outbox = ?2";
constexpr const char* kNoteOutbox = "INSERT OR REPLACE INTO outboxes VALUES (?1, ?2, ?3, ?4)";
constexpr const char* kForgetOutboxes =
    "DELETE FROM outboxes WHERE user = ?1 AND outbox IN "
    "(SELECT outbox FROM outboxes WHERE user = ?1 ORDER BY used DESC LIMIT -1 OFFSET ?2)";

/// What the only row of a statement has in its first column. None if there is no row.
FailureOr<std::optional<std::int64_t>> only_number(SqliteStatement& statement, Failure::Kind kind) {
  const auto row = statement.step(kind);
  std::optional<std::int64_t> number;
  if (row.ok() && row.value()) number = statement.number(0);
  statement.reset();
  return row.ok() ? FailureOr(number) : row.failure();
}

}  // namespace

struct InboxFile::Content {
  SqliteDatabase database;
  SqliteStatement put;
  SqliteStatement find;
  SqliteStatement note;
  SqliteStatement forget;
};

InboxFile::InboxFile(std::unique_ptr<Content> content) : content_(std::move(content)) {}
InboxFile::InboxFile(InboxFile&& other) noexcept = default;
InboxFile::~InboxFile() = default;

FailureOr<InboxFile> InboxFile::open(const fs::path& path) {
  // A server answers nobody while it waits. Whoever calls add() tries again.
  auto database = open_or_make(path, kInboxFormat, {"PRAGMA synchronous = FULL", std::chrono::milliseconds(0)});
  if (!database.ok()) return database.failure();
  std::vector<SqliteStatement> made;
  for (const char* sql : {kPutMessage, kFindOutbox, kNoteOutbox, kForgetOutboxes}) {
    auto statement = database.value().prepare(sql);
    if (!statement.ok()) return statement.failure();
    made.push_back(std::move(statement.value()));
  }
  return InboxFile(std::make_unique<Content>(Content{std::move(database.value()), std::move(made[0]),
                                                     std::move(made[1]), std::move(made[2]), std::move(made[3])}));
}

FailureOr<std::vector<std::int64_t>> InboxFile::add(std::span<const InboxMessage> messages) {
  PAWL_HOST_TRY(content_->database.run("BEGIN IMMEDIATE", Failure::Kind::file_write));
  auto added = add_each(messages);
  const auto committed = added.ok() ? content_->database.run("COMMIT", Failure::Kind::file_write) : added.failure();
  if (committed.ok()) return added;
  // SQLite may have done that already.
  static_cast<void>(content_->database.run("ROLLBACK", Failure::Kind::file_write));
  return committed.failure();
}

FailureOr<std::vector<std::int64_t>> InboxFile::add_each(std::span<const InboxMessage> messages) {
  std::vector<std::int64_t> ids;
  for (const InboxMessage& each : messages) {
    const auto id = add_one(each);
    if (!id.ok()) return id.failure();
    ids.push_back(id.value());
  }
  return ids;
}

FailureOr<std::int64_t> InboxFile::add_one(const InboxMessage& message) {
  const std::string user = printable(bytes_of(message.user));
  if (!message.number) return put(user, bytes_of(message.body));
  const auto last = last_of(user, message.number->outbox);
  if (!last.ok()) return last.failure();
  if (message.number->number <= last.value()) return std::int64_t{0};
  auto id = put(user, bytes_of(message.body));
  if (id.ok()) PAWL_HOST_TRY(note(user, *message.number, id.value(), last.value() == 0));
  return id;
}

FailureOr<std::int64_t> InboxFile::put(const std::string& user, Bytes body) {
  content_->put.bind_text(1, user);
  content_->put.bind(2, body);
  const auto id = only_number(content_->put, Failure::Kind::file_write);
  return id.ok() ? FailureOr(id.value().value_or(0)) : id.failure();
}

/// 0 if nothing came from there.
FailureOr<std::int64_t> InboxFile::last_of(const std::string& user, const OutboxId& outbox) {
  content_->find.bind_text(1, user);
  content_->find.bind(2, outbox);
  const auto last = only_number(content_->find, Failure::Kind::file_read);
  return last.ok() ? FailureOr(last.value().value_or(0)) : last.failure();
}

FailureOr<> InboxFile::note(const std::string& user, const OutboxNumber& number, std::int64_t message, bool is_new) {
  content_->note.bind_text(1, user);
  content_->note.bind(2, number.outbox);
  content_->note.bind(3, number.number);
  content_->note.bind(4, message);
  const auto noted = only_number(content_->note, Failure::Kind::file_write);
  if (!noted.ok()) return noted.failure();
  if (!is_new) return {};
  content_->forget.bind_text(1, user);
  content_->forget.bind(2, kOutboxesPerUser);
  const auto forgotten = only_number(content_->forget, Failure::Kind::file_write);
  return forgotten.ok() ? FailureOr<>() : forgotten.failure();
}

}  // namespace pawl::host
