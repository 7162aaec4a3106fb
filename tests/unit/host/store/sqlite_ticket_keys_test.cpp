// SPDX-License-Identifier: Apache-2.0
// The keys of tickets in a database of users.
#include <pawl/host/store/sqlite_users.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include <pawl/host/store/sqlite.hpp>
#include <pawl/port/sim/seeded_random.hpp>
#include "tests/support/enrolled.hpp"
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/full_disk.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::sqlite_ticket_keys_test {
namespace {

using pawl::test::Enrolled;
using test::content_of;
using test::failure_of;
using test::has;
using test::succeeds;
using test::value_of;
using Kind = Failure::Kind;
namespace fs = std::filesystem;

constexpr std::uint64_t kNow = 1'700'000'000;
constexpr std::uint64_t kHalf = TicketKeys::kLifetime / 2;
constexpr std::uint64_t kSlack = TicketKeyStore::kClockSlack.ms / 1000;
constexpr std::uint64_t kPeriod = TicketKeyStore::kTimePeriod.ms / 1000;

std::optional<StoreKey> store_key(std::uint8_t byte) {
  std::optional<StoreKey> key(std::in_place);
  std::ranges::fill(key->writable(), byte);
  return key;
}

class SqliteTicketKeysTest : public testing::Test {
 protected:
  SqliteTicketKeysTest() {
    Enrolled user({.flow = pawl::test::kRawKeyPsk, .user = pawl::test::bytes_of("alice")});
    EXPECT_TRUE(succeeds(save(users_, user.enrolment)));
  }

  FailureOr<> take_up(TicketKeys& keys, std::uint64_t now = kNow) {
    return users_.ticket_key_store()->take_up(keys, now);
  }
  static std::vector<std::uint32_t> ids_of(const TicketKeys& keys) {
    std::vector<std::uint32_t> ids;
    for (const TicketKey& key : keys.keys()) ids.push_back(key.id);
    return ids;
  }
  /// Those that a server has that begins now.
  std::vector<std::uint32_t> ids(std::uint64_t now = kNow) {
    TicketKeys fresh(random_);
    EXPECT_TRUE(succeeds(take_up(fresh, now)));
    return ids_of(fresh);
  }
  void alter(const std::string& sql) {
    auto database = value_of(SqliteDatabase::open(path_));
    EXPECT_TRUE(succeeds(database.run(sql.c_str(), Kind::file_write)));
  }
  std::int64_t number(const char* sql) { return value_of(value_of(SqliteDatabase::open(path_)).number(sql)); }

  test::TemporaryDirectory directory_;
  fs::path path_ = directory_ / "users.db";
  SqliteUsers users_{path_, store_key(1)};
  SeededRandom random_{1};
  TicketKeys keys_{random_};
};

TEST_F(SqliteTicketKeysTest, AreMadeAndFoundAgain) {
  ASSERT_TRUE(succeeds(take_up(keys_)));
  ASSERT_EQ(keys_.keys().size(), 1U);
  EXPECT_EQ(keys_.keys()[0].made, kNow);
  TicketKeys later(random_);
  ASSERT_TRUE(succeeds(take_up(later, kNow + 100)));
  ASSERT_EQ(ids_of(later), ids_of(keys_));
  EXPECT_TRUE(std::ranges::equal(later.keys()[0].secret.bytes(), keys_.keys()[0].secret.bytes()));
  EXPECT_EQ(later.keys()[0].made, kNow);
}

TEST_F(SqliteTicketKeysTest, OfServersThatRunAtATimeAreTheSame) {
  TicketKeys other(random_);
  for (std::uint64_t now = kNow; now < kNow + 20 * kHalf; now += kHalf) {
    ASSERT_TRUE(succeeds(take_up(keys_, now)));
    ASSERT_TRUE(succeeds(take_up(other, now + 1)));
    ASSERT_EQ(ids_of(other), ids_of(keys_)) << "one makes the key, the other takes it up";
    EXPECT_EQ(keys_.keys()[0].made, now);
    EXPECT_LE(keys_.keys().size(), 3U);
  }
  EXPECT_EQ(number("SELECT count(*) FROM ticket_keys"), 3);
}

TEST_F(SqliteTicketKeysTest, AreMadeOnceByThreadsThatComeAtATime) {
  std::vector<std::vector<std::uint32_t>> found(4);
  std::vector<std::thread> threads;
  for (auto& each : found) {
    threads.emplace_back([&each, this] {
      SeededRandom random(2);
      TicketKeys keys(random);
      const SqliteUsers users(path_, store_key(1));
      for (int i = 0; i < 20; ++i) {
        const auto done = users.ticket_key_store()->take_up(keys, kNow);
        EXPECT_TRUE(done.ok() || done.failure().kind == Kind::file_lock) << done.failure().detail;
      }
      each = ids_of(keys);
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& each : found) EXPECT_EQ(each, ids());
}

TEST_F(SqliteTicketKeysTest, GoWhenTheirTicketsAreTooOld) {
  ASSERT_TRUE(succeeds(take_up(keys_)));
  const auto first = ids_of(keys_);
  EXPECT_EQ(ids(kNow + 3 * kHalf - 1).back(), first[0]);
  EXPECT_EQ(ids(kNow + 3 * kHalf).size(), 1U);
  EXPECT_EQ(number("SELECT count(*) FROM ticket_keys"), 1) << "and the file has it no more";
}

TEST_F(SqliteTicketKeysTest, KnowWhatTheyHaveSealedHere) {
  ASSERT_TRUE(succeeds(take_up(keys_)));
  Ticket ticket;
  ASSERT_TRUE(ticket.set_user(pawl::test::bytes_of("alice")).ok());
  ByteArray<TicketKeys::kMost> sealed{};
  ASSERT_TRUE(keys_.seal(ticket, kNow, sealed).ok());
  ASSERT_TRUE(succeeds(take_up(keys_)));
  EXPECT_EQ(keys_.keys()[0].sealed, 1U);
}

// The clock.

TEST_F(SqliteTicketKeysTest, AreGivenUpWhenTheClockWentBack) {
  const auto before = ids(kNow);
  EXPECT_EQ(ids(kNow - kSlack), before);
  EXPECT_EQ(ids(kNow + kHalf / 2), before);
  const auto after = ids(kNow + kHalf / 2 - kSlack - 1);
  ASSERT_EQ(after.size(), 1U);
  EXPECT_NE(after, before);
  EXPECT_EQ(ids(kNow + kHalf / 2), after) << "also for servers that saw the earlier time";
}

TEST_F(SqliteTicketKeysTest, AreGivenUpAfterAClockWasTooFast) {
  ids(kNow);
  const auto ahead = ids(kNow + 100 * kHalf);
  const auto after = ids(kNow);
  ASSERT_EQ(after.size(), 1U);
  EXPECT_NE(after, ahead);
}

/// The time is written down each minute, and not at every look.
TEST_F(SqliteTicketKeysTest, WriteTheTimeDownFromTimeToTime) {
  ids(kNow);
  const auto written = [&] {
    auto database = value_of(SqliteDatabase::open(path_));
    auto find = value_of(database.prepare("SELECT value FROM keys WHERE name = 'ticket_time'"));
    EXPECT_TRUE(value_of(find.step(Kind::file_read)));
    return pawl::test::hex(find.blob(0));
  };
  const std::string first = written();
  ids(kNow + kPeriod - 1);
  EXPECT_EQ(written(), first);
  ids(kNow + kPeriod);
  EXPECT_NE(written(), first);
}

// The file.

TEST_F(SqliteTicketKeysTest, AreNotInTheFileInClear) {
  ASSERT_TRUE(succeeds(take_up(keys_)));
  const auto text_of = [](Bytes bytes) { return std::string(bytes.begin(), bytes.end()); };
  const std::string secret = text_of(keys_.keys()[0].secret.bytes());
  std::string content;
  for (const std::string& name : directory_.names()) content += content_of(directory_ / name);
  EXPECT_FALSE(has(content, secret.substr(0, 16)));
  // The control: written as it is, it is found.
  auto database = value_of(SqliteDatabase::open(path_));
  auto put = value_of(database.prepare("UPDATE ticket_keys SET secret = ?1"));
  put.bind(1, keys_.keys()[0].secret.bytes());
  EXPECT_FALSE(value_of(put.step(Kind::file_write)));
  for (const std::string& name : directory_.names()) content += content_of(directory_ / name);
  EXPECT_TRUE(has(content, secret.substr(0, 16)));
}

TEST_F(SqliteTicketKeysTest, AreKeptInNoFileThatIsNotSealed) {
  const SqliteUsers open(directory_ / "open.db");
  EXPECT_EQ(open.ticket_key_store(), nullptr);
}

TEST_F(SqliteTicketKeysTest, NeedTheirStoreKey) {
  const SqliteUsers other(path_, store_key(2));
  EXPECT_TRUE(has(failure_of(Kind::store_key, other.ticket_key_store()->take_up(keys_, kNow)).detail, "another"));
  EXPECT_TRUE(keys_.keys().empty());
}

TEST_F(SqliteTicketKeysTest, AreNoneWithoutUsers) {
  const SqliteUsers nobody(directory_ / "nobody.db", store_key(1));
  failure_of(Kind::no_users, nobody.ticket_key_store()->take_up(keys_, kNow));
  EXPECT_FALSE(fs::exists(directory_ / "nobody.db"));
}

/// Whoever can write the file, and has not the store key, makes no key last longer, and moves none.
TEST_F(SqliteTicketKeysTest, ThatWereAlteredAreRefused) {
  for (const char* change : {"UPDATE ticket_keys SET made = made + 1", "UPDATE ticket_keys SET id = id - 1",
                             "UPDATE ticket_keys SET secret = x''", "UPDATE ticket_keys SET secret = zeroblob(60)",
                             "UPDATE keys SET value = zeroblob(36) WHERE name = 'ticket_time'",
                             "UPDATE keys SET value = (SELECT value FROM keys WHERE name = 'seal') "
                             "WHERE name = 'ticket_time'"}) {
    alter("DELETE FROM ticket_keys; DELETE FROM keys WHERE name = 'ticket_time'");
    ASSERT_TRUE(succeeds(take_up(keys_)));
    const auto before = ids_of(keys_);
    alter(change);
    EXPECT_TRUE(has(failure_of(Kind::file_malformed, take_up(keys_)).detail, "ticket keys are damaged")) << change;
    EXPECT_EQ(ids_of(keys_), before) << "those in memory stay";
  }
}

TEST_F(SqliteTicketKeysTest, StayWhileTheFileIsLocked) {
  ASSERT_TRUE(succeeds(take_up(keys_)));
  const auto before = ids_of(keys_);
  auto other = value_of(SqliteDatabase::open(path_));
  EXPECT_TRUE(succeeds(other.run("BEGIN IMMEDIATE", Kind::file_write)));
  failure_of(Kind::file_lock, take_up(keys_, kNow + kHalf));
  EXPECT_EQ(ids_of(keys_), before);
  EXPECT_TRUE(succeeds(other.run("ROLLBACK", Kind::file_write)));
  EXPECT_TRUE(succeeds(take_up(keys_, kNow + kHalf)));
  EXPECT_EQ(keys_.keys().size(), 2U);
}

TEST_F(SqliteTicketKeysTest, StayWhileTheDiskIsFull) {
  ASSERT_TRUE(succeeds(take_up(keys_)));
  const auto before = ids_of(keys_);
  {
    const test::FullDisk full(1);
    EXPECT_FALSE(take_up(keys_, kNow + kHalf).ok());
  }
  EXPECT_EQ(ids_of(keys_), before);
  EXPECT_EQ(ids(), before);
}

/// A server brings a file of version 1 to the present one when it keeps keys in it.
TEST_F(SqliteTicketKeysTest, AreKeptInAFileOfVersion1) {
  alter("DROP TABLE ticket_keys; PRAGMA user_version = 1");
  EXPECT_NE(value_of(users_.find(pawl::test::bytes_of("alice"))), nullptr);
  EXPECT_EQ(number("PRAGMA user_version"), 1) << "reading changes nothing";
  ASSERT_TRUE(succeeds(take_up(keys_)));
  EXPECT_EQ(ids(), ids_of(keys_));
  EXPECT_EQ(number("PRAGMA user_version"), 2);
  EXPECT_NE(value_of(users_.find(pawl::test::bytes_of("alice"))), nullptr);
}

}  // namespace
}  // namespace pawl::host::sqlite_ticket_keys_test
