// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/open_users.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include <pawl/host/store/sqlite_users.hpp>
#include <pawl/host/store/toml_users.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::open_users_test {
namespace {

using test::failure_of;
using test::value_of;
namespace fs = std::filesystem;

class OpenUsers : public testing::Test {
 protected:
  template <class Store>
  bool is(const std::string& name) {
    return dynamic_cast<Store*>(value_of(open_users(directory_ / name)).get()) != nullptr;
  }

  test::TemporaryDirectory directory_;
};

TEST_F(OpenUsers, WhatDoesNotExistIsKnownByItsName) {
  EXPECT_TRUE(is<SqliteUsers>("users.db"));
  EXPECT_TRUE(is<SqliteUsers>("users.sqlite"));
  EXPECT_TRUE(is<TomlUsers>("records"));
  EXPECT_TRUE(is<TomlUsers>("records.d"));
  EXPECT_EQ(directory_.names().size(), 0U);
}

TEST_F(OpenUsers, WhatExistsIsWhatItIs) {
  test::put_content(directory_ / "users", "");
  EXPECT_TRUE(is<SqliteUsers>("users"));
  fs::create_directory(directory_ / "users.db");
  EXPECT_TRUE(is<TomlUsers>("users.db"));
  fs::create_symlink("users.db", directory_ / "link");
  EXPECT_TRUE(is<TomlUsers>("link"));
  EXPECT_EQ(value_of(open_users(directory_ / "link"))->path(), directory_ / "link");
}

TEST_F(OpenUsers, ADirectoryCannotBeSealed) {
  const std::optional<StoreKey> key(std::in_place);
  EXPECT_EQ(failure_of(Failure::Kind::store_key, open_users(directory_ / "records", key)).path, directory_ / "records");
  value_of(open_users(directory_ / "users.db", key));
}

}  // namespace
}  // namespace pawl::host::open_users_test
