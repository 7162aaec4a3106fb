// SPDX-License-Identifier: Apache-2.0
#include "apps/nstp_record.hpp"

#include <gtest/gtest.h>

#include "apps/record_store.hpp"
#include "apps/text.hpp"
#include "tests/support/enrolment.hpp"
#include "tests/unit/apps/refusal.hpp"
#include "tests/unit/apps/temporary_directory.hpp"

namespace pawl::app::nstp_record_test {
namespace {

using pawl::test::Buffer;
using pawl::test::hex;
using pawl::test::pattern;
using test::content_of;
using test::has;
using test::mode_of;
using test::put_content;
using test::refusal;
using test::TemporaryDirectory;

class NstpRecords : public testing::Test {
 protected:
  void save(const std::string& user) {
    NstpRecord record;
    record.user = user;
    copy(pattern(32), record.psk.writable());
    store_.save(record);
  }
  std::string refused() {
    return refusal(ExitCode::io, [&] { (void)store_.find(bytes_of("alice")); });
  }

  TemporaryDirectory directory_;
  std::filesystem::path records_ = directory_ / "records";
  NstpRecordStore store_{records_, pattern(8)};
  std::filesystem::path path_ = records_ / "alice.nstp";
};

TEST_F(NstpRecords, AreFoundAsSaved) {
  save("alice");
  EXPECT_EQ(store_.path_of(bytes_of("alice")), path_);
  EXPECT_EQ(mode_of(path_), 0600U);
  const auto found = store_.find(bytes_of("alice"));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->user, "alice");
  EXPECT_EQ(hex(found->psk.bytes()), hex(pattern(32)));
  EXPECT_EQ(found->warning, "");
  EXPECT_EQ(store_.find(bytes_of("bob")), nullptr);
}

TEST_F(NstpRecords, AreNoneOfVersion2AndTheReverse) {
  const RecordStore version_2(records_);
  const pawl::test::Enrolment alice({.flow = pawl::test::kPasswordPsk});
  version_2.save(alice.record);
  EXPECT_EQ(store_.find(bytes_of("alice")), nullptr);
  const auto other_path = version_2.path_of(bytes_of("alice"));
  put_content(path_, content_of(other_path));
  EXPECT_TRUE(has(refused(), "format must be \"pawl nstp record 1\""));

  save("alice");
  put_content(other_path, content_of(path_));
  EXPECT_TRUE(
      has(refusal(ExitCode::io, [&] { (void)version_2.find(bytes_of("alice")); }), "format must be \"pawl record 1\""));
  // No name of a user leads from one kind to the other.
  EXPECT_NE(version_2.path_of(bytes_of("alice.nstp")), path_);
  EXPECT_NE(store_.path_of(bytes_of("alice.toml")), other_path);
}

TEST_F(NstpRecords, OfAnotherUserAreRefused) {
  save("bob");
  put_content(path_, content_of(records_ / "bob.nstp"));
  EXPECT_TRUE(has(refused(), "record of another user"));
}

TEST_F(NstpRecords, OfAnotherDeviceSaltAreRefused) {
  save("alice");
  const NstpRecordStore other(records_, pattern(12));
  EXPECT_TRUE(has(refusal(ExitCode::io, [&] { (void)other.find(bytes_of("alice")); }), "another device salt"));
}

TEST_F(NstpRecords, ThatAreDamagedAreRefusedWithoutASecret) {
  save("alice");
  std::string content = content_of(path_);
  const std::string psk = hex(pattern(32));
  content.replace(content.find(psk), psk.size(), psk.substr(2));
  put_content(path_, content);
  const std::string said = refused();
  EXPECT_TRUE(has(said, "psk must be 64"));
  EXPECT_FALSE(has(said, psk.substr(2, 8)));
}

TEST_F(NstpRecords, NeedAUserNameThatNamesAFile) {
  refusal(ExitCode::usage, [&] { save(std::string(128, '/')); });
}

}  // namespace
}  // namespace pawl::app::nstp_record_test
