// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/nstp_users.hpp>

#include <gtest/gtest.h>

#include <pawl/host/base/text.hpp>
#include <pawl/host/store/toml_users.hpp>
#include "tests/support/enrolled.hpp"
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::nstp_users_test {
namespace {

using pawl::test::Buffer;
using pawl::test::hex;
using pawl::test::pattern;
using test::content_of;
using test::failure_of;
using test::has;
using test::mode_of;
using test::put_content;
using test::succeeds;
using test::TemporaryDirectory;
using test::value_of;
using Kind = Failure::Kind;

class NstpUsersTest : public testing::Test {
 protected:
  FailureOr<> try_to_save(const std::string& user) {
    NstpEnrolment enrolment;
    enrolment.user = user;
    copy(pattern(32), enrolment.psk.writable());
    return users_.save(enrolment);
  }
  void save(const std::string& user) { EXPECT_TRUE(succeeds(try_to_save(user))); }
  auto find(const std::string& user) { return value_of(users_.find(bytes_of(user))); }
  std::string refused(Failure::Kind kind) { return failure_of(kind, users_.find(bytes_of("alice"))).detail; }

  TemporaryDirectory directory_;
  std::filesystem::path records_ = directory_ / "records";
  NstpUsers users_{records_, pattern(8)};
  std::filesystem::path path_ = records_ / "alice.nstp";
};

TEST_F(NstpUsersTest, AreFoundAsSaved) {
  save("alice");
  EXPECT_EQ(value_of(users_.path_of(bytes_of("alice"))), path_);
  EXPECT_EQ(mode_of(path_), 0600U);
  const auto found = find("alice");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->user, "alice");
  EXPECT_EQ(hex(found->psk.bytes()), hex(pattern(32)));
  EXPECT_EQ(found->exposed, "");
  EXPECT_EQ(find("bob"), nullptr);
}

TEST_F(NstpUsersTest, AreNoneOfVersion2AndTheReverse) {
  TomlUsers version_2(records_);
  const pawl::test::Enrolled alice({.flow = pawl::test::kPasswordPsk});
  EXPECT_TRUE(succeeds(host::save(version_2, alice.enrolment)));
  EXPECT_EQ(find("alice"), nullptr);
  const auto other_path = value_of(version_2.path_of(bytes_of("alice")));
  put_content(path_, content_of(other_path));
  EXPECT_TRUE(has(refused(Kind::file_malformed), "format must be \"pawl nstp record 1\""));

  save("alice");
  put_content(other_path, content_of(path_));
  const Failure failure = failure_of(Kind::file_malformed, version_2.find(bytes_of("alice")));
  EXPECT_TRUE(has(failure.detail, "format must be \"pawl record 1\""));
  // No name of a user leads from one kind to the other.
  EXPECT_NE(value_of(version_2.path_of(bytes_of("alice.nstp"))), path_);
  EXPECT_NE(value_of(users_.path_of(bytes_of("alice.toml"))), other_path);
}

TEST_F(NstpUsersTest, OfAnotherUserAreRefused) {
  save("bob");
  put_content(path_, content_of(records_ / "bob.nstp"));
  EXPECT_TRUE(has(refused(Kind::file_unfit), "enrolment of another user"));
}

TEST_F(NstpUsersTest, OfAnotherDeviceSaltAreRefused) {
  save("alice");
  const NstpUsers other(records_, pattern(12));
  EXPECT_TRUE(has(failure_of(Kind::file_unfit, other.find(bytes_of("alice"))).detail, "another device salt"));
}

TEST_F(NstpUsersTest, ThatAreDamagedAreRefusedWithoutASecret) {
  save("alice");
  std::string content = content_of(path_);
  const std::string psk = hex(pattern(32));
  content.replace(content.find(psk), psk.size(), psk.substr(2));
  put_content(path_, content);
  const std::string said = refused(Kind::file_malformed);
  EXPECT_TRUE(has(said, "psk must be 64"));
  EXPECT_FALSE(has(said, psk.substr(2, 8)));
}

TEST_F(NstpUsersTest, NeedAUserNameThatNamesAFile) { failure_of(Kind::user_name, try_to_save(std::string(128, '/'))); }

}  // namespace
}  // namespace pawl::host::nstp_users_test
