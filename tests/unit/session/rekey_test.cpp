// SPDX-License-Identifier: Apache-2.0
// Rekeying, PROTOCOL.md 10: by count, by age, on request; and the receiver follows.
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/puppet.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::rekey_test {
namespace {

constexpr Duration kHour = seconds(3600);

/// One letter a record, capital in an odd epoch: "ddDDd" are five data records in three epochs.
std::string epochs(const std::vector<Record>& records) {
  std::string text;
  for (const Record& record : records) {
    constexpr std::string_view kEven = "?dmpqct";
    constexpr std::string_view kOdd = "?DMPQCT";
    text += (record.odd_epoch ? kOdd : kEven).at(static_cast<std::size_t>(record.type));
  }
  return text;
}

std::string epochs(const std::vector<Rig::Said>& said) {
  std::vector<Record> records;
  for (const auto& each : said) records.push_back(each.record);
  return epochs(records);
}

class Rekey : public testing::TestWithParam<Side> {
 protected:
  Rig rig{GetParam()};

  void SetUp() override {
    rig.client.settings.idle = 0;
    rig.server.settings.idle = 0;
    // Only the session's own limit: the puppet has none.
    Settings& settings = GetParam() == Side::client ? static_cast<Settings&>(rig.client.settings) : rig.server.settings;
    settings.soft_record_limit = 3;
    rig.open();
  }

  void send(std::string_view text = "text") { ASSERT_GT(rig.end().send(bytes_of(text), rig.now), 0U); }
};

TEST_P(Rekey, ComesBeforeTheRecordBeyondTheSoftLimit) {
  for (int i = 0; i < 10; ++i) send();
  EXPECT_EQ(epochs(rig.said()), "dddDDDdddD");
}

TEST_P(Rekey, CountsRecordsOfEveryKind) {
  send();
  rig.hear(RecordType::ping, bytes_of("12345678"));
  rig.hear(RecordType::ping, bytes_of("12345678"));
  send();
  rig.session().close(rig.now);
  EXPECT_EQ(epochs(rig.said()), "dqqDC");
}

TEST_P(Rekey, ComesWithACloseToo) {
  for (int i = 0; i < 3; ++i) send();
  rig.session().close(rig.now);
  EXPECT_EQ(epochs(rig.said()), "dddC");
}

TEST_P(Rekey, OfAnHourOldEpochComesByItselfWithAPing) {
  send();
  rig.said();
  EXPECT_EQ(epochs(rig.pass({kHour.ms - 1})), "");
  const auto said = rig.pass(milliseconds(1));
  EXPECT_EQ(epochs(said), "P");
}

TEST_P(Rekey, OfAnHourOldEpochComesAgainAfterAnotherHour) {
  send();
  rig.said();
  EXPECT_EQ(epochs(rig.pass({3 * kHour.ms})), "PpP");
}

TEST_P(Rekey, OfAnHourOldEpochComesWithTheNextMessageIfNobodyCalledAdvance) {
  send();
  rig.said();
  rig.now = rig.now + kHour;
  send();
  EXPECT_EQ(epochs(rig.said()), "D");
}

TEST_P(Rekey, OfAnHourOldEpochIsNotDueAgainAtOnceWhereItsPingHasNoRoom) {
  while (rig.session().send(bytes_of("text"), true, rig.now).ok()) continue;
  rig.now = rig.now + kHour;
  rig.session().advance(rig.now);
  EXPECT_GT(rig.session().deadline(), rig.now);
}

TEST_P(Rekey, OfAnHourOldEpochComesWithAPongThatWaitedForRoom) {
  send(std::string(rig.end().tx_size - 80, 'x'));
  rig.hear(RecordType::ping, bytes_of("12345678"));
  rig.hear(RecordType::ping, bytes_of("87654321"));
  rig.now = rig.now + kHour;
  EXPECT_EQ(epochs(rig.said()), "dqQ");
}

TEST_P(Rekey, OnRequestBeginsAnotherHour) {
  send();
  rig.said();
  rig.now = rig.now + seconds(1800);
  EXPECT_TRUE(rig.session().rekey(rig.now).ok());
  EXPECT_EQ(epochs(rig.said()), "P");
  EXPECT_EQ(epochs(rig.pass({kHour.ms - 1})), "");
  EXPECT_EQ(epochs(rig.pass(milliseconds(1))), "p");
}

TEST_P(Rekey, DoesNotComeWhileNothingWasSent) {
  EXPECT_EQ(epochs(rig.pass({10 * kHour.ms})), "");
  rig.session().advance(rig.now);
  EXPECT_EQ(epochs(rig.said()), "");
  EXPECT_TRUE(rig.session().rekey(rig.now).ok());
  EXPECT_TRUE(rig.session().outgoing().empty());
  send();
  EXPECT_EQ(epochs(rig.said()).front(), 'd') << "an epoch cannot be skipped";
}

TEST_P(Rekey, OnRequestComesAtOnceWithAPing) {
  send();
  EXPECT_TRUE(rig.session().rekey(rig.now).ok());
  EXPECT_TRUE(rig.session().rekey(rig.now).ok());
  send();
  EXPECT_EQ(epochs(rig.said()), "dPpd");
}

TEST_P(Rekey, PingIsAnsweredLikeAnyOther) {
  send();
  EXPECT_TRUE(rig.session().rekey(rig.now).ok());
  const auto records = rig.said();
  ASSERT_EQ(records.size(), 2U);
  rig.hear(RecordType::pong, records[1].content);
  EXPECT_TRUE(rig.said().empty());
  EXPECT_FALSE(rig.end().over());
}

TEST_P(Rekey, OfThePeerIsFollowed) {
  for (int i = 0; i < 10; ++i) {
    rig.hear(RecordType::data, Buffer{static_cast<std::uint8_t>(i)});
    rig.puppet().rekey();
  }
  EXPECT_EQ(hex(rig.end().seen.bytes()), "00010203040506070809");
  EXPECT_TRUE(rig.session().outgoing().empty()) << "the other direction does not move";
  send();
  EXPECT_EQ(epochs(rig.said()), "d");
}

TEST_P(Rekey, OfThePeerWhoseLastRecordIsMissingIsTampered) {
  rig.hear(RecordType::data, Buffer{1});
  rig.puppet().seal(RecordType::data, Buffer{2});
  rig.puppet().rekey();
  rig.hear(RecordType::data, Buffer{3});
  EXPECT_EQ(hex(rig.end().seen.bytes()), "01");
  ASSERT_TRUE(rig.end().seen.closed.has_value());
  EXPECT_EQ(rig.end().seen.closed->error, Error::tampered);
}

TEST_P(Rekey, OfThePeerThatSkipsAnEpochIsTampered) {
  rig.hear(RecordType::data, Buffer{1});
  rig.puppet().rekey();
  rig.puppet().seal(RecordType::data);
  rig.puppet().rekey();
  rig.hear(RecordType::data, Buffer{2});
  ASSERT_TRUE(rig.end().seen.closed.has_value());
  EXPECT_EQ(rig.end().seen.closed->error, Error::tampered);
}

INSTANTIATE_TEST_SUITE_P(Sides, Rekey, testing::Values(Side::client, Side::server), name_of_side);

// Two sessions.

TEST(ThousandRekeys, LoseNothing) {
  Pair pair(kRawKeyPsk);
  pair.client.settings.soft_record_limit = 1;
  pair.server.settings.soft_record_limit = 1;
  pair.open();
  constexpr std::size_t kMessages = 1001;
  Buffer all;
  for (std::size_t i = 0; i < kMessages; ++i) {
    const Buffer message{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8)};
    append(all, message);
    ASSERT_EQ(pair.client.send(message, pair.now), 2U);
    ASSERT_EQ(pair.server.send(message, pair.now), 2U);
    pair.deliver();
  }
  EXPECT_EQ(hex(pair.client.seen.bytes()), hex(all));
  EXPECT_EQ(hex(pair.server.seen.bytes()), hex(all));
  EXPECT_EQ(pair.client.seen.messages(), kMessages);
  for (const Side side : {Side::client, Side::server}) {
    auto records = units_of(pair.sent(side));
    std::erase_if(records, [](const Buffer& unit) { return unit.front() == kFrameMarker; });
    ASSERT_EQ(records.size(), kMessages);
    for (std::size_t i = 0; i < kMessages; ++i) ASSERT_EQ(records[i].front(), i % 2 == 0 ? 0x40 : 0x60);
  }
}

TEST(RekeyOfBoth, AtOnceLosesNothing) {
  Pair pair(kPasswordEcdhe);
  pair.open();
  for (int i = 0; i < 20; ++i) {
    for (const Side side : {Side::client, Side::server}) {
      ASSERT_EQ(pair.end(side).send(bytes_of("x"), pair.now), 1U);
      ASSERT_TRUE(pair.end(side).session().rekey(pair.now).ok());
    }
    pair.deliver();
  }
  EXPECT_EQ(pair.client.seen.messages(), 20U);
  EXPECT_EQ(pair.server.seen.messages(), 20U);
}

}  // namespace
}  // namespace pawl::test::rekey_test
