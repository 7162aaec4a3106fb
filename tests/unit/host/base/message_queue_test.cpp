// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/message_queue.hpp>

#include <gtest/gtest.h>

#include <string>

namespace pawl::host::message_queue_test {
namespace {

std::string front_of(const MessageQueue& queue) {
  const Bytes front = queue.front();
  return {front.begin(), front.end()};
}

TEST(MessageQueue, GivesMessagesInOrder) {
  MessageQueue queue(100);
  EXPECT_TRUE(queue.empty());
  queue.push("one", true);
  queue.push("two", true);
  EXPECT_EQ(front_of(queue), "one");
  queue.pop(3);
  EXPECT_EQ(front_of(queue), "two");
  queue.pop(3);
  EXPECT_TRUE(queue.empty());
}

TEST(MessageQueue, JoinsThePartsOfAMessage) {
  MessageQueue queue(100);
  queue.push("o", false);
  EXPECT_FALSE(queue.front_is_whole());
  queue.push("ne", true);
  EXPECT_TRUE(queue.front_is_whole());
  EXPECT_EQ(front_of(queue), "one");
}

TEST(MessageQueue, GoesOnWithAMessageOfWhichAllSoFarIsSent) {
  MessageQueue queue(100);
  queue.push("o", false);
  queue.pop(1);
  EXPECT_TRUE(queue.empty());
  queue.push("", true);
  EXPECT_TRUE(queue.front_is_whole());
  EXPECT_EQ(front_of(queue), "");
  queue.pop(0);
  EXPECT_TRUE(queue.empty());
}

TEST(MessageQueue, GivesAMessageInPieces) {
  MessageQueue queue(100);
  queue.push("one", true);
  queue.pop(1);
  EXPECT_EQ(front_of(queue), "ne");
  queue.push("two", true);
  EXPECT_EQ(front_of(queue), "ne");
  queue.pop(2);
  EXPECT_EQ(front_of(queue), "two");
}

TEST(MessageQueue, IsFullAtItsLimitAndNotBefore) {
  MessageQueue queue(4);
  queue.push("ab", false);
  EXPECT_FALSE(queue.full());
  queue.push("c", true);
  EXPECT_TRUE(queue.full());
  queue.pop(1);
  EXPECT_FALSE(queue.full());
}

TEST(MessageQueue, EmptyMessagesFillItToo) {
  MessageQueue queue(3);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(queue.full());
    queue.push("", true);
  }
  EXPECT_TRUE(queue.full());
  for (int i = 0; i < 3; ++i) queue.pop(0);
  EXPECT_TRUE(queue.empty());
  EXPECT_FALSE(queue.full());
}

TEST(MessageQueue, DropsAMessageWithWhatIsStillToCome) {
  MessageQueue queue(100);
  queue.push("o", false);
  queue.drop_front();
  EXPECT_TRUE(queue.empty());
  queue.push("n", false);
  queue.push("e", true);
  EXPECT_TRUE(queue.empty());
  queue.push("two", true);
  EXPECT_EQ(front_of(queue), "two");
  queue.drop_front();
  queue.push("three", true);
  EXPECT_EQ(front_of(queue), "three");
}

TEST(MessageQueue, ForgetsAll) {
  MessageQueue queue(3);
  queue.push("abcdef", true);
  queue.pop(2);
  queue.clear();
  EXPECT_TRUE(queue.empty());
  EXPECT_FALSE(queue.full());
  queue.push("x", true);
  EXPECT_EQ(front_of(queue), "x");
}

}  // namespace
}  // namespace pawl::host::message_queue_test
