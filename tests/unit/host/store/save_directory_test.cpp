// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/save_directory.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include <pawl/host/base/hex.hpp>
#include <pawl/host/base/text.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/full_disk.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::save_directory_test {
namespace {

using test::content_of;
using test::failure_of;
using test::succeeds;
using test::value_of;
using Kind = Failure::Kind;
using Names = std::set<std::string>;
namespace fs = std::filesystem;

/// As `printf abc | sha256sum` says.
constexpr const char* kDigestOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class SaveDirectoryTest : public testing::Test {
 protected:
  SaveDirectory::File make(const std::string& user = "alice") { return value_of(saved_.make_file(bytes_of(user))); }
  static void write(SaveDirectory::File& file, const std::string& text) {
    EXPECT_TRUE(succeeds(file.write(bytes_of(text))));
  }
  /// Returns the digest.
  static std::string finish(SaveDirectory::File& file) {
    Sha256::Digest digest{};
    EXPECT_TRUE(succeeds(file.finish(digest)));
    return hex(digest);
  }
  static FailureOr<> try_to_finish(SaveDirectory::File& file) {
    Sha256::Digest digest{};
    return file.finish(digest);
  }

  test::TemporaryDirectory directory_;
  fs::path path_ = directory_.path();
  SaveDirectory saved_ = value_of(SaveDirectory::open(path_));
};

// The directory.

TEST_F(SaveDirectoryTest, IsADirectory) {
  const Failure failure = failure_of(Kind::save_directory, SaveDirectory::open(path_ / "none"));
  EXPECT_EQ(failure.error, std::errc::no_such_file_or_directory);
  EXPECT_EQ(failure.path, path_ / "none");
  test::put_content(path_ / "file", "");
  fs::permissions(path_ / "file", fs::perms::owner_all);
  EXPECT_EQ(failure_of(Kind::save_directory, SaveDirectory::open(path_ / "file")).error, std::errc::not_a_directory);
}

/// Root may make files everywhere, so somebody else tries.
TEST_F(SaveDirectoryTest, IsOneInWhichFilesCanBeMade) {
  fs::permissions(path_, fs::perms::owner_read | fs::perms::owner_exec);
  const auto try_as_nobody = [&] {
    constexpr uid_t kNobody = 65534;
    static_cast<void>(::setuid(kNobody));
    const auto opened = SaveDirectory::open(path_);
    const bool told = !opened.ok() && opened.failure().kind == Kind::save_directory;
    ::_exit(told && opened.failure().error == std::errc::permission_denied ? 0 : 1);
  };
  EXPECT_EXIT(try_as_nobody(), testing::ExitedWithCode(0), "");
}

// A file.

TEST_F(SaveDirectoryTest, AFileHasItsNameOnceItIsFinished) {
  auto file = make();
  EXPECT_EQ(file.part(), file.path().native() + ".part");
  write(file, "a");
  EXPECT_EQ(directory_.names(), Names{file.part().filename()});
  write(file, "bc");
  EXPECT_EQ(finish(file), kDigestOfAbc);
  EXPECT_EQ(directory_.names(), Names{file.path().filename()});
  EXPECT_EQ(content_of(file.path()), "abc");
  EXPECT_EQ(file.size(), 3U);
  EXPECT_EQ(test::mode_of(file.path()), 0600U);
}

TEST_F(SaveDirectoryTest, AFileMayBeEmpty) {
  auto file = make();
  finish(file);
  EXPECT_EQ(content_of(file.path()), "");
  EXPECT_EQ(file.size(), 0U);
}

/// alice-20251121T113000Z-1
TEST_F(SaveDirectoryTest, ANameHasUserTimeAndNumber) {
  const std::string name = make().path().filename();
  ASSERT_EQ(name.size(), std::string("alice-20251121T113000Z-1").size());
  EXPECT_EQ(name.substr(0, 6), "alice-");
  EXPECT_EQ(name.substr(14, 1), "T");
  EXPECT_EQ(name.substr(21), "Z-1");
  EXPECT_TRUE(make().path().native().ends_with("Z-2"));
}

TEST_F(SaveDirectoryTest, AnyUserHasAName) {
  EXPECT_TRUE(make("../x").path().filename().native().starts_with("%2E.%2Fx-"));
  EXPECT_TRUE(make("").path().filename().native().starts_with("-"));
  const fs::path longest = make(std::string(128, '/')).path();
  EXPECT_EQ(longest.parent_path(), path_);
  EXPECT_LE(longest.filename().native().size() + std::string(".part").size(), 255U);
}

// Nothing is replaced.

TEST_F(SaveDirectoryTest, OfTwoServersNeitherTakesTheOthersName) {
  SaveDirectory others = value_of(SaveDirectory::open(path_));
  auto first = make();
  auto second = value_of(others.make_file(bytes_of("alice")));
  write(first, "first");
  write(second, "second");
  finish(first);
  finish(second);
  auto third = value_of(value_of(SaveDirectory::open(path_)).make_file(bytes_of("alice")));
  write(third, "third");
  finish(third);
  EXPECT_EQ(directory_.names().size(), 3U);
  EXPECT_EQ(content_of(first.path()), "first");
  EXPECT_EQ(content_of(second.path()), "second");
  EXPECT_EQ(content_of(third.path()), "third");
}

// Failures.

TEST_F(SaveDirectoryTest, SaysThatNoFileCanBeMade) {
  fs::remove(path_);
  const Failure failure = failure_of(Kind::file_make, saved_.make_file(bytes_of("alice")));
  EXPECT_EQ(failure.error, std::errc::no_such_file_or_directory);
  EXPECT_EQ(failure.path.parent_path(), path_);
}

TEST_F(SaveDirectoryTest, WhatCannotBeWrittenIsGone) {
  auto file = make();
  write(file, "abc");
  const test::FullDisk disk(4);
  const Failure failure = failure_of(Kind::file_write, file.write(bytes_of("defgh")));
  EXPECT_EQ(failure.error, std::errc::file_too_large);
  EXPECT_EQ(failure.path, file.part());
  EXPECT_EQ(directory_.names(), Names{});
}

TEST_F(SaveDirectoryTest, SaysThatAFileCannotGetItsName) {
  auto file = make();
  fs::remove(file.part());
  const Failure failure = failure_of(Kind::file_write, try_to_finish(file));
  EXPECT_EQ(failure.error, std::errc::no_such_file_or_directory);
  EXPECT_EQ(failure.path, file.path());
}

}  // namespace
}  // namespace pawl::host::save_directory_test
