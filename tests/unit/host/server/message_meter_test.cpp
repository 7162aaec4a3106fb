// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/message_meter.hpp>

#include <gtest/gtest.h>

namespace pawl::host::message_meter_test {
namespace {

constexpr Instant kStart{1'000'000};

class MessageMeterTest : public testing::Test {
 protected:
  /// A message comes if it may.
  bool come(Instant now) {
    if (meter_.held_until(now)) return false;
    EXPECT_TRUE(meter_.take(1, true, now));
    return true;
  }

  Limits limits_;
  MessageMeter meter_{limits_};
};

TEST_F(MessageMeterTest, LetsAllPassByDefault) {
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(come(kStart));
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(meter_.take(1'000'000, false, kStart));
}

TEST_F(MessageMeterTest, MeasuresEachMessageByItself) {
  limits_.message_size = 100;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(meter_.take(60, false, kStart));
    EXPECT_TRUE(meter_.take(40, true, kStart));
  }
  EXPECT_TRUE(meter_.take(100, true, kStart));
  EXPECT_TRUE(meter_.take(0, true, kStart));
}

TEST_F(MessageMeterTest, NoticesOneThatIsTooLongBeforeItsEnd) {
  limits_.message_size = 100;
  EXPECT_TRUE(meter_.take(100, false, kStart));
  EXPECT_FALSE(meter_.take(1, false, kStart));
}

TEST_F(MessageMeterTest, NoticesOneThatIsTooLongAtItsEnd) {
  limits_.message_size = 100;
  EXPECT_FALSE(meter_.take(101, true, kStart));
}

TEST_F(MessageMeterTest, HoldsMessagesBeyondTheRateUpUntilThereIsRoom) {
  limits_.message_rate = 4;
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(come(kStart));
  EXPECT_FALSE(come(kStart));
  EXPECT_EQ(meter_.held_until(kStart), kStart + milliseconds(250));
  EXPECT_EQ(meter_.held_until(kStart + milliseconds(249)), kStart + milliseconds(250));
  EXPECT_TRUE(come(kStart + milliseconds(250)));
  EXPECT_FALSE(come(kStart + milliseconds(250)));
}

TEST_F(MessageMeterTest, FollowsARateThatChanges) {
  limits_.message_rate = 1;
  EXPECT_TRUE(come(kStart));
  EXPECT_EQ(meter_.held_until(kStart), kStart + seconds(1));
  limits_.message_rate = 0;
  EXPECT_TRUE(come(kStart));
  EXPECT_TRUE(come(kStart));
  limits_.message_rate = 3;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(come(kStart));
  EXPECT_EQ(meter_.held_until(kStart), kStart + milliseconds(334)) << "rounded up, so that there is room then";
  EXPECT_TRUE(come(kStart + milliseconds(334)));
}

}  // namespace
}  // namespace pawl::host::message_meter_test
