// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/net/buffer_pool.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace pawl::host::buffer_pool_test {
namespace {

bool is_zero(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

TEST(BufferPool, GivesBuffersThatNobodyElseUses) {
  BufferPool pool;
  const auto first = pool.take();
  const auto second = pool.take();
  ASSERT_TRUE(first && second);
  EXPECT_NE(first, second);
}

TEST(BufferPool, MakesNoMoreThanWereInUseAtATime) {
  BufferPool pool;
  std::set<Buffers*> made;
  for (int round = 0; round < 3; ++round) {
    auto first = pool.take();
    auto second = pool.take();
    made.insert({first.get(), second.get()});
    pool.give_back(std::move(first));
    pool.give_back(std::move(second));
  }
  EXPECT_EQ(made.size(), 2U);
}

TEST(BufferPool, WipesWhatIsGivenBack) {
  BufferPool pool;
  auto buffers = pool.take();
  Buffers* const same = buffers.get();
  buffers->receive.fill(0xA1);
  buffers->send.fill(0xA2);
  buffers->input.fill(0xA3);
  pool.give_back(std::move(buffers));
  buffers = pool.take();
  ASSERT_EQ(buffers.get(), same);
  EXPECT_TRUE(is_zero(buffers->receive));
  EXPECT_TRUE(is_zero(buffers->send));
  EXPECT_TRUE(is_zero(buffers->input));
}

}  // namespace
}  // namespace pawl::host::buffer_pool_test
