// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/session/outbox.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::outbox_test {
namespace {

class OutboxTest : public testing::Test {
 protected:
  void write(std::string_view text) {
    copy(bytes_of(text), outbox.space());
    outbox.commit(text.size());
  }
  [[nodiscard]] std::string pending() const { return {outbox.pending().begin(), outbox.pending().end()}; }

  ByteArray<8> storage{};
  Outbox outbox{storage};
};

TEST_F(OutboxTest, GivesWhatWasWrittenInOrder) {
  write("abc");
  write("de");
  EXPECT_EQ(pending(), "abcde");
  outbox.consume(2);
  EXPECT_EQ(pending(), "cde");
  outbox.consume(3);
  EXPECT_EQ(pending(), "");
}

TEST_F(OutboxTest, WhatIsWrittenCountsOnceItIsCommitted) {
  copy(bytes_of("abc"), outbox.space());
  EXPECT_EQ(pending(), "");
  outbox.commit(2);
  EXPECT_EQ(pending(), "ab");
}

TEST_F(OutboxTest, AllRoomIsInOnePieceWhereverTheRestStands) {
  EXPECT_EQ(outbox.capacity(), 8U);
  for (std::size_t sent = 0; sent <= 6; ++sent) {
    outbox.clear();
    write("abcdef");
    outbox.consume(sent);
    EXPECT_EQ(outbox.room(), 2 + sent);
    EXPECT_EQ(outbox.space().size(), 2 + sent);
    EXPECT_EQ(pending(), std::string("abcdef").substr(sent));
    EXPECT_EQ(outbox.room(), 2 + sent);
  }
}

TEST_F(OutboxTest, TakesNoMoreAsSentThanThereIs) {
  write("abcd");
  outbox.consume(1);
  outbox.consume(7);
  EXPECT_EQ(pending(), "");
  write("e");
  EXPECT_EQ(pending(), "e");
}

TEST_F(OutboxTest, AWriterHasWhatRoomThereIs) {
  write("abcdef");
  outbox.consume(5);
  Writer writer = outbox.writer();
  writer.bytes(bytes_of("1234567"));
  EXPECT_TRUE(writer.ok());
  outbox.commit(writer.written().size());
  EXPECT_EQ(pending(), "f1234567");
  Writer none = outbox.writer();
  none.u8(1);
  EXPECT_FALSE(none.ok());
}

TEST_F(OutboxTest, IsEmptyOnceCleared) {
  write("abc");
  outbox.consume(1);
  outbox.clear();
  EXPECT_EQ(pending(), "");
  EXPECT_EQ(outbox.room(), 8U);
}

}  // namespace
}  // namespace pawl::test::outbox_test
