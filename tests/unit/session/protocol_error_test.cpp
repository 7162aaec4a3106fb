// SPDX-License-Identifier: Apache-2.0
// An authentic record that breaks the protocol: close (2), PROTOCOL.md 9 and 11.3.
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/puppet.hpp"

namespace pawl::test::protocol_error_test {
namespace {

struct BadRecord {
  const char* name;
  RecordType type;
  std::size_t size;
};

constexpr auto kNoType = static_cast<RecordType>(0);

constexpr BadRecord kBadRecords[] = {
    {"zeros_only", kNoType, 0},
    {"type_7", static_cast<RecordType>(7), 3},
    {"type_255", static_cast<RecordType>(255), 0},
    {"empty_data_more", RecordType::data_more, 0},
    {"ping_of_7", RecordType::ping, 7},
    {"ping_of_9", RecordType::ping, 9},
    {"empty_ping", RecordType::ping, 0},
    {"pong_of_7", RecordType::pong, 7},
    {"pong_of_9", RecordType::pong, 9},
    {"empty_close", RecordType::close, 0},
    {"close_of_2", RecordType::close, 2},
    {"ticket_of_5", RecordType::ticket, 5},
    {"ticket_of_261", RecordType::ticket, 261},
};

using Case = std::tuple<Side, BadRecord>;

class ProtocolError : public testing::TestWithParam<Case> {
 protected:
  Rig rig{std::get<0>(GetParam())};
  BadRecord bad = std::get<1>(GetParam());
  Seen& seen = rig.end().seen;

  void SetUp() override {
    rig.open();
    // A content whose zeros at the end would be padding is none of the bad ones.
    rig.hear(rig.puppet().seal(bad.type, Buffer(bad.size, 0x55)));
  }
};

TEST_P(ProtocolError, IsAnsweredWithACloseAndNothingIsDelivered) {
  const auto records = rig.said();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].type, RecordType::close);
  EXPECT_EQ(hex(records[0].content), "02");
  EXPECT_TRUE(seen.fragments.empty());
}

TEST_P(ProtocolError, IsReportedOnceThePeerHasAnswered) {
  rig.hear(RecordType::data, bytes_of("ignored"));
  EXPECT_FALSE(seen.closed.has_value());
  rig.hear(RecordType::close, unhex("00"));
  ASSERT_TRUE(seen.closed.has_value());
  EXPECT_EQ(seen.closed->error, Error::protocol);
  EXPECT_EQ(seen.closed->reason, CloseReason::protocol);
  EXPECT_TRUE(seen.fragments.empty());
}

TEST_P(ProtocolError, IsReportedIfThePeerSaysNothing) {
  rig.said();
  EXPECT_TRUE(rig.pass(milliseconds(4'999)).empty());
  EXPECT_FALSE(seen.closed.has_value());
  EXPECT_TRUE(rig.pass(milliseconds(1)).empty());
  ASSERT_TRUE(seen.closed.has_value());
  EXPECT_EQ(seen.closed->error, Error::protocol);
}

std::string name_of_case(const testing::TestParamInfo<Case>& test) {
  return side_name(std::get<0>(test.param)) + "_" + std::get<1>(test.param).name;
}

INSTANTIATE_TEST_SUITE_P(Records, ProtocolError,
                         testing::Combine(testing::Values(Side::client, Side::server), testing::ValuesIn(kBadRecords)),
                         name_of_case);

// Tickets, which this build does not have.

TEST(Ticket, IsIgnoredByAClient) {
  Rig rig(Side::client);
  rig.open();
  rig.hear(RecordType::ticket, Buffer(6, 0x55));
  rig.hear(RecordType::ticket, Buffer(260, 0x55));
  EXPECT_TRUE(rig.said().empty());
  rig.hear(RecordType::data, bytes_of("goes on"));
  EXPECT_EQ(hex(rig.client.seen.bytes()), hex(bytes_of("goes on")));
}

TEST(Ticket, IsAProtocolErrorToAServer) {
  Rig rig(Side::server);
  rig.open();
  rig.hear(RecordType::ticket, Buffer(6, 0x55));
  const auto records = rig.said();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(hex(records[0].content), "02");
  rig.hear(RecordType::close, unhex("00"));
  EXPECT_EQ(rig.server.seen.closed.value_or(Closed{}).error, Error::protocol);
}

// A record that is longer than was announced is no matter for its keys: it is bad framing.

TEST(LongRecord, ThanAnnouncedIsTampered) {
  for (const Side side : {Side::client, Side::server}) {
    Rig rig(side);
    rig.end().rx_size = 300;
    rig.open();
    rig.hear(rig.puppet().seal(RecordType::data, pattern(281)));
    EXPECT_TRUE(rig.end().seen.bytes() == pattern(281));
    rig.hear(rig.puppet().seal(RecordType::data, pattern(282)));
    EXPECT_TRUE(rig.session().outgoing().empty());
    EXPECT_EQ(rig.end().seen.closed.value_or(Closed{}).error, Error::tampered);
  }
}

TEST(ShortRecord, IsTampered) {
  for (const Side side : {Side::client, Side::server}) {
    Rig rig(side);
    rig.open();
    rig.hear(unhex("4010"));
    EXPECT_EQ(rig.end().seen.closed.value_or(Closed{}).error, Error::tampered);
  }
}

}  // namespace
}  // namespace pawl::test::protocol_error_test
