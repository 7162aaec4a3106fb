// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/session/datagram_slot.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::datagram_slot_test {
namespace {

class DatagramSlotTest : public testing::Test {
 protected:
  [[nodiscard]] std::string pending() const { return {slot.pending().begin(), slot.pending().end()}; }

  ByteArray<8> storage{};
  DatagramSlot slot{storage};
};

TEST_F(DatagramSlotTest, IsEmptyAtFirst) {
  EXPECT_TRUE(slot.empty());
  EXPECT_EQ(pending(), "");
  EXPECT_EQ(slot.capacity(), storage.size());
}

TEST_F(DatagramSlotTest, WhatIsWrittenCountsOnceItIsCommitted) {
  copy(bytes_of("abc"), slot.space());
  EXPECT_TRUE(slot.empty());
  slot.commit(2);
  EXPECT_FALSE(slot.empty());
  EXPECT_EQ(pending(), "ab");
}

TEST_F(DatagramSlotTest, TakesACopy) {
  Buffer datagram(storage.size(), 'x');
  slot.put(datagram);
  datagram.assign(storage.size(), 'y');
  EXPECT_EQ(pending(), "xxxxxxxx");
}

/// A frame that is sent again is not made again.
TEST_F(DatagramSlotTest, KeepsTheBytesOfWhatWasSent) {
  slot.put(bytes_of("frame"));
  slot.uncommit();
  EXPECT_TRUE(slot.empty());
  EXPECT_EQ(slot.space().size(), storage.size());
  slot.commit(5);
  EXPECT_EQ(pending(), "frame");
}

TEST_F(DatagramSlotTest, TheNextOneNeedNotBeAsLong) {
  slot.put(bytes_of("longer"));
  slot.uncommit();
  slot.put(bytes_of("no"));
  EXPECT_EQ(pending(), "no");
}

}  // namespace
}  // namespace pawl::test::datagram_slot_test
