// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>
#include <pawl/host/server/half_open.hpp>
#include <vector>

namespace pawl::host::half_open_test {
namespace {

constexpr Limits kLimits{256, 8, 50, 5};

/// The prefix of addresses a.b.c.x.
SourcePrefix ipv4(unsigned a, unsigned b, unsigned c) {
  return {4, static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(b), static_cast<std::uint8_t>(c)};
}

class HalfOpen : public testing::Test {
 protected:
  bool enter(const SourcePrefix& source) {
    auto permit = limit_.enter(source, nullptr);
    const bool entered = permit != nullptr;
    if (entered) permits_.push_back(std::move(permit));
    return entered;
  }

  HalfOpenLimit limit_{kLimits};
  std::vector<std::unique_ptr<HalfOpenLimit::Permit>> permits_;
};

TEST_F(HalfOpen, IsEightForASource) {
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(enter(ipv4(192, 0, 2)));
  EXPECT_FALSE(enter(ipv4(192, 0, 2)));
  EXPECT_TRUE(enter(ipv4(192, 0, 3)));
  permits_.erase(permits_.begin());
  EXPECT_TRUE(enter(ipv4(192, 0, 2)));
  EXPECT_FALSE(enter(ipv4(192, 0, 2)));
}

TEST_F(HalfOpen, Is256InAll) {
  for (unsigned i = 0; i < 256; ++i) EXPECT_TRUE(enter(ipv4(10, 0, i)));
  EXPECT_FALSE(enter(ipv4(10, 1, 0)));
  permits_.pop_back();
  EXPECT_TRUE(enter(ipv4(10, 1, 0)));
}

/// Somebody who has a permit and may be evicted.
class Stranger final : public HalfOpenLimit::Holder {
 public:
  void evict() override { permit.reset(); }
  std::unique_ptr<HalfOpenLimit::Permit> permit;
};

class Strangers : public testing::Test {
 protected:
  Stranger& enter(const SourcePrefix& source) {
    Stranger& stranger = *strangers_.emplace_back(std::make_unique<Stranger>());
    stranger.permit = limit_.enter(source, &stranger);
    return stranger;
  }

  HalfOpenLimit limit_{kLimits};
  std::vector<std::unique_ptr<Stranger>> strangers_;
};

TEST_F(Strangers, TheOldestOfASourceMakesRoomForItsNext) {
  Stranger& elsewhere = enter(ipv4(198, 51, 100));
  for (int i = 0; i < 8; ++i) enter(ipv4(192, 0, 2));
  EXPECT_TRUE(enter(ipv4(192, 0, 2)).permit);
  EXPECT_FALSE(strangers_[1]->permit);
  EXPECT_TRUE(strangers_[2]->permit);
  EXPECT_TRUE(elsewhere.permit);
}

TEST_F(Strangers, TheOldestOfAllMakesRoomForANewcomerFromElsewhere) {
  for (unsigned i = 0; i < 256; ++i) enter(ipv4(10, 0, i));
  EXPECT_TRUE(enter(ipv4(192, 0, 2)).permit);
  EXPECT_FALSE(strangers_[0]->permit);
  EXPECT_TRUE(strangers_[1]->permit);
}

TEST_F(Strangers, WhoHasShownSomethingStays) {
  for (int i = 0; i < 8; ++i) enter(ipv4(192, 0, 2)).permit->keep();
  EXPECT_FALSE(enter(ipv4(192, 0, 2)).permit);
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(strangers_[static_cast<std::size_t>(i)]->permit);
}

TEST_F(Strangers, RoomIsMadeByTheOldestIfThereIsOne) {
  limit_.make_room();
  enter(ipv4(192, 0, 2)).permit->keep();
  Stranger& second = enter(ipv4(192, 0, 2));
  Stranger& third = enter(ipv4(192, 0, 2));
  limit_.make_room();
  EXPECT_TRUE(strangers_[0]->permit);
  EXPECT_FALSE(second.permit);
  EXPECT_TRUE(third.permit);
}

}  // namespace
}  // namespace pawl::host::half_open_test
