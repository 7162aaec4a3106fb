// SPDX-License-Identifier: Apache-2.0
// Records that were altered, lost, repeated, swapped or turned round: the session ends as tampered, delivers nothing of
// it and sends nothing more (PROTOCOL.md 9, 11.3).
#include <gtest/gtest.h>

#include <array>
#include <iostream>

#include "tests/support/names.hpp"
#include "tests/support/puppet.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::tamper_test {
namespace {

class Tamper : public testing::TestWithParam<Side> {
 protected:
  Side side = GetParam();
  Pair pair{kRawKeyPsk};
  /// Three records of the peer's.
  std::vector<Buffer> records;

  void SetUp() override {
    pair.open();
    End& peer = pair.end(Pair::other(side));
    for (const char* text : {"one", "two", "three"}) {
      peer.send(bytes_of(text), pair.now);
      records.push_back(peer.take(pair.now));
    }
  }
  End& end() { return pair.end(side); }

  void expect_tampered(std::string_view delivered) {
    EXPECT_EQ(hex(end().seen.bytes()), hex(bytes_of(delivered)));
    EXPECT_TRUE(end().session().outgoing().empty());
    ASSERT_TRUE(end().seen.closed.has_value());
    EXPECT_EQ(end().seen.closed->error, Error::tampered);
    EXPECT_TRUE(end().over());
    EXPECT_EQ(end().session().send(bytes_of("x"), true, pair.now).error(), Error::wrong_state);
  }
};

TEST_P(Tamper, ARecordLost) {
  end().give(joined({records[0], records[2]}), pair.now);
  expect_tampered("one");
}

TEST_P(Tamper, ARecordRepeated) {
  end().give(joined({records[0], records[0]}), pair.now);
  expect_tampered("one");
}

TEST_P(Tamper, ARecordRepeatedLater) {
  end().give(joined({records[0], records[1], records[0]}), pair.now);
  expect_tampered("onetwo");
}

TEST_P(Tamper, RecordsSwapped) {
  end().give(joined({records[1], records[0]}), pair.now);
  expect_tampered("");
}

TEST_P(Tamper, ARecordOfOurOwn) {
  end().send(bytes_of("one"), pair.now);
  end().give(end().take(pair.now), pair.now);
  expect_tampered("");
}

TEST_P(Tamper, ARecordOfAnotherSession) {
  Pair other(kRawKeyPsk);
  SeededRandom random(77);
  other.client.random = &random;
  other.open();
  End& stranger = other.end(Pair::other(side));
  stranger.send(bytes_of("one"), other.now);
  end().give(stranger.take(other.now), pair.now);
  expect_tampered("");
}

TEST_P(Tamper, ARecordCutShort) {
  Buffer shorter(records[0].begin(), records[0].end() - 1);
  --shorter[1];
  end().give(shorter, pair.now);
  expect_tampered("");
}

TEST_P(Tamper, ARecordMadeLonger) {
  Buffer longer = records[0];
  longer.push_back(0);
  ++longer[1];
  end().give(longer, pair.now);
  expect_tampered("");
}

TEST_P(Tamper, ARecordMovedToTheNextEpoch) {
  Buffer moved = records[0];
  moved[0] ^= 0x20U;
  end().give(moved, pair.now);
  expect_tampered("");
}

TEST_P(Tamper, WhatWaitedToBeSentIsNotSent) {
  end().send(bytes_of("waiting"), pair.now);
  ASSERT_FALSE(end().session().outgoing().empty());
  end().give(flipped(records[0], 100), pair.now);
  expect_tampered("");
}

INSTANTIATE_TEST_SUITE_P(Sides, Tamper, testing::Values(Side::client, Side::server), name_of_side);

// Every bit of a record of every type.

struct Sample {
  RecordType type;
  std::string_view content;
};

TEST(EveryBitOfARecord, IsProtected) {
  constexpr std::array<Sample, 5> kSamples{{{RecordType::data, "hello"},
                                            {RecordType::data_more, "hello"},
                                            {RecordType::ping, "12345678"},
                                            {RecordType::pong, "12345678"},
                                            {RecordType::close, std::string_view("\0", 1)}}};
  std::size_t flips = 0;
  for (const Side side : {Side::client, Side::server}) {
    for (const Sample& sample : kSamples) {
      const std::size_t bits = 8 * (sample.content.size() + kRecordOverhead);
      for (std::size_t bit = 0; bit < bits; ++bit, ++flips) {
        SCOPED_TRACE("bit " + std::to_string(bit) + " of type " + std::to_string(static_cast<int>(sample.type)));
        Rig rig(side);
        rig.open();
        const Buffer record = rig.puppet().seal(sample.type, bytes_of(sample.content));
        ASSERT_EQ(8 * record.size(), bits);
        rig.hear(flipped(record, bit));
        // A length made longer swallows what follows.
        rig.hear(rig.puppet().seal(RecordType::data, pattern(480)));
        rig.hear(rig.puppet().seal(RecordType::data, pattern(480)));
        EXPECT_TRUE(rig.session().outgoing().empty());
        EXPECT_TRUE(rig.end().seen.fragments.empty());
        ASSERT_TRUE(rig.end().seen.closed.has_value());
        EXPECT_EQ(rig.end().seen.closed->error, Error::tampered);
      }
    }
  }
  std::cout << flips << " bits of records inverted\n";
}

}  // namespace
}  // namespace pawl::test::tamper_test
