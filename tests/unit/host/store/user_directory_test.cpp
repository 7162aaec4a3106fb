// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/user_directory.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include <pawl/host/base/text.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::user_directory_test {
namespace {

using test::failure_of;
using test::has;
using test::succeeds;
using test::value_of;
using Kind = Failure::Kind;
namespace fs = std::filesystem;

/// Each byte of it takes three in the name of a file.
const std::string kTooLong(128, '/');

class UserDirectoryTest : public testing::Test {
 protected:
  auto read(const std::string& user) { return users_.read(bytes_of(user)); }
  auto path_of(const std::string& user) { return users_.path_of(bytes_of(user)); }
  std::optional<std::uint64_t> version(const std::string& user = "alice") { return users_.version(bytes_of(user)); }
  void write(const std::string& text) {
    EXPECT_TRUE(succeeds(write_private_file(value_of(path_of("alice")), bytes_of(text))));
  }

  test::TemporaryDirectory directory_;
  fs::path path_ = directory_ / "records";
  UserDirectory users_{path_, ".txt"};
};

/// The same with the directory made.
class FilesOfUsers : public UserDirectoryTest {
 protected:
  FilesOfUsers() { EXPECT_TRUE(succeeds(users_.make())); }
};

// The directory.

TEST_F(UserDirectoryTest, IsMadeIfNeedBe) {
  const Failure failure = failure_of(Kind::no_users, users_.require());
  EXPECT_EQ(failure.path, path_);
  EXPECT_EQ(directory_.names().size(), 0U) << "nothing is touched before";
  EXPECT_TRUE(succeeds(users_.make()));
  EXPECT_TRUE(succeeds(users_.make()));
  EXPECT_TRUE(succeeds(users_.require()));
  EXPECT_EQ(test::mode_of(path_), 0700U);
  EXPECT_EQ(users_.path(), path_);
}

TEST_F(UserDirectoryTest, IsMadeWithoutItsParents) {
  const UserDirectory deep(path_ / "deep", ".txt");
  const Failure failure = failure_of(Kind::file_make, deep.make());
  EXPECT_EQ(failure.error, std::errc::no_such_file_or_directory);
  EXPECT_EQ(failure.path, path_ / "deep");
}

TEST_F(UserDirectoryTest, ThatRootMakesBelongsToWhomItsParentDoes) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give directories away";
  ASSERT_EQ(::chown(directory_.path().c_str(), 4711, 4712), 0);
  EXPECT_TRUE(succeeds(users_.make()));
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 4711U);
  EXPECT_EQ(status.st_gid, 4712U);
}

// Files.

TEST_F(FilesOfUsers, AreNamedAfterThem) {
  EXPECT_EQ(value_of(path_of("alice")), path_ / "alice.txt");
  EXPECT_EQ(value_of(path_of("../x")), path_ / "%2E.%2Fx.txt");
  EXPECT_TRUE(has(failure_of(Kind::user_name, path_of(kTooLong)).detail, "too long to name a file"));
}

TEST_F(FilesOfUsers, AreReadAtEveryCall) {
  EXPECT_FALSE(value_of(read("alice")));
  write("one");
  EXPECT_EQ(value_of(read("alice"))->text.size(), 3U);
  write("another");
  EXPECT_EQ(value_of(read("alice"))->text.size(), 7U);
  EXPECT_FALSE(value_of(read("bob")));
}

TEST_F(FilesOfUsers, WhoseNameIsTooLongAreNotThere) {
  EXPECT_FALSE(value_of(read(kTooLong)));
  EXPECT_EQ(version(kTooLong), 0U);
}

TEST_F(FilesOfUsers, ThatCannotBeReadAreFailures) {
  fs::create_directory(path_ / "alice.txt");
  EXPECT_EQ(failure_of(Kind::file_unfit, read("alice")).path, path_ / "alice.txt");
  test::put_content(path_ / "file", "");
  const UserDirectory inside(path_ / "file", ".txt");
  EXPECT_EQ(failure_of(Kind::file_read, inside.read(bytes_of("alice"))).error, std::errc::not_a_directory);
}

TEST_F(FilesOfUsers, HaveAnotherVersionWheneverTheyAreAnother) {
  EXPECT_EQ(version(), 0U);
  write("one");
  const auto first = version();
  EXPECT_NE(first, 0U);
  EXPECT_EQ(version(), first);
  write("one");
  const auto second = version();
  EXPECT_NE(second, first);
  fs::remove(path_ / "alice.txt");
  EXPECT_EQ(version(), 0U);
}

TEST_F(FilesOfUsers, HaveNoVersionWhileTheyCannotBeLookedAt) {
  fs::create_symlink("alice.txt", path_ / "alice.txt");
  EXPECT_EQ(version(), std::nullopt);
  fs::remove_all(path_);
  EXPECT_EQ(version(), 0U) << "the directory is gone, and its users with it";
}

TEST_F(FilesOfUsers, AreGoneThrough) {
  EXPECT_EQ(value_of(users_.files()).size(), 0U);
  for (const char* name : {"bob.txt", "alice.txt", "enumeration.key", "alice.nstp", ".pawl-abcdef"}) {
    test::put_content(path_ / name, "");
  }
  EXPECT_EQ(value_of(users_.files()), (std::vector{path_ / "alice.txt", path_ / "bob.txt"}));
  EXPECT_EQ(failure_of(Kind::no_users, UserDirectory(path_ / "none", ".txt").files()).path, path_ / "none");
}

TEST_F(FilesOfUsers, HaveAnotherVersionWhenTheyAreWrittenInPlace) {
  write("one");
  const auto before = version();
  const fs::path path = path_ / "alice.txt";
  fs::last_write_time(path, fs::last_write_time(path) + std::chrono::milliseconds(1));
  EXPECT_NE(version(), before);
}

TEST(AnotherUser, IsAFailureOfTheFile) {
  const Failure failure = another_user("records/alice.toml");
  EXPECT_EQ(failure.kind, Kind::file_unfit);
  EXPECT_EQ(failure.path, "records/alice.toml");
  EXPECT_TRUE(has(failure.detail, "another user"));
}

}  // namespace
}  // namespace pawl::host::user_directory_test
