// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/sqlite.hpp>

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <string>

#include <pawl/host/base/text.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/full_disk.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::sqlite_test {
namespace {

using test::failure_of;
using test::succeeds;
using test::value_of;
using Kind = Failure::Kind;
namespace fs = std::filesystem;

class Sqlite : public testing::Test {
 protected:
  Sqlite() { test::put_content(path_, ""); }

  SqliteDatabase open() { return value_of(SqliteDatabase::open(path_)); }

  test::TemporaryDirectory directory_;
  fs::path path_ = directory_ / "a.db";
};

TEST_F(Sqlite, KeepsBytesAndNumbers) {
  SqliteDatabase database = open();
  EXPECT_TRUE(succeeds(database.run("CREATE TABLE t (a BLOB NOT NULL, n INTEGER)", Kind::file_write)));
  auto put = value_of(database.prepare("INSERT INTO t VALUES (?1, ?2)"));
  for (const std::string& text : {std::string("a\0b", 3), std::string()}) {
    put.bind(1, bytes_of(text));
    put.bind(2, 5'000'000'000);
    EXPECT_FALSE(value_of(put.step(Kind::file_write)));
    put.reset();
  }
  auto get = value_of(database.prepare("SELECT a, n FROM t WHERE a = ?1"));
  get.bind(1, bytes_of(std::string_view("a\0b", 3)));
  ASSERT_TRUE(value_of(get.step(Kind::file_read)));
  EXPECT_EQ(printable(get.blob(0)), "a\\x00b");
  EXPECT_EQ(get.number(1), 5'000'000'000);
  get.reset();
  get.bind(1, Bytes());
  ASSERT_TRUE(value_of(get.step(Kind::file_read))) << "empty, and not NULL";
  EXPECT_EQ(get.blob(0).size(), 0U);
  EXPECT_EQ(value_of(database.number("SELECT count(*) FROM t")), 2);
}

TEST_F(Sqlite, DoesNotMakeFiles) {
  const Failure failure = failure_of(Kind::file_read, SqliteDatabase::open(directory_ / "none.db"));
  EXPECT_EQ(failure.error, std::errc::no_such_file_or_directory);
  EXPECT_EQ(failure.path, directory_ / "none.db");
}

TEST_F(Sqlite, SaysThatAFileIsNoDatabase) {
  test::put_content(path_, std::string(5000, 'x'));
  EXPECT_EQ(failure_of(Kind::file_malformed, open().number("PRAGMA user_version")).path, path_);
  failure_of(Kind::file_malformed, open().prepare("SELECT 1 FROM t"));
}

TEST_F(Sqlite, SaysThatAStatementIsForAnotherDatabase) {
  failure_of(Kind::file_malformed, open().prepare("SELECT a FROM t"));
  failure_of(Kind::file_malformed, open().run("DELETE FROM t", Kind::file_write));
}

TEST_F(Sqlite, WaitsForALockAsLongAsItIsTold) {
  SqliteDatabase first = open();
  SqliteDatabase second = open();
  EXPECT_TRUE(succeeds(first.run("BEGIN EXCLUSIVE", Kind::file_write)));
  second.wait_at_most(std::chrono::milliseconds(20));
  const auto started = std::chrono::steady_clock::now();
  const Failure failure = failure_of(Kind::file_lock, second.run("BEGIN EXCLUSIVE", Kind::file_write));
  EXPECT_GE(std::chrono::steady_clock::now() - started, std::chrono::milliseconds(15));
  EXPECT_EQ(failure.error, std::errc::device_or_resource_busy);
  failure_of(Kind::file_lock, second.number("SELECT count(*) FROM sqlite_schema"));
}

TEST_F(Sqlite, SaysThatTheDiskIsFull) {
  SqliteDatabase database = open();
  EXPECT_TRUE(succeeds(database.run("CREATE TABLE t (a)", Kind::file_write)));
  const test::FullDisk full(4096);
  const Failure failure =
      failure_of(Kind::file_write, database.run("INSERT INTO t VALUES (zeroblob(50000))", Kind::file_write));
  EXPECT_TRUE(failure.error == std::errc::file_too_large || failure.error == std::errc::no_space_on_device)
      << failure.error.message();
  EXPECT_EQ(failure.path, path_);
}

TEST_F(Sqlite, SaysThatTheDiskIsFullAtACommit) {
  SqliteDatabase database = open();
  EXPECT_TRUE(succeeds(database.run("PRAGMA journal_mode = WAL; CREATE TABLE t (a); BEGIN", Kind::file_write)));
  EXPECT_TRUE(succeeds(database.run("INSERT INTO t VALUES (zeroblob(50000))", Kind::file_write)));
  const test::FullDisk full(20'000);
  const Failure failure = failure_of(Kind::file_write, database.run("COMMIT", Kind::file_write));
  EXPECT_TRUE(failure.error == std::errc::file_too_large || failure.error == std::errc::no_space_on_device)
      << failure.error.message();
}

}  // namespace
}  // namespace pawl::host::sqlite_test
