// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/save.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include <pawl/host/base/text.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/full_disk.hpp"
#include "tests/unit/host/gateways.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::save_test {
namespace {

using Kind = Failure::Kind;
namespace fs = std::filesystem;

/// As `printf abc | sha256sum` says.
const std::string kDigestOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class SaveTest : public testing::Test {
 protected:
  /// All that is answered.
  std::vector<test::TestSession::Part> take(const std::string& fragment, bool last) {
    EXPECT_TRUE(handler_->take(bytes_of(fragment), last).ok());
    return std::exchange(session_.sent, {});
  }
  /// The one file that there is.
  [[nodiscard]] fs::path only_file() const {
    const auto names = directory_.names();
    EXPECT_EQ(names.size(), 1U);
    return directory_ / *names.begin();
  }

  test::TemporaryDirectory directory_;
  Save save_{test::value_of(SaveDirectory::open(directory_.path()))};
  test::TestSession session_;
  std::unique_ptr<SessionHandler> handler_ = test::value_of(save_.open(session_));
};

TEST_F(SaveTest, KeepsAMessageAsAFileAndSaysSo) {
  const auto answers = take("abc", true);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_TRUE(answers[0].last);
  EXPECT_EQ(answers[0].bytes, "Server saved: " + only_file().filename().native() + " 3 bytes sha256 " + kDigestOfAbc);
  EXPECT_EQ(test::content_of(only_file()), "abc");
  EXPECT_TRUE(only_file().filename().native().starts_with("alice-"));
  EXPECT_FALSE(handler_->left_over());
}

TEST_F(SaveTest, AnswersWhenTheLastFragmentIsThere) {
  EXPECT_TRUE(take("a", false).empty());
  EXPECT_TRUE(take("bc", false).empty());
  EXPECT_TRUE(test::has(take("", true).at(0).bytes, " 3 bytes sha256 " + kDigestOfAbc));
  EXPECT_EQ(test::content_of(only_file()), "abc");
}

TEST_F(SaveTest, KeepsEachMessageInAFileOfItsOwn) {
  take("abc", true);
  take("", true);
  EXPECT_EQ(directory_.names().size(), 2U);
}

TEST_F(SaveTest, LeavesAMessageThatWasNotEndedUnderItsPartialName) {
  EXPECT_FALSE(handler_->left_over());
  take("ab", false);
  const auto left = handler_->left_over();
  ASSERT_TRUE(left);
  EXPECT_EQ(left->path, only_file());
  EXPECT_EQ(left->bytes, 2U);
  EXPECT_TRUE(left->path.native().ends_with(".part"));
  EXPECT_EQ(test::content_of(left->path), "ab");
}

TEST_F(SaveTest, IsMadeForEachUser) {
  test::TestSession bob("bob");
  EXPECT_TRUE(test::value_of(save_.open(bob))->take(bytes_of("abc"), true).ok());
  EXPECT_EQ(bob.sent.size(), 1U);
  EXPECT_TRUE(only_file().filename().native().starts_with("bob-"));
}

TEST_F(SaveTest, DoesNotListenToAClientThatDoesNotRead) {
  session_.is_full = true;
  take("abc", true);
  EXPECT_FALSE(session_.listens);
  handler_->drained();
  EXPECT_TRUE(session_.listens);
}

// Failures.

TEST_F(SaveTest, SaysThatNoFileCanBeMade) {
  fs::remove(directory_.path());
  test::failure_of(Kind::file_make, handler_->take(bytes_of("abc"), true));
  EXPECT_FALSE(handler_->left_over());
}

TEST_F(SaveTest, LeavesNothingOfWhatCannotBeWritten) {
  const test::FullDisk disk(2);
  test::failure_of(Kind::file_write, handler_->take(bytes_of("abc"), false));
  EXPECT_FALSE(handler_->left_over());
  EXPECT_EQ(directory_.names().size(), 0U);
}

TEST_F(SaveTest, SaysThatAFileCannotGetItsName) {
  take("abc", false);
  fs::remove(only_file());
  test::failure_of(Kind::file_write, handler_->take(bytes_of(""), true));
}

}  // namespace
}  // namespace pawl::host::save_test
