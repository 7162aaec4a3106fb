// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/store_key.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include <pawl/port/posix/random.hpp>
#include "tests/support/names.hpp"
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::store_key_test {
namespace {

using pawl::test::hex;
using test::failure_of;
using test::has;
using test::succeeds;
using test::value_of;
using Kind = Failure::Kind;

class StoreKeyFile : public testing::Test {
 protected:
  void make(const std::filesystem::path& path) { EXPECT_TRUE(succeeds(make_store_key(path, random_))); }

  SystemRandom random_;
  test::TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_ / "key";
};

TEST_F(StoreKeyFile, IsReadAsItWasMade) {
  make(path_);
  EXPECT_EQ(test::mode_of(path_), 0600U);
  EXPECT_EQ(test::content_of(path_), hex(value_of(read_store_key(path_)).bytes()) + "\n");
  make(directory_ / "other");
  EXPECT_NE(test::content_of(path_), test::content_of(directory_ / "other"));
}

TEST_F(StoreKeyFile, ReplacesNone) {
  make(path_);
  const std::string before = test::content_of(path_);
  EXPECT_EQ(failure_of(Kind::file_unfit, make_store_key(path_, random_)).path, path_);
  EXPECT_EQ(test::content_of(path_), before);
}

TEST_F(StoreKeyFile, NeedsNoLineEnd) {
  test::put_content(path_, std::string(64, 'a'));
  EXPECT_EQ(hex(value_of(read_store_key(path_)).bytes()), std::string(64, 'a'));
}

TEST_F(StoreKeyFile, IsRefusedIfItIsNone) {
  EXPECT_EQ(failure_of(Kind::file_read, read_store_key(path_)).error, std::errc::no_such_file_or_directory);
  const std::string digits(63, 'a');
  for (const std::string& content :
       {std::string(), digits, digits + "aa", digits + "A", digits + "g\n", digits + "a\n\n", digits + "a\nb"}) {
    test::put_content(path_, content);
    const Failure failure = failure_of(Kind::file_malformed, read_store_key(path_));
    EXPECT_EQ(failure.path, path_);
    EXPECT_FALSE(has(failure.detail, "aaa")) << "it may be most of a key";
  }
}

TEST_F(StoreKeyFile, IsRefusedIfEverybodyMayReadIt) {
  make(path_);
  ASSERT_EQ(::chmod(path_.c_str(), 0604), 0);
  EXPECT_TRUE(has(failure_of(Kind::file_unfit, read_store_key(path_)).detail, "0600"));
}

}  // namespace
}  // namespace pawl::host::store_key_test
