// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/users_database.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include <pawl/host/base/text.hpp>
#include <pawl/host/store/sqlite.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::users_database_test {
namespace {

using test::failure_of;
using test::succeeds;
using test::value_of;
using Kind = Failure::Kind;
namespace fs = std::filesystem;

SecretColumns columns(std::uint8_t byte) {
  std::optional<StoreKey> key(std::in_place);
  std::ranges::fill(key->writable(), byte);
  return SecretColumns(key);
}

class UsersDatabaseTest : public testing::Test {
 protected:
  FailureOr<> require(const SecretColumns& secrets) { return require_seal(database_, secrets, path_); }

  test::TemporaryDirectory directory_;
  fs::path path_ = directory_ / "users.db";
  SqliteDatabase database_ = value_of(open_or_make(path_, users_format(), {}));
  SecretColumns plain_{std::nullopt};
  SecretColumns sealed_ = columns(1);
};

TEST_F(UsersDatabaseTest, NobodyIsInAFileThatIsNotThere) {
  failure_of(Kind::no_users, open_database(directory_ / "none.db", kReaderPatience));
  failure_of(Kind::file_unfit, open_database(directory_.path(), kReaderPatience));
  EXPECT_TRUE(open_database(path_, kReaderPatience).ok());
}

TEST_F(UsersDatabaseTest, WithoutASealItNeedsNoKeyAndTakesNone) {
  EXPECT_TRUE(succeeds(require(plain_)));
  failure_of(Kind::store_key, require(sealed_));
}

TEST_F(UsersDatabaseTest, WithASealItNeedsTheKeyOfTheSeal) {
  ASSERT_TRUE(succeeds(put_seal(database_, sealed_)));
  EXPECT_TRUE(succeeds(require(sealed_)));
  failure_of(Kind::store_key, require(plain_));
  failure_of(Kind::store_key, require(columns(2)));
}

TEST_F(UsersDatabaseTest, AKeyIsSealedForItsPlace) {
  const ByteArray<8> key{1, 2, 3, 4, 5, 6, 7, 8};
  ASSERT_TRUE(succeeds(write_key(database_, "INSERT INTO keys VALUES ('k', ?1)", sealed_, KeyPlace::ticket_time, key)));
  auto row = value_of(database_.prepare("SELECT value FROM keys WHERE name = 'k'"));
  ASSERT_TRUE(value_of(row.step(Kind::file_read)));
  const Bytes stored = row.blob(0);
  EXPECT_TRUE(std::search(stored.begin(), stored.end(), key.begin(), key.end()) == stored.end())
      << "it is not in clear";
  ByteArray<8> found{};
  EXPECT_FALSE(sealed_.get({}, static_cast<std::uint8_t>(KeyPlace::enumeration), stored, found));
  EXPECT_TRUE(sealed_.get({}, static_cast<std::uint8_t>(KeyPlace::ticket_time), stored, found));
  EXPECT_EQ(found, key);
}

}  // namespace
}  // namespace pawl::host::users_database_test
