// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/save_sink.hpp>

#include <gtest/gtest.h>

#include <string>

#include <pawl/host/base/text.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/full_disk.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::save_sink_test {
namespace {

using Kind = Failure::Kind;
namespace fs = std::filesystem;

/// As `printf abc | sha256sum` says.
const std::string kDigestOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class SaveSinkTest : public testing::Test {
 protected:
  Answer take(const std::string& fragment, bool last) { return test::value_of(sink_.take(bytes_of(fragment), last)); }
  /// The one file that there is.
  [[nodiscard]] fs::path only_file() const {
    const auto names = directory_.names();
    EXPECT_EQ(names.size(), 1U);
    return directory_ / *names.begin();
  }

  test::TemporaryDirectory directory_;
  SaveDirectory saved_ = test::value_of(SaveDirectory::open(directory_.path()));
  SaveSink sink_{saved_, bytes_of("alice")};
};

TEST_F(SaveSinkTest, KeepsAMessageAsAFileAndSaysSo) {
  const Answer answer = take("abc", true);
  EXPECT_TRUE(answer.last);
  EXPECT_EQ(answer.bytes, "Server saved: " + only_file().filename().native() + " 3 bytes sha256 " + kDigestOfAbc);
  EXPECT_EQ(test::content_of(only_file()), "abc");
  EXPECT_TRUE(only_file().filename().native().starts_with("alice-"));
  EXPECT_FALSE(sink_.left_over());
}

TEST_F(SaveSinkTest, AnswersWhenTheLastFragmentIsThere) {
  const Answer first = take("a", false);
  EXPECT_EQ(first.bytes, "");
  EXPECT_FALSE(first.last);
  take("bc", false);
  EXPECT_TRUE(test::has(take("", true).bytes, " 3 bytes sha256 " + kDigestOfAbc));
  EXPECT_EQ(test::content_of(only_file()), "abc");
}

TEST_F(SaveSinkTest, KeepsEachMessageInAFileOfItsOwn) {
  take("abc", true);
  take("", true);
  EXPECT_EQ(directory_.names().size(), 2U);
}

TEST_F(SaveSinkTest, LeavesAMessageThatWasNotEndedUnderItsPartialName) {
  EXPECT_FALSE(sink_.left_over());
  take("ab", false);
  const auto left = sink_.left_over();
  ASSERT_TRUE(left);
  EXPECT_EQ(left->path, only_file());
  EXPECT_EQ(left->bytes, 2U);
  EXPECT_TRUE(left->path.native().ends_with(".part"));
  EXPECT_EQ(test::content_of(left->path), "ab");
}

TEST_F(SaveSinkTest, IsMadeForEachUser) {
  const SinkFactory make = save_into(saved_);
  EXPECT_TRUE(test::value_of(make(bytes_of("bob"))->take(bytes_of("abc"), true)).last);
  EXPECT_TRUE(only_file().filename().native().starts_with("bob-"));
}

// Failures.

TEST_F(SaveSinkTest, SaysThatNoFileCanBeMade) {
  fs::remove(directory_.path());
  test::failure_of(Kind::file_make, sink_.take(bytes_of("abc"), true));
  EXPECT_FALSE(sink_.left_over());
}

TEST_F(SaveSinkTest, LeavesNothingOfWhatCannotBeWritten) {
  const test::FullDisk disk(2);
  test::failure_of(Kind::file_write, sink_.take(bytes_of("abc"), false));
  EXPECT_FALSE(sink_.left_over());
  EXPECT_EQ(directory_.names().size(), 0U);
}

TEST_F(SaveSinkTest, SaysThatAFileCannotGetItsName) {
  take("abc", false);
  fs::remove(only_file());
  test::failure_of(Kind::file_write, sink_.take(bytes_of(""), true));
}

}  // namespace
}  // namespace pawl::host::save_sink_test
