// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/user_name.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include <pawl/host/base/text.hpp>
#include "tests/unit/host/failures.hpp"

namespace pawl::host::user_name_test {
namespace {

using namespace std::string_view_literals;
using test::has;

/// What is said of a name that cannot be enrolled.
std::string refused(std::string_view user) {
  return test::failure_of(Failure::Kind::user_name, check_user_name(bytes_of(user))).detail;
}

std::string file_name(std::string_view user) { return file_name_of(bytes_of(user)); }

TEST(FileNameOfAUser, KeepsWhatIsSafe) {
  EXPECT_EQ(file_name("Alice-7_b"), "Alice-7_b");
  EXPECT_EQ(file_name("alice.smith"), "alice.smith");
}

TEST(FileNameOfAUser, EncodesEverythingElse) {
  EXPECT_EQ(file_name("a/b"), "a%2Fb");
  EXPECT_EQ(file_name("../x"), "%2E.%2Fx");
  EXPECT_EQ(file_name("."), "%2E");
  EXPECT_EQ(file_name(".."), "%2E%2E");
  EXPECT_EQ(file_name("a."), "a%2E");
  EXPECT_EQ(file_name("100%"), "100%25");
  EXPECT_EQ(file_name("\xC3\xBC \0\xFF"sv), "%C3%BC%20%00%FF");
  EXPECT_EQ(file_name(""), "");
}

TEST(FileNameOfAUser, IsAnotherForAnother) {
  const auto users = {"a"sv,  "A"sv,   "a%"sv,   "a%25"sv, "a/"sv,  "a%2F"sv, "a%2f"sv,
                      "a."sv, "a.b"sv, ".a.b"sv, "a..b"sv, "a\0"sv, "%"sv};
  std::set<std::string> names;
  for (const auto user : users) names.insert(file_name(user));
  EXPECT_EQ(names.size(), users.size());
}

TEST(UserName, MayBeAnyPlainTextOfOneTo128Bytes) {
  for (const std::string& user : {std::string("a"), std::string(128, 'x'), std::string("\xC3\xBC ber/..\\\"")}) {
    EXPECT_TRUE(check_user_name(bytes_of(user)).ok()) << user;
  }
}

TEST(UserName, IsRefusedForItsLength) {
  EXPECT_TRUE(has(refused(""), "1 to 128"));
  EXPECT_TRUE(has(refused(std::string(129, 'x')), "129"));
}

TEST(UserName, IsRefusedForWhatATerminalWouldObey) {
  const std::string text = refused("a\x1B[31m");
  EXPECT_TRUE(has(text, "\"a\\x1B[31m\""));
  refused("a\nb");
  refused("\xFF");
}

}  // namespace
}  // namespace pawl::host::user_name_test
