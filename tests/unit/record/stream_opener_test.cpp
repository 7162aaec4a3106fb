// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>
#include <pawl/record/stream_opener.hpp>
#include <pawl/record/stream_sealer.hpp>

#include "tests/support/vectors.hpp"

namespace pawl::test::stream_opener_test {
namespace {

constexpr Direction kDirection = Direction::client_to_server;

StreamOpener opener_of(Bytes secret, Direction direction) {
  return StreamOpener(ReceiveSecret(secret.first<32>()), direction);
}

/// Opens in place, as a session does: header first.
Result<RecordContent> open(StreamOpener& opener, MutBytes record) {
  const auto header = parse_record_header(record.first<kRecordHeaderSize>(), kMaxMaxRx);
  EXPECT_TRUE(header.ok());
  EXPECT_EQ(header.value().length, record.size() - kRecordHeaderSize);
  return opener.open(header.value(), record);
}

class StreamOpenerVector : public testing::TestWithParam<std::string> {
 protected:
  void expect_opens(const char* list, const char* name, Direction direction) {
    const Json& handshake = handshake_vector(GetParam());
    StreamOpener opener =
        opener_of(bytes_in(handshake["keys"], direction == Direction::client_to_server ? "c2s_0" : "s2c_0"), direction);
    for (const Json& record : handshake.value(list, Json::array())) {
      if (record["dir"] != name) continue;
      Buffer bytes = bytes_in(record, "record");
      const auto content = open(opener, bytes);
      ASSERT_TRUE(content.ok());
      EXPECT_EQ(content.value().type, record["type"].get<RecordType>());
      EXPECT_EQ(hex(content.value().content), record["content"]);
    }
  }
};

TEST_P(StreamOpenerVector, Records) {
  for (const char* list : {"records", "records_extra"}) {
    expect_opens(list, "c2s", Direction::client_to_server);
    expect_opens(list, "s2c", Direction::server_to_client);
  }
}

INSTANTIATE_TEST_SUITE_P(Vectors, StreamOpenerVector, testing::ValuesIn(stream_handshakes()),
                         [](const auto& test) { return test_name(test.param); });

/// A sealer and an opener of the same direction.
class StreamOpenerTest : public testing::Test {
 protected:
  StreamSealer sealer{SendSecret(Bytes(pattern(32)).first<32>()), kDirection};
  StreamOpener opener = opener_of(pattern(32), kDirection);

  Buffer record_of(RecordType type, Bytes content, std::size_t padding = 0) {
    Buffer record(content.size() + padding + kRecordOverhead);
    copy(content, MutBytes(record).subspan(kRecordHeaderSize));
    EXPECT_TRUE(sealer.seal(type, content.size(), record).ok());
    return record;
  }

  void expect_tampered(Buffer record) { EXPECT_EQ(open(opener, record).error(), Error::tampered); }
};

TEST_F(StreamOpenerTest, TheContentPointsIntoTheRecord) {
  Buffer record = record_of(RecordType::data, bytes_of("hello"), 3);
  const auto content = open(opener, record);
  ASSERT_TRUE(content.ok());
  EXPECT_EQ(content.value().content.data(), record.data() + kRecordHeaderSize);
  EXPECT_EQ(hex(content.value().content), hex(bytes_of("hello")));
}

TEST_F(StreamOpenerTest, AnyAlteredBitIsTampered) {
  const Buffer record = record_of(RecordType::data, bytes_of("hello"));
  for (std::size_t bit = 8 * kRecordHeaderSize; bit < 8 * record.size(); ++bit) {
    StreamOpener fresh = opener_of(pattern(32), kDirection);
    Buffer altered = record;
    altered[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_EQ(open(fresh, altered).error(), Error::tampered) << "bit " << bit;
    EXPECT_EQ(Buffer(altered.begin() + 2, altered.end() - 16), Buffer(6)) << "nothing of it can be read";
  }
}

TEST_F(StreamOpenerTest, TheHeaderIsAuthenticated) {
  Buffer record = record_of(RecordType::data, bytes_of("hello"));
  record[0] ^= 0x20U;
  expect_tampered(record);
}

TEST_F(StreamOpenerTest, ARepeatedRecordIsTampered) {
  Buffer record = record_of(RecordType::data, {});
  const Buffer again = record;
  EXPECT_TRUE(open(opener, record).ok());
  expect_tampered(again);
}

TEST_F(StreamOpenerTest, ALostRecordIsTampered) {
  record_of(RecordType::data, {});
  expect_tampered(record_of(RecordType::data, {}));
}

TEST_F(StreamOpenerTest, TheOtherDirectionsRecordIsTampered) {
  StreamSealer back(SendSecret(Bytes(pattern(32)).first<32>()), Direction::server_to_client);
  Buffer record(kRecordOverhead);
  EXPECT_TRUE(back.seal(RecordType::data, 0, record).ok());
  expect_tampered(record);
}

TEST_F(StreamOpenerTest, FollowsItsSenderThroughManyEpochs) {
  for (int epoch = 0; epoch < 5; ++epoch) {
    for (int i = 0; i <= epoch; ++i) {
      Buffer record = record_of(RecordType::data, bytes_of("x"));
      EXPECT_TRUE(open(opener, record).ok()) << "epoch " << epoch;
    }
    EXPECT_TRUE(sealer.rekey().ok());
  }
}

/// Nothing but the next epoch's keys tells that one is missing.
TEST_F(StreamOpenerTest, ARecordLostAtTheEndOfAnEpochIsTampered) {
  Buffer first = record_of(RecordType::data, {});
  EXPECT_TRUE(open(opener, first).ok());
  record_of(RecordType::data, {});
  EXPECT_TRUE(sealer.rekey().ok());
  expect_tampered(record_of(RecordType::data, {}));
}

TEST_F(StreamOpenerTest, AnEpochThatWasSkippedIsTampered) {
  Buffer first = record_of(RecordType::data, {});
  EXPECT_TRUE(open(opener, first).ok());
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(sealer.rekey().ok());
    record_of(RecordType::data, {});
  }
  expect_tampered(record_of(RecordType::data, {}));
}

TEST_F(StreamOpenerTest, TheSecretThatItIsMadeFromIsWiped) {
  ReceiveSecret secret(Bytes(pattern(32)).first<32>());
  const StreamOpener made(std::move(secret), kDirection);
  EXPECT_EQ(hex(secret.bytes()), hex(Buffer(32)));  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
}

/// Authentic, but not well-formed: sealed by someone who has the keys.
TEST_F(StreamOpenerTest, BadContentIsAProtocolError) {
  struct Bad {
    const char* what;
    unsigned type;
    std::size_t content;
  };
  constexpr std::array kBad{Bad{"zeros only", 0, 0}, Bad{"longer zeros only", 0, 9}, Bad{"unknown type", 7, 1},
                            Bad{"type 255", 255, 1}, Bad{"empty data_more", 2, 0},   Bad{"ping of 7", 3, 7},
                            Bad{"ping of 9", 3, 9},  Bad{"pong of 0", 4, 0},         Bad{"close of 0", 5, 0},
                            Bad{"close of 2", 5, 2}, Bad{"ticket of 5", 6, 5},       Bad{"ticket of 261", 6, 261}};
  for (const Bad& bad : kBad) {
    for (const std::size_t padding : {0U, 5U}) {
      Buffer record = record_of(static_cast<RecordType>(bad.type), Buffer(bad.content), padding);
      EXPECT_EQ(open(opener, record).error(), Error::protocol) << bad.what;
    }
  }
  Buffer good = record_of(RecordType::data, {});
  EXPECT_TRUE(open(opener, good).ok()) << "the counter has gone on";
}

}  // namespace
}  // namespace pawl::test::stream_opener_test
