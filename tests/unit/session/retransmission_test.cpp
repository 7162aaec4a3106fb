// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/base/config.hpp>
#include <pawl/session/retransmission.hpp>

namespace pawl::test::retransmission_test {
namespace {

constexpr Instant kNow{1000};
constexpr std::array kWaits{1000U, 1000U, 2000U, 3000U, 4000U, 5000U, 6000U};

TEST(Retransmission, VariesEachWaitByAQuarterAtMost) {
  for (const std::uint8_t jitter : {std::uint8_t{0}, std::uint8_t{128}, std::uint8_t{255}}) {
    ByteArray<7> bytes{};
    bytes.fill(jitter);
    Retransmission schedule(kNow, bytes);
    Instant at = kNow;
    for (const unsigned wait : kWaits) {
      at = at + milliseconds(wait * (384 + jitter) / 512);
      EXPECT_EQ(schedule.deadline(), at);
      EXPECT_FALSE(schedule.due({at.ms - 1}));
      EXPECT_TRUE(schedule.due(at));
      EXPECT_FALSE(schedule.due(at)) << "once";
    }
    EXPECT_EQ(schedule.deadline(), kNow + Config::kClientHandshake);
    EXPECT_FALSE(schedule.exhausted({schedule.deadline().ms - 1}));
    EXPECT_TRUE(schedule.exhausted(schedule.deadline()));
    EXPECT_FALSE(schedule.due(schedule.deadline()));
  }
}

TEST(Retransmission, CeasesForAWhileButNoLongerThanItWould) {
  Retransmission early(kNow, ByteArray<7>{});
  early.cease(kNow, seconds(3));
  EXPECT_EQ(early.deadline(), kNow + seconds(3));
  EXPECT_FALSE(early.due(kNow + seconds(2)));
  EXPECT_TRUE(early.exhausted(kNow + seconds(3)));
  Retransmission late(kNow, ByteArray<7>{});
  late.cease(kNow + seconds(30), seconds(3));
  EXPECT_EQ(late.deadline(), kNow + Config::kClientHandshake);
}

}  // namespace
}  // namespace pawl::test::retransmission_test
