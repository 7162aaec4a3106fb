// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/base/user_name.hpp>
#include <pawl/host/store/secret_columns.hpp>
#include <pawl/host/store/sqlite_rows.hpp>
#include <pawl/host/store/sqlite_ticket_keys.hpp>
#include <pawl/host/store/sqlite_users.hpp>
#include <pawl/host/store/users_database.hpp>

namespace pawl::host {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFind = "SELECT * FROM users WHERE name <= ?1 ORDER BY name DESC LIMIT 1";
constexpr const char* kList = "SELECT * FROM users WHERE name <> x'' ORDER BY name";
// The key of the decoys.
constexpr const char* kFindKey = "SELECT value FROM keys WHERE name = 'enumeration'";
constexpr const char* kOfferKey = "INSERT OR IGNORE INTO keys VALUES ('enumeration', ?1)";

Failure damaged(const fs::path& path, const std::string& user) {
  return {.kind = Failure::Kind::file_malformed,
          .path = path,
          .detail = "the entry of the user " + printable(bytes_of(user)) + " is damaged"};
}

/// See Connection::find().
FailureOr<> write_nobody(SqliteStatement& put, const SecretColumns& secrets) {
  const Nobody nobody;
  return write_row(put, secrets, nobody.enrolment, UserState::removed);
}

}  // namespace

// Looking up.

/// An open file with users in it.
class SqliteUsers::Connection {
 public:
  static FailureOr<std::unique_ptr<Connection>> open(const fs::path& path, const SecretColumns& secrets) {
    auto database = open_database(path, kReaderPatience);
    if (!database.ok()) return database.failure();
    const auto version = version_of(database.value(), path, users_format());
    if (!version.ok()) return version.failure();
    if (version.value() == 0) return no_users(path);
    PAWL_HOST_TRY(require_seal(database.value(), secrets, path));
    auto find = database.value().prepare(kFind);
    if (!find.ok()) return find.failure();
    return std::make_unique<Connection>(path, secrets, std::move(database.value()), std::move(find.value()));
  }
  Connection(fs::path path, const SecretColumns& secrets, SqliteDatabase database, SqliteStatement find)
      : path_(std::move(path)), secrets_(secrets), database_(std::move(database)), find_(std::move(find)) {}

  /// The last of those whose name is not behind `user`, so that a row is read whoever is looked for: that of the user,
  /// of one who comes before, or of nobody, who comes before all.
  FailureOr<std::unique_ptr<StoredEnrolment>> find(Bytes user) {
    find_.bind(1, user);
    const auto row = find_.step(Failure::Kind::file_read);
    auto stored = std::make_unique<StoredEnrolment>();
    const bool good = row.ok() && row.value() && read_row(find_, secrets_, *stored);
    find_.reset();
    if (!row.ok()) return row.failure();
    if (!std::ranges::equal(bytes_of(stored->user), user) || user.empty()) return std::unique_ptr<StoredEnrolment>();
    if (!good) return damaged(path_, stored->user);
    return stored;
  }

  FailureOr<std::vector<UserSummary>> list() {
    auto rows = database_.prepare(kList);
    if (!rows.ok()) return rows.failure();
    std::vector<UserSummary> users;
    for (;;) {
      const auto row = rows.value().step(Failure::Kind::file_read);
      if (!row.ok()) return row.failure();
      if (!row.value()) return users;
      StoredEnrolment stored;
      if (!read_row(rows.value(), secrets_, stored)) return damaged(path_, stored.user);
      users.push_back(summary_of(stored));
    }
  }

  FailureOr<EnumerationKey> enumeration_key() {
    auto found = database_.prepare(kFindKey);
    if (!found.ok()) return found.failure();
    const auto row = found.value().step(Failure::Kind::file_read);
    if (!row.ok()) return row.failure();
    EnumerationKey key;
    const Bytes value = row.value() ? found.value().blob(0) : Bytes();
    if (!secrets_.get({}, static_cast<std::uint8_t>(KeyPlace::enumeration), value, key.writable())) {
      return Failure{
          .kind = Failure::Kind::file_malformed, .path = path_, .detail = "the key of the decoys is damaged"};
    }
    return key;
  }

  /// Whether `status` is of this file.
  [[nodiscard]] bool is(const struct stat& status) const { return status.st_dev == device_ && status.st_ino == inode_; }
  void remember(const struct stat& status) {
    device_ = status.st_dev;
    inode_ = status.st_ino;
    exposed_ = (status.st_mode & S_IRWXO) != 0;
  }
  [[nodiscard]] bool exposed() const { return exposed_; }

 private:
  fs::path path_;
  const SecretColumns& secrets_;
  SqliteDatabase database_;
  SqliteStatement find_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  bool exposed_ = false;
};

SqliteUsers::SqliteUsers(fs::path file, const std::optional<StoreKey>& key)
    : path_(std::move(file)),
      secrets_(std::make_unique<SecretColumns>(key)),
      ticket_keys_(std::make_unique<SqliteTicketKeys>(path_, *secrets_)) {}
SqliteUsers::~SqliteUsers() = default;

const TicketKeyStore* SqliteUsers::ticket_key_store() const {
  return secrets_->sealing() ? ticket_keys_.get() : nullptr;
}

FailureOr<SqliteUsers::Connection*> SqliteUsers::connect() const {
  struct stat status {};
  const bool exists = ::stat(path_.c_str(), &status) == 0;
  if (!exists || !connection_ || !connection_->is(status)) {
    connection_.reset();
    auto opened = Connection::open(path_, *secrets_);
    if (!opened.ok()) return opened.failure();
    connection_ = std::move(opened.value());
  }
  connection_->remember(status);
  return connection_.get();
}

FailureOr<std::unique_ptr<StoredEnrolment>> SqliteUsers::read(Bytes user) const {
  const std::lock_guard lock(mutex_);
  const auto connection = connect();
  if (!connection.ok()) {
    const bool none = connection.failure().kind == Failure::Kind::no_users;
    return none ? std::unique_ptr<StoredEnrolment>()
                : FailureOr<std::unique_ptr<StoredEnrolment>>(connection.failure());
  }
  auto stored = connection.value()->find(user);
  if (stored.ok() && stored.value() && connection.value()->exposed()) stored.value()->exposed = path_;
  return stored;
}

FailureOr<std::unique_ptr<StoredEnrolment>> SqliteUsers::find(Bytes user) const {
  auto stored = read(user);
  if (stored.ok() && stored.value() && stored.value()->state != UserState::enabled) stored.value().reset();
  return stored;
}

std::optional<std::uint64_t> SqliteUsers::version(Bytes user) const {
  const auto found = find(user);
  if (!found.ok()) return std::nullopt;
  return found.value() ? found.value()->enrolment.generation : 0;
}

FailureOr<EnumerationKey> SqliteUsers::enumeration_key() const {
  const std::lock_guard lock(mutex_);
  const auto connection = connect();
  return connection.ok() ? connection.value()->enumeration_key() : connection.failure();
}

FailureOr<std::vector<UserSummary>> SqliteUsers::list() const {
  const std::lock_guard lock(mutex_);
  const auto connection = connect();
  return connection.ok() ? connection.value()->list() : connection.failure();
}

// Changing.

/// A transaction on a connection of its own, so that nobody reads what does not count yet. It ends without effect if
/// the database is closed before it is committed.
class SqliteUsers::Edit final : public UserEdit {
 public:
  static FailureOr<std::unique_ptr<UserEdit>> begin(const fs::path& path, const SecretColumns& secrets) {
    auto database = open_database(path, kWriterPatience);
    if (!database.ok()) return database.failure();
    // What is not ours stays as it is.
    const auto found = version_of(database.value(), path, users_format());
    if (!found.ok()) return found.failure();
    if (found.value() == 0) PAWL_HOST_TRY(add_log(database.value(), path));
    PAWL_HOST_TRY(database.value().run("PRAGMA secure_delete = ON; BEGIN IMMEDIATE", Failure::Kind::file_write));
    const auto version = version_of(database.value(), path, users_format());
    if (!version.ok()) return version.failure();
    PAWL_HOST_TRY(migrate(database.value(), version.value(), users_format()));
    auto put = database.value().prepare(kPutRow);
    if (!put.ok()) return put.failure();
    PAWL_HOST_TRY(version.value() == 0 ? begin_store(database.value(), put.value(), secrets)
                                       : require_seal(database.value(), secrets, path));
    return std::unique_ptr<UserEdit>(
        std::make_unique<Edit>(secrets, std::move(database.value()), std::move(put.value())));
  }
  Edit(const SecretColumns& secrets, SqliteDatabase database, SqliteStatement put)
      : secrets_(secrets), database_(std::move(database)), put_(std::move(put)) {}

  FailureOr<> write(const Enrolment& enrolment, UserState state) override {
    PAWL_HOST_TRY(check_user_name(enrolment.user));
    return write_row(put_, secrets_, enrolment, state);
  }

  void offer_key(EnumerationKey key) override { key_ = std::move(key); }

  FailureOr<> commit_after(const std::function<FailureOr<>()>& first) override {
    PAWL_HOST_TRY(require_key());
    PAWL_HOST_TRY(first());
    PAWL_HOST_TRY(database_.run("COMMIT", Failure::Kind::file_write));
    // So that all is in one file, which can be copied, and nothing of earlier secrets in the log. It is done later if
    // somebody reads just now.
    static_cast<void>(database_.run("PRAGMA wal_checkpoint(TRUNCATE)", Failure::Kind::file_write));
    return {};
  }

 private:
  /// What is in a store before the first user.
  static FailureOr<> begin_store(const SqliteDatabase& database, SqliteStatement& put, const SecretColumns& secrets) {
    if (secrets.sealing()) PAWL_HOST_TRY(put_seal(database, secrets));
    return write_nobody(put, secrets);
  }

  FailureOr<> require_key() {
    if (!key_) {
      auto drawn = draw_enumeration_key();
      if (!drawn.ok()) return drawn.failure();
      key_ = std::move(drawn.value());
    }
    return write_key(database_, kOfferKey, secrets_, KeyPlace::enumeration, key_->bytes());
  }

  const SecretColumns& secrets_;
  SqliteDatabase database_;
  SqliteStatement put_;
  std::optional<EnumerationKey> key_;
};

FailureOr<std::unique_ptr<UserEdit>> SqliteUsers::edit() {
  PAWL_HOST_TRY(make_database_file(path_));
  return Edit::begin(path_, *secrets_);
}

}  // namespace pawl::host
