// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/port/baremetal/receive_queue.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::receive_queue_test {
namespace {

TEST(ReceiveQueue, GivesWhatWasPutInOrder) {
  ByteArray<8> storage{};
  ReceiveQueue queue(storage);
  std::uint8_t put = 0;
  std::uint8_t taken = 0;
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < round % 8 && !queue.full(); ++i) queue.put(put++);
    const Bytes pending = queue.pending();
    const std::size_t used = pending.size() > 1 ? pending.size() - 1 : pending.size();
    for (std::size_t i = 0; i < used; ++i) ASSERT_EQ(pending[i], taken++);
    queue.consume(used);
  }
  EXPECT_GT(taken, 100);
}

TEST(ReceiveQueue, IsFullWithOneByteLessThanItsStorage) {
  ByteArray<4> storage{};
  ReceiveQueue queue(storage);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(queue.full());
    queue.put(1);
  }
  EXPECT_TRUE(queue.full());
  queue.consume(1);
  EXPECT_FALSE(queue.full());
}

TEST(ReceiveQueue, KeepsNothingOfWhatWasUsed) {
  ByteArray<4> storage{};
  ReceiveQueue queue(storage);
  for (int round = 0; round < 4; ++round) {
    queue.put(1);
    queue.put(2);
    queue.consume(1);
    EXPECT_EQ(std::ranges::count(storage, 0), 3) << "but for the byte that is yet to be used";
    queue.consume(1);
    EXPECT_EQ(std::ranges::count(storage, 0), 4);
  }
}

TEST(ReceiveQueue, WhatIsPutMeanwhileDoesNotChangeWhatIsPending) {
  ByteArray<4> storage{};
  ReceiveQueue queue(storage);
  queue.put(1);
  const Bytes pending = queue.pending();
  queue.put(2);
  queue.put(3);
  EXPECT_EQ(hex(pending), "01");
  queue.consume(pending.size());
  EXPECT_EQ(hex(queue.pending()), "0203");
}

}  // namespace
}  // namespace pawl::test::receive_queue_test
