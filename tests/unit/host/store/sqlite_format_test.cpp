// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/sqlite_format.hpp>

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <string>

#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::sqlite_format_test {
namespace {

using test::failure_of;
using test::has;
using test::succeeds;
using test::value_of;
using Kind = Failure::Kind;
namespace fs = std::filesystem;

constexpr std::array kSteps = {"CREATE TABLE a (x); PRAGMA application_id = 77; PRAGMA user_version = 1",
                               "ALTER TABLE a ADD COLUMN y; PRAGMA user_version = 2"};
constexpr SqliteFormat kBoth{77, kSteps};
/// What a program of an earlier time knew.
const SqliteFormat kFirst{77, std::span(kSteps).first(1)};
constexpr std::array kOtherSteps = {"CREATE TABLE b (x); PRAGMA application_id = 78; PRAGMA user_version = 1"};
constexpr SqliteFormat kOther{78, kOtherSteps};

class SqliteFormatTest : public testing::Test {
 protected:
  FailureOr<SqliteDatabase> open(const SqliteFormat& format) { return open_or_make(path_, format, {}); }
  FailureOr<std::size_t> version(const SqliteFormat& format) {
    auto database = value_of(SqliteDatabase::open(path_));
    return version_of(database, path_, format);
  }
  void run(const char* sql) {
    auto database = value_of(SqliteDatabase::open(path_));
    EXPECT_TRUE(succeeds(database.run(sql, Kind::file_write)));
  }

  test::TemporaryDirectory directory_;
  fs::path path_ = directory_ / "some.db";
};

TEST_F(SqliteFormatTest, ADatabaseIsMadeForItsOwnerAlone) {
  value_of(open(kBoth));
  EXPECT_EQ(test::mode_of(path_), 0600U);
  EXPECT_EQ(value_of(version(kBoth)), 2U);
}

TEST_F(SqliteFormatTest, AnEmptyFileHasNoVersion) {
  EXPECT_TRUE(succeeds(make_database_file(path_)));
  EXPECT_EQ(value_of(version(kBoth)), 0U);
}

TEST_F(SqliteFormatTest, AnEarlierVersionIsBroughtToTheLastAndKeepsWhatIsInIt) {
  value_of(open(kFirst));
  run("INSERT INTO a VALUES (5)");
  ASSERT_EQ(value_of(version(kBoth)), 1U);
  auto database = value_of(open(kBoth));
  EXPECT_EQ(value_of(database.number("SELECT x FROM a WHERE y IS NULL")), 5);
  EXPECT_EQ(value_of(version(kBoth)), 2U);
}

TEST_F(SqliteFormatTest, ALaterVersionIsLeftAlone) {
  value_of(open(kBoth));
  const Failure failure = failure_of(Kind::file_unfit, open(kFirst));
  EXPECT_TRUE(has(failure.detail, "in version 2 of its format, and this one knows version 1"));
  EXPECT_EQ(value_of(version(kBoth)), 2U);
}

TEST_F(SqliteFormatTest, TheDatabaseOfAnotherProgramIsLeftAlone) {
  value_of(open(kOther));
  failure_of(Kind::file_malformed, open(kBoth));
  EXPECT_EQ(value_of(version(kOther)), 1U);
}

TEST_F(SqliteFormatTest, WhatHasTablesAndNoNameIsAnothersToo) {
  ASSERT_TRUE(succeeds(make_database_file(path_)));
  run("CREATE TABLE theirs (x)");
  failure_of(Kind::file_malformed, open(kBoth));
}

TEST_F(SqliteFormatTest, WhatIsThereIsNotMadeAnew) {
  test::put_content(path_, "no database");
  EXPECT_TRUE(succeeds(make_database_file(path_)));
  EXPECT_EQ(test::content_of(path_), "no database");
  EXPECT_FALSE(open(kBoth).ok());
  EXPECT_EQ(test::content_of(path_), "no database");
}

TEST_F(SqliteFormatTest, ADirectoryIsNoDatabase) {
  fs::create_directory(path_);
  failure_of(Kind::file_unfit, open(kBoth));
}

}  // namespace
}  // namespace pawl::host::sqlite_format_test
