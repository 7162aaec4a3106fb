// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/names.hpp"

namespace pawl::test::datagram_messages_test {
namespace {

class DatagramFlows : public testing::TestWithParam<Flow> {};

TEST_P(DatagramFlows, MessagesOfEverySizeBothWays) {
  DatagramPair pair(GetParam());
  ASSERT_TRUE(pair.open());
  ASSERT_GT(pair.client().longest_message(), 1000U);
  const std::size_t place = pair.open_place();
  for (std::size_t size = 0; size <= pair.client().longest_message(); size += 97) {
    const Buffer message = pattern(size);
    EXPECT_TRUE(pair.client().send(message, pair.now()).ok());
    pair.deliver();
    EXPECT_EQ(pair.server_seen[place].fragments.back().bytes, message);
    EXPECT_TRUE(pair.session().send(message, pair.now()).ok());
    pair.deliver();
    EXPECT_EQ(pair.seen.fragments.back().bytes, message);
    EXPECT_TRUE(pair.seen.fragments.back().last);
  }
}

TEST_P(DatagramFlows, TheLongestMessageIsOneDatagram) {
  DatagramPair pair(GetParam());
  ASSERT_TRUE(pair.open());
  const std::size_t longest = pair.client().longest_message();
  EXPECT_EQ(pair.client().send(pattern(longest + 1), pair.now()).error(), Error::too_long);
  pair.deliver();
  const std::size_t datagrams = pair.sent_by_client.size();
  EXPECT_TRUE(pair.client().send(pattern(longest), pair.now()).ok());
  EXPECT_EQ(pair.client().send({}, pair.now()).error(), Error::would_block);
  pair.deliver();
  EXPECT_EQ(pair.sent_by_client.size(), datagrams + 1);
  EXPECT_EQ(pair.server_seen[pair.open_place()].fragments.size(), 1U);
}

TEST_P(DatagramFlows, CloseInGoodOrder) {
  DatagramPair pair(GetParam());
  ASSERT_TRUE(pair.open());
  const std::size_t place = pair.open_place();
  pair.client().close(pair.now());
  pair.deliver();
  ASSERT_TRUE(pair.seen.closed.has_value());
  EXPECT_EQ(pair.seen.closed->error, Error::none);
  ASSERT_TRUE(pair.server_seen[place].closed.has_value());
  EXPECT_EQ(pair.server_seen[place].closed->error, Error::none);
  EXPECT_TRUE(pair.client().is_over());
  pair.pass(Config::kCloseWait);
  EXPECT_TRUE(pair.server().session(place).vacant());
}

INSTANTIATE_TEST_SUITE_P(All, DatagramFlows, testing::ValuesIn(kFlows), name_of_flow);

}  // namespace
}  // namespace pawl::test::datagram_messages_test
