// SPDX-License-Identifier: Apache-2.0
// Messages of any length in records of a small size, PROTOCOL.md 9.
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/puppet.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::messages_test {
namespace {

/// A pong record is 27 bytes and a close record 20; the send buffer keeps room for both, and a record adds 19 to its
/// content.
constexpr std::size_t kReserved = 27 + 20;
constexpr std::size_t kOverhead = 19;

struct Sizes {
  const char* name;
  /// Of the sender's send buffer and the receiver's receive buffer.
  std::size_t tx;
  std::size_t rx;
  std::uint16_t max_rx;
  /// The longest content of a record that follows.
  std::size_t fragment;
};

constexpr Sizes kSizes[] = {
    {"smallest_buffers", 256, 256, 8191, 256 - kReserved - kOverhead},
    {"small_send_buffer", 256, 4096, 8191, 256 - kReserved - kOverhead},
    {"small_receive_buffer", 4096, 256, 8191, 256 - kOverhead},
    {"shortest_records", 512, 512, 64, 64 + 2 - kOverhead},
    {"longest_records", 20000, 20000, 8191, 8191 + 2 - kOverhead},
};

class Messages : public testing::TestWithParam<Sizes> {
 protected:
  const Sizes& sizes = GetParam();
  Pair pair{kRawKeyPsk};

  void SetUp() override {
    pair.client.tx_size = sizes.tx;
    pair.server.rx_size = sizes.rx;
    pair.server.settings.max_rx = sizes.max_rx;
    pair.open();
  }

  /// Sends all of a message, delivering whenever there is no more room.
  void send(Bytes message) {
    std::size_t taken = 0;
    do {
      const std::size_t n = pair.client.send(message.subspan(taken), pair.now);
      taken += n;
      pair.deliver();
      ASSERT_TRUE(n > 0 || message.empty()) << "no room, although all was delivered";
    } while (taken < message.size());
  }
};

TEST_P(Messages, OfEveryLengthArriveWholeInFragmentsAsLongAsFit) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, sizes.fragment - 1, sizes.fragment, sizes.fragment + 1,
                                 2 * sizes.fragment, std::size_t{100'000}}) {
    SCOPED_TRACE(size);
    pair.server.seen.fragments.clear();
    send(pattern(size));
    const auto& fragments = pair.server.seen.fragments;
    EXPECT_EQ(fragments.size(), size == 0 ? 1 : (size + sizes.fragment - 1) / sizes.fragment);
    EXPECT_EQ(pair.server.seen.messages(), 1U);
    ASSERT_FALSE(fragments.empty());
    EXPECT_TRUE(fragments.back().last);
    for (std::size_t i = 0; i + 1 < fragments.size(); ++i) ASSERT_EQ(fragments[i].bytes.size(), sizes.fragment);
    EXPECT_TRUE(pair.server.seen.bytes() == pattern(size));
  }
}

TEST_P(Messages, AreInNoRecordLongerThanTheReceiverTakes) {
  send(pattern(3 * sizes.fragment));
  for (const Buffer& unit : units_of(pair.sent(Side::client))) {
    if (unit.front() == 0) continue;
    EXPECT_LE(unit.size(), std::min<std::size_t>(sizes.rx, sizes.max_rx + 2U));
  }
}

INSTANTIATE_TEST_SUITE_P(Buffers, Messages, testing::ValuesIn(kSizes),
                         [](const auto& test) { return std::string(test.param.name); });

// Fragments as the application makes them.

TEST(Fragments, GoOutAsTheyAreGiven) {
  for (const Side side : {Side::client, Side::server}) {
    Rig rig(side);
    rig.open();
    EXPECT_EQ(rig.session().send(bytes_of("a"), false, rig.now).value(), 1U);
    EXPECT_EQ(rig.session().send(bytes_of("b"), false, rig.now).value(), 1U);
    EXPECT_EQ(rig.session().send({}, false, rig.now).value(), 0U) << "an empty fragment is none";
    EXPECT_EQ(rig.session().send({}, true, rig.now).value(), 0U) << "but it can end a message";
    const auto records = rig.said();
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(records[0].type, RecordType::data_more);
    EXPECT_EQ(hex(records[0].content), hex(bytes_of("a")));
    EXPECT_EQ(records[1].type, RecordType::data_more);
    EXPECT_EQ(records[2].type, RecordType::data);
    EXPECT_TRUE(records[2].content.empty());
  }
}

TEST(Fragments, ThatDoNotFitDoNotEndTheMessage) {
  Rig rig(Side::client);
  rig.open();
  const auto taken = rig.session().send(pattern(1000), true, rig.now);
  ASSERT_TRUE(taken.ok());
  EXPECT_LT(taken.value(), 1000U);
  const auto records = rig.said();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].type, RecordType::data_more);
  EXPECT_EQ(records[0].content.size(), taken.value());
}

class Received : public testing::TestWithParam<Side> {
 protected:
  Rig rig{GetParam()};
  Seen& seen = rig.end().seen;
  void SetUp() override { rig.open(); }
};

TEST_P(Received, FragmentsAreHandedUpAsTheyComeAndTheLastIsMarked) {
  rig.hear(RecordType::data_more, bytes_of("one"));
  rig.hear(RecordType::data_more, bytes_of("two"));
  EXPECT_EQ(seen.messages(), 0U);
  rig.hear(RecordType::data);
  ASSERT_EQ(seen.fragments.size(), 3U);
  EXPECT_TRUE(seen.fragments[2].bytes.empty());
  EXPECT_TRUE(seen.fragments[2].last);
  EXPECT_EQ(hex(seen.bytes()), hex(bytes_of("onetwo")));
}

TEST_P(Received, PingsAndPongsMayComeBetweenFragments) {
  rig.hear(RecordType::data_more, bytes_of("one"));
  rig.hear(RecordType::ping, bytes_of("12345678"));
  rig.hear(RecordType::pong, bytes_of("unasked!"));
  rig.hear(RecordType::data, bytes_of("two"));
  EXPECT_EQ(hex(seen.bytes()), hex(bytes_of("onetwo")));
  EXPECT_EQ(seen.messages(), 1U);
  const auto records = rig.said();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].type, RecordType::pong);
  EXPECT_EQ(hex(records[0].content), hex(bytes_of("12345678")));
}

TEST_P(Received, PaddingIsNoPartOfAMessage) {
  rig.hear(rig.puppet().seal(RecordType::data, bytes_of("padded"), 100));
  rig.hear(rig.puppet().seal(RecordType::data, unhex("0000"), 1));
  ASSERT_EQ(seen.fragments.size(), 2U);
  EXPECT_EQ(hex(seen.fragments[0].bytes), hex(bytes_of("padded")));
  EXPECT_EQ(hex(seen.fragments[1].bytes), "0000") << "zeros of the message are no padding";
}

TEST_P(Received, AMessageNotEndedBeforeCloseIsReportedIncomplete) {
  rig.hear(RecordType::data_more, bytes_of("half"));
  rig.hear(RecordType::close, unhex("00"));
  ASSERT_TRUE(seen.closed.has_value());
  EXPECT_EQ(seen.closed->error, Error::none);
  EXPECT_TRUE(seen.closed->incomplete);
}

TEST_P(Received, AMessageEndedBeforeCloseIsNot) {
  rig.hear(RecordType::data_more, bytes_of("half"));
  rig.hear(RecordType::data, bytes_of("other half"));
  rig.hear(RecordType::close, unhex("00"));
  ASSERT_TRUE(seen.closed.has_value());
  EXPECT_FALSE(seen.closed->incomplete);
}

TEST_P(Received, AMessageIsReportedIncompleteHoweverTheSessionEnds) {
  rig.hear(RecordType::data_more, bytes_of("half"));
  rig.hear(unhex("ff"));
  ASSERT_TRUE(seen.closed.has_value());
  EXPECT_EQ(seen.closed->error, Error::tampered);
  EXPECT_TRUE(seen.closed->incomplete);
}

INSTANTIATE_TEST_SUITE_P(Sides, Received, testing::Values(Side::client, Side::server), name_of_side);

TEST(Incomplete, IsReportedToAClientThatIsRefused) {
  Rig rig(Side::client);
  rig.open();
  rig.hear(RecordType::data_more, bytes_of("half"));
  rig.hear(unhex("0002060003010000"));
  ASSERT_TRUE(rig.client.seen.closed.has_value());
  EXPECT_TRUE(rig.client.seen.closed->incomplete);
}

TEST(Incomplete, IsReportedWithATruncation) {
  Rig rig(Side::server);
  rig.open();
  rig.hear(RecordType::data_more, bytes_of("half"));
  rig.server.end_of_stream(rig.now);
  ASSERT_TRUE(rig.server.seen.closed.has_value());
  EXPECT_EQ(rig.server.seen.closed->error, Error::truncated);
  EXPECT_TRUE(rig.server.seen.closed->incomplete);
}

}  // namespace
}  // namespace pawl::test::messages_test
