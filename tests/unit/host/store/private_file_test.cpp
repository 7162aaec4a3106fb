// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/private_file.hpp>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <pawl/host/base/text.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/full_disk.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::private_file_test {
namespace {

using test::content_of;
using test::failure_of;
using test::FullDisk;
using test::has;
using test::mode_of;
using test::put_content;
using test::succeeds;
using test::TemporaryDirectory;
using test::value_of;
using Kind = Failure::Kind;
using Names = std::set<std::string>;
using Owner = std::pair<uid_t, gid_t>;

/// What link(2) fails with while it lives, as on a file system without links.
class NoLinks {
 public:
  explicit NoLinks(int error) { present = error; }
  NoLinks(const NoLinks&) = delete;
  NoLinks& operator=(const NoLinks&) = delete;
  ~NoLinks() { present = 0; }

  static inline int present = 0;
};

Owner owner_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return {status.st_uid, status.st_gid};
}

FailureOr<> try_to_write(const std::filesystem::path& path, const std::string& content) {
  return write_private_file(path, bytes_of(content));
}

void write(const std::filesystem::path& path, const std::string& content) {
  EXPECT_TRUE(succeeds(try_to_write(path, content)));
}

/// Whether it was made.
bool create(const std::filesystem::path& path, const std::string& content) {
  return value_of(value_of(StagedFile::make(path, bytes_of(content))).commit_new());
}

std::string text_of(const PrivateFile& file) { return {file.text.bytes().begin(), file.text.bytes().end()}; }

class PrivateFiles : public testing::Test {
 protected:
  PrivateFiles() : old_mask_(::umask(0)) {}  // so that the mode is the work of the code alone
  ~PrivateFiles() override { ::umask(old_mask_); }

  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_ / "a file";

 private:
  mode_t old_mask_;
};

TEST_F(PrivateFiles, IsForItsOwnerAlone) {
  write(path_, "secret");
  EXPECT_EQ(content_of(path_), "secret");
  EXPECT_EQ(mode_of(path_), 0600U);
  EXPECT_EQ(directory_.names(), Names{"a file"});
}

TEST_F(PrivateFiles, NeedsNoDirectoryInItsPath) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory_.path());
  write("plain", "x");
  std::filesystem::current_path(before);
  EXPECT_EQ(directory_.names(), Names{"plain"});
}

TEST_F(PrivateFiles, FullDiskLeavesTheOldOneAndNothingElse) {
  write(path_, "old");
  {
    const FullDisk full(100);
    const Failure failure = failure_of(Kind::file_write, try_to_write(path_, std::string(200, 'x')));
    EXPECT_EQ(failure.path, path_);
    EXPECT_EQ(failure.error, std::errc::file_too_large);
  }
  EXPECT_EQ(content_of(path_), "old");
  EXPECT_EQ(directory_.names(), Names{"a file"});
}

TEST_F(PrivateFiles, MissingDirectoryIsNamed) {
  const auto path = directory_ / "missing" / "file";
  const Failure failure = failure_of(Kind::file_write, try_to_write(path, "x"));
  EXPECT_EQ(failure.path, path);
  EXPECT_EQ(failure.error, std::errc::no_such_file_or_directory);
}

TEST_F(PrivateFiles, DoesNotReplaceADirectory) {
  std::filesystem::create_directory(path_);
  failure_of(Kind::file_unfit, try_to_write(path_, "x"));
  EXPECT_EQ(directory_.names(), Names{"a file"});
}

TEST_F(PrivateFiles, IsNeverSeenHalfWritten) {
  const std::string one(3000, '1');
  const std::string two(1000, '2');
  write(path_, one);
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; i < 50; ++i) write(path_, i % 2 == 0 ? two : one);
    done = true;
  });
  while (!done) {
    const auto file = value_of(read_private_file(path_));
    ASSERT_TRUE(file);
    const std::string text = text_of(*file);
    EXPECT_TRUE(text == one || text == two) << text.size();
  }
  writer.join();
}

TEST_F(PrivateFiles, CreateLeavesAnExistingOneAlone) {
  EXPECT_TRUE(create(path_, "first"));
  EXPECT_FALSE(create(path_, "second"));
  EXPECT_EQ(content_of(path_), "first");
  EXPECT_EQ(mode_of(path_), 0600U);
  EXPECT_EQ(directory_.names(), Names{"a file"});
}

TEST_F(PrivateFiles, IsReadBack) {
  const std::string content = std::string("\0\xFF\n", 3) + std::string(4000, 'x');
  write(path_, content);
  const auto file = value_of(read_private_file(path_));
  ASSERT_TRUE(file);
  EXPECT_EQ(text_of(*file), content);
  EXPECT_FALSE(file->exposed);
}

TEST_F(PrivateFiles, MissingOneReadsAsNone) {
  EXPECT_FALSE(value_of(read_private_file(path_)));
  EXPECT_FALSE(value_of(read_private_file(directory_ / "missing" / "file")));
}

TEST_F(PrivateFiles, OneThatEverybodyMayUseIsExposed) {
  write(path_, "x");
  for (const unsigned mode : {0600U, 0640U, 0660U}) {
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
    EXPECT_FALSE(value_of(read_private_file(path_))->exposed) << "for the group of a service: " << mode;
  }
  for (const unsigned mode : {0604U, 0602U, 0666U}) {
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
    EXPECT_TRUE(value_of(read_private_file(path_))->exposed) << mode;
  }
}

TEST_F(PrivateFiles, RefusesToReadWhatIsNoFile) {
  EXPECT_TRUE(has(failure_of(Kind::file_unfit, read_private_file(directory_.path())).detail, "not a regular file"));
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  failure_of(Kind::file_unfit, read_private_file(path_));  // and does not wait
}

TEST_F(PrivateFiles, RefusesToReadWhatIsTooLarge) {
  put_content(path_, std::string(5000, 'x'));
  EXPECT_TRUE(has(failure_of(Kind::file_unfit, read_private_file(path_)).detail, "too large"));
}

// Files that replace files.

TEST_F(PrivateFiles, OneThatIsReplacedGivesItsModeButNothingToEverybody) {
  write(path_, "old");
  ASSERT_EQ(::chmod(path_.c_str(), 0646), 0);
  write(path_, "new");
  EXPECT_EQ(content_of(path_), "new");
  EXPECT_EQ(mode_of(path_), 0640U);
}

TEST_F(PrivateFiles, OneThatIsReplacedGivesItsOwnerAndGroup) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  write(path_, "old");
  ASSERT_EQ(::chown(path_.c_str(), 65534, 65533), 0);
  write(path_, "new");
  EXPECT_EQ(owner_of(path_), (Owner{65534, 65533}));
}

TEST_F(PrivateFiles, ANewOneOfRootBelongsToTheOwnerOfItsDirectory) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  ASSERT_EQ(::chown(directory_.path().c_str(), 65534, 65533), 0);
  write(path_, "new");
  EXPECT_EQ(owner_of(path_), (Owner{65534, 65533}));
  EXPECT_EQ(mode_of(path_), 0600U);
}

TEST_F(PrivateFiles, WhatALinkPointsToIsReplacedAndTheLinkStays) {
  const auto target = directory_ / "target";
  write(target, "dead secret");
  std::filesystem::create_symlink("target", path_);
  write(path_, "new");
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_EQ(content_of(target), "new");
  EXPECT_EQ(directory_.names(), (Names{"a file", "target"}));
}

TEST_F(PrivateFiles, ALinkThatLeadsNowhereYetLeadsToTheNewFile) {
  std::filesystem::create_directory(directory_ / "far");
  std::filesystem::create_symlink("far/link", path_);
  std::filesystem::create_symlink("target", directory_ / "far" / "link");
  write(path_, "new");
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_EQ(content_of(directory_ / "far" / "target"), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(directory_ / "far" / "link"));
}

TEST_F(PrivateFiles, WhatIsStagedChangesNothingBeforeItIsCommitted) {
  write(path_, "old");
  {
    const StagedFile staged = value_of(StagedFile::make(path_, bytes_of("new")));
    EXPECT_EQ(content_of(path_), "old");
  }
  EXPECT_EQ(content_of(path_), "old");
  EXPECT_EQ(directory_.names(), Names{"a file"});
}

TEST_F(PrivateFiles, ADirectoryIsLockedForOneAtATime) {
  std::optional<DirectoryLock> lock(value_of(DirectoryLock::take(directory_.path())));
  std::atomic<bool> unlocked = false;
  std::thread other([&] {
    const DirectoryLock second = value_of(DirectoryLock::take(directory_.path()));
    EXPECT_TRUE(unlocked);
  });
  std::this_thread::yield();
  unlocked = true;
  lock.reset();
  other.join();
  failure_of(Kind::file_lock, DirectoryLock::take(directory_ / "missing"));
}

TEST_F(PrivateFiles, AreMadeOnceWhereThereAreNoLinks) {
  for (const int error : {EPERM, ENOTSUP, EMLINK}) {
    const NoLinks here(error);
    std::filesystem::remove(path_);
    EXPECT_TRUE(create(path_, "first"));
    EXPECT_FALSE(create(path_, "second"));
    EXPECT_EQ(content_of(path_), "first");
    EXPECT_EQ(mode_of(path_), 0600U);
  }
}

TEST_F(PrivateFiles, AreNotMadeWhereALinkFailsForAnotherReason) {
  const NoLinks here(EIO);
  auto file = value_of(StagedFile::make(path_, bytes_of("text")));
  EXPECT_EQ(failure_of(Kind::file_write, file.commit_new()).error.value(), EIO);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace pawl::host::private_file_test

extern "C" int link(const char* from, const char* to) noexcept {
  using pawl::host::private_file_test::NoLinks;
  if (NoLinks::present == 0) return static_cast<int>(::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
  errno = NoLinks::present;
  return -1;
}
