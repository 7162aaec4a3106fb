// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include <pawl/host/store/sqlite_ticket_keys.hpp>
#include <pawl/host/store/users_database.hpp>
#include <pawl/port/posix/random.hpp>
#include <pawl/wire/writer.hpp>

namespace pawl::host {
namespace {

namespace fs = std::filesystem;

constexpr const char* kListTicketKeys = "SELECT id, made, secret FROM ticket_keys ORDER BY number";
constexpr const char* kPutTicketKey = "INSERT INTO ticket_keys (id, made, secret) VALUES (?1, ?2, ?3)";
constexpr const char* kDropTicketKeys = "DELETE FROM ticket_keys";
constexpr const char* kFindTicketTime = "SELECT value FROM keys WHERE name = 'ticket_time'";
constexpr const char* kPutTicketTime = "INSERT OR REPLACE INTO keys VALUES ('ticket_time', ?1)";

constexpr std::uint64_t kSlackSeconds = TicketKeyStore::kClockSlack.ms / 1000;
constexpr std::uint64_t kPeriodSeconds = TicketKeyStore::kTimePeriod.ms / 1000;

/// What the secret of a key is bound to.
using KeyName = ByteArray<4 + 8>;

KeyName name_of(const TicketKey& key) {
  KeyName name{};
  Writer writer(name);
  writer.u32(key.id);
  writer.u64(key.made);
  return name;
}

/// The keys as they are in the file, in one transaction. It ends without effect unless it is committed.
class TicketKeyTable {
 public:
  static FailureOr<TicketKeyTable> begin(const fs::path& path, const SecretColumns& secrets) {
    auto database = open_database(path, kReaderPatience);
    if (!database.ok()) return database.failure();
    // What is not ours stays as it is.
    PAWL_HOST_TRY(require_ours(database.value(), path));
    PAWL_HOST_TRY(database.value().run("PRAGMA secure_delete = ON; BEGIN IMMEDIATE", Failure::Kind::file_write));
    const auto version = version_of(database.value(), path, users_format());
    if (!version.ok()) return version.failure();
    PAWL_HOST_TRY(require_seal(database.value(), secrets, path));
    PAWL_HOST_TRY(migrate(database.value(), version.value(), users_format()));
    return TicketKeyTable(std::move(database.value()), path, secrets);
  }

  /// When a server was there last. None if none ever was.
  [[nodiscard]] FailureOr<std::optional<std::uint64_t>> time() const {
    auto find = database_.prepare(kFindTicketTime);
    if (!find.ok()) return find.failure();
    const auto row = find.value().step(Failure::Kind::file_read);
    if (!row.ok()) return row.failure();
    if (!row.value()) return std::optional<std::uint64_t>();
    ByteArray<8> time{};
    if (!secrets_.get({}, static_cast<std::uint8_t>(KeyPlace::ticket_time), find.value().blob(0), time)) {
      return damaged();
    }
    return std::optional(std::uint64_t{u32_at(time.data())} << 32U | u32_at(&time[4]));
  }

  [[nodiscard]] FailureOr<> put_time(std::uint64_t now) const {
    ByteArray<8> time{};
    Writer(time).u64(now);
    return write_key(database_, kPutTicketTime, secrets_, KeyPlace::ticket_time, time);
  }

  [[nodiscard]] FailureOr<> read(TicketKeys& keys) const {
    auto rows = database_.prepare(kListTicketKeys);
    if (!rows.ok()) return rows.failure();
    for (;;) {
      const auto row = rows.value().step(Failure::Kind::file_read);
      if (!row.ok()) return row.failure();
      if (!row.value()) return {};
      TicketKey key{.id = static_cast<std::uint32_t>(rows.value().number(0)),
                    .made = static_cast<std::uint64_t>(rows.value().number(1))};
      if (!secrets_.get(name_of(key), kColumn, rows.value().blob(2), key.secret.writable())) return damaged();
      keys.add(std::move(key));
    }
  }

  /// These keys, and no others.
  FailureOr<> write(const TicketKeys& keys) {
    PAWL_HOST_TRY(database_.run(kDropTicketKeys, Failure::Kind::file_write));
    const auto all = keys.keys();
    for (std::size_t i = all.size(); i > 0; --i) PAWL_HOST_TRY(write(all[i - 1]));
    return {};
  }

  FailureOr<> commit() { return database_.run("COMMIT", Failure::Kind::file_write); }
  /// So that nothing of earlier keys stays in the log. It is done later if somebody reads just now.
  void clear_log() { static_cast<void>(database_.run("PRAGMA wal_checkpoint(TRUNCATE)", Failure::Kind::file_write)); }

 private:
  static constexpr auto kColumn = static_cast<std::uint8_t>(KeyPlace::ticket_key);

  TicketKeyTable(SqliteDatabase database, fs::path path, const SecretColumns& secrets)
      : database_(std::move(database)), path_(std::move(path)), secrets_(secrets) {}

  static FailureOr<> require_ours(SqliteDatabase& database, const fs::path& path) {
    const auto version = version_of(database, path, users_format());
    if (!version.ok()) return version.failure();
    return version.value() > 0 ? FailureOr<>() : no_users(path);
  }

  [[nodiscard]] FailureOr<> write(const TicketKey& key) const {
    auto put = database_.prepare(kPutTicketKey);
    if (!put.ok()) return put.failure();
    SecretColumns::Room room{};
    const auto stored = secrets_.put(name_of(key), kColumn, key.secret.bytes(), room);
    if (!stored.ok()) return stored.failure();
    put.value().bind(1, std::int64_t{key.id});
    put.value().bind(2, static_cast<std::int64_t>(key.made));
    put.value().bind(3, stored.value());
    const auto done = put.value().step(Failure::Kind::file_write);
    return done.ok() ? FailureOr<>() : done.failure();
  }

  [[nodiscard]] Failure damaged() const {
    return {.kind = Failure::Kind::file_malformed, .path = path_, .detail = "its ticket keys are damaged"};
  }

  SqliteDatabase database_;
  fs::path path_;
  const SecretColumns& secrets_;
};

}  // namespace

FailureOr<> SqliteTicketKeys::take_up(TicketKeys& keys, std::uint64_t now) const {
  auto begun = TicketKeyTable::begin(path_, secrets_);
  if (!begun.ok()) return begun.failure();
  TicketKeyTable& table = begun.value();
  const auto seen = table.time();
  if (!seen.ok()) return seen.failure();
  const std::uint64_t last = seen.value().value_or(0);
  const bool went_back = now + kSlackSeconds < last;
  SystemRandom random;
  TicketKeys kept(random, keys.lifetime());
  if (!went_back) PAWL_HOST_TRY(table.read(kept));
  const std::size_t before = kept.keys().size();
  kept.forget_old(now);
  const bool due = kept.key_due(now);
  if (due) PAWL_HOST_TRY(FailureOr<>(kept.make_key(now)));
  const bool changed = due || kept.keys().size() != before;
  if (changed) PAWL_HOST_TRY(table.write(kept));
  if (went_back || now >= last + kPeriodSeconds) PAWL_HOST_TRY(table.put_time(now));
  PAWL_HOST_TRY(table.commit());
  if (changed) table.clear_log();
  keys.take_over(std::move(kept));
  return {};
}

}  // namespace pawl::host
