// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/echo.hpp>

#include <gtest/gtest.h>

#include <string>

#include <pawl/host/base/text.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/gateways.hpp"

namespace pawl::host::echo_test {
namespace {

class EchoTest : public testing::Test {
 protected:
  /// What is answered to a fragment.
  test::TestSession::Part take(const std::string& fragment, bool last) {
    EXPECT_TRUE(handler_->take(bytes_of(fragment), last).ok());
    return session_.sent.back();
  }

  Echo echo_;
  test::TestSession session_;
  std::unique_ptr<SessionHandler> handler_ = test::value_of(echo_.open(session_));
};

TEST_F(EchoTest, AnswersAMessageWithItself) {
  const auto answer = take("hello", true);
  EXPECT_EQ(answer.bytes, "Server received: hello");
  EXPECT_TRUE(answer.last);
}

TEST_F(EchoTest, AnswersFragmentByFragment) {
  const auto first = take("one ", false);
  EXPECT_EQ(first.bytes, "Server received: one ");
  EXPECT_FALSE(first.last);
  EXPECT_EQ(take("two ", false).bytes, "two ");
  const auto last = take("", true);
  EXPECT_EQ(last.bytes, "");
  EXPECT_TRUE(last.last);
}

TEST_F(EchoTest, BeginsEachAnswerAlike) {
  take("one", false);
  take("", true);
  EXPECT_EQ(take("two", true).bytes, "Server received: two");
  EXPECT_EQ(take("", true).bytes, "Server received: ");
}

TEST_F(EchoTest, TakesAnyBytes) {
  const std::string bytes("\0\xFF\n", 3);
  EXPECT_EQ(take(bytes, true).bytes, "Server received: " + bytes);
}

TEST_F(EchoTest, LeavesNothing) {
  take("one", false);
  EXPECT_FALSE(handler_->left_over());
}

TEST_F(EchoTest, DoesNotListenToAClientThatDoesNotRead) {
  take("one", true);
  EXPECT_TRUE(session_.listens);
  session_.is_full = true;
  EXPECT_TRUE(handler_->take(bytes_of("two"), true).ok());
  EXPECT_FALSE(session_.listens);
  handler_->drained();
  EXPECT_TRUE(session_.listens);
}

/// What one client has begun is nothing to the others.
TEST_F(EchoTest, AnswersEachSessionByItself) {
  test::TestSession other;
  const auto handler = test::value_of(echo_.open(other));
  take("one", false);
  EXPECT_TRUE(handler->take(bytes_of("two"), true).ok());
  EXPECT_EQ(other.sent.back().bytes, "Server received: two");
}

}  // namespace
}  // namespace pawl::host::echo_test
