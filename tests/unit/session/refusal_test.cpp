// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/session/refusal.hpp>

namespace pawl::test::refusal_test {
namespace {

TEST(Refusal, SaysWhatEachCodeMeansToAClient) {
  EXPECT_EQ(refusal(Reject{RejectCode::failed, 0}).error, Error::authentication_failed);
  EXPECT_EQ(refusal(Reject{RejectCode::unsupported, 0}).error, Error::unsupported);
  EXPECT_EQ(refusal(Reject{RejectCode::busy, 0}).error, Error::busy);
}

/// PROTOCOL.md 11.3: a server, or who speaks for it unasked, keeps nobody away for hours.
TEST(Refusal, ABusyServerIsWaitedForFiveMinutesAtMost) {
  for (const std::uint16_t seconds : std::array<std::uint16_t, 4>{0, 1, 299, 300}) {
    EXPECT_EQ(refusal(Reject{RejectCode::busy, seconds}).retry_after, seconds);
  }
  for (const std::uint16_t seconds : std::array<std::uint16_t, 2>{301, 65535}) {
    EXPECT_EQ(refusal(Reject{RejectCode::busy, seconds}).retry_after, 300);
  }
}

TEST(Refusal, IsNoCloseOfThePeers) {
  const Closed closed = refusal(Reject{RejectCode::failed, 0});
  EXPECT_EQ(closed.reason, CloseReason::normal);
  EXPECT_EQ(closed.retry_after, 0);
  EXPECT_FALSE(closed.incomplete);
}

TEST(Refusal, OfWhatIsNoRejectIsItsError) {
  const Closed closed = refusal(Error::malformed);
  EXPECT_EQ(closed.error, Error::malformed);
  EXPECT_EQ(closed.retry_after, 0);
}

}  // namespace
}  // namespace pawl::test::refusal_test
