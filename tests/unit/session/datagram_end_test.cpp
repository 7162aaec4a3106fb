// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/session/datagram_end.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::datagram_end_test {
namespace {

/// An end that has nothing to do but to tell.
class Teller : public DatagramEnd {
 public:
  explicit Teller(MutBytes tx) : DatagramEnd(tx) {}

  void tell(const Event& event) { event_ = event; }
  void close(Error error) { closed_ = Closed{error}; }
  void say(Bytes datagram) { slot_.put(datagram); }
};

class DatagramEndTest : public testing::Test {
 protected:
  ByteArray<8> tx{};
  Teller end{tx};
};

TEST_F(DatagramEndTest, HasNothingToTellAtFirst) {
  EXPECT_FALSE(end.event_waits());
  EXPECT_FALSE(is_event(end.next_event()));
  EXPECT_TRUE(end.outgoing().empty());
}

TEST_F(DatagramEndTest, TellsAnEventOnce) {
  end.tell(Established{});
  EXPECT_TRUE(end.event_waits());
  EXPECT_TRUE(std::holds_alternative<Established>(end.next_event()));
  EXPECT_FALSE(end.event_waits());
  EXPECT_FALSE(is_event(end.next_event()));
}

/// A message that came in the datagram before the close is not lost with it.
TEST_F(DatagramEndTest, TellsOfTheEndAfterWhatCameBefore) {
  end.tell(Message{bytes_of("last"), true});
  end.close(Error::idle);
  EXPECT_TRUE(std::holds_alternative<Message>(end.next_event()));
  EXPECT_TRUE(end.event_waits());
  const Event event = end.next_event();
  const auto* closed = std::get_if<Closed>(&event);
  ASSERT_NE(closed, nullptr);
  EXPECT_EQ(closed->error, Error::idle);
  EXPECT_FALSE(end.event_waits());
  EXPECT_FALSE(is_event(end.next_event()));
}

TEST_F(DatagramEndTest, WhatIsToBeSentIsNoEvent) {
  end.say(bytes_of("datagram"));
  EXPECT_EQ(hex(end.outgoing()), hex(bytes_of("datagram")));
  EXPECT_FALSE(end.event_waits());
}

}  // namespace
}  // namespace pawl::test::datagram_end_test
