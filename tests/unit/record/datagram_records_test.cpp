// SPDX-License-Identifier: Apache-2.0
// The records of the datagram vectors, sealed and opened, and what an opener makes of others.
#include <gtest/gtest.h>

#include <pawl/base/config.hpp>
#include <pawl/record/datagram_opener.hpp>
#include <pawl/record/datagram_sealer.hpp>

#include "tests/support/vectors.hpp"

namespace pawl::test::datagram_records_test {
namespace {

constexpr ByteArray<kCidSize> kCid{0xC1, 0xD0, 0xC1, 0xD1};
constexpr Instant kNow{1000};

Direction direction_of(const Json& record) {
  return record["dir"] == "c2s" ? Direction::client_to_server : Direction::server_to_client;
}

template <class Secret>
Secret secret_of(const Json& vector, Direction direction) {
  const char* name = direction == Direction::client_to_server ? "c2s_0" : "s2c_0";
  return Secret(Bytes(bytes_in(vector["keys"], name)).first<32>());
}

class DatagramRecordVector : public testing::TestWithParam<std::tuple<const char*, Direction>> {
 protected:
  const Json& vector = handshake_vector(std::get<0>(GetParam()));
  const Direction direction = std::get<1>(GetParam());
  std::array<std::uint32_t, replay_words(128)> words{};
  DatagramSealer sealer{secret_of<SendSecret>(vector, direction), direction, kCid};
  DatagramOpener opener{secret_of<ReceiveSecret>(vector, direction), direction, words};

  DatagramOpener::Opened open(Buffer& record, Instant now = kNow) {
    const auto header = parse_datagram_record_header(record, direction == Direction::client_to_server, kMaxMaxRx);
    return header.ok() ? opener.open(header.value(), record, now) : DatagramOpener::Opened{header.error()};
  }
  Buffer sealed(RecordType type, Bytes content, std::size_t padding = 0) {
    Buffer record(content.size() + sealer.overhead() + padding);
    copy(content, MutBytes(record).subspan(sealer.header_size()));
    EXPECT_TRUE(sealer.seal(type, content.size(), record).ok());
    return record;
  }
};

TEST_P(DatagramRecordVector, SealsAndOpens) {
  for (const Json& each : vector["records_extra"]) {
    if (direction_of(each) != direction) continue;
    if (each["epoch"] > sealer.epoch()) {
      ASSERT_TRUE(sealer.rekey().ok());
    }
    ASSERT_EQ(sealer.counter(), each["counter"]);
    Buffer record = sealed(static_cast<RecordType>(each["type"]), bytes_in(each, "content"), each["pad"]);
    EXPECT_EQ(hex(record), each["record"]);
    const auto opened = open(record);
    ASSERT_EQ(opened.error, Error::none);
    EXPECT_TRUE(opened.newest);
    EXPECT_EQ(static_cast<int>(opened.content.type), each["type"]);
    EXPECT_EQ(hex(opened.content.content), each["content"]);
    Buffer again = bytes_in(each, "record");
    EXPECT_EQ(open(again).error, Error::replayed);
  }
  EXPECT_EQ(opener.epoch(), 1U);
}

/// An altered record is dropped, and the true one is taken afterwards: the window moved for neither.
TEST_P(DatagramRecordVector, AlteredRecordsMoveNothing) {
  const Buffer record = sealed(RecordType::data, pattern(9));
  for (std::size_t bit = 0; bit < 8 * record.size(); ++bit) {
    Buffer altered = record;
    altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ (1U << (bit % 8)));
    EXPECT_NE(open(altered).error, Error::none) << bit;
    EXPECT_EQ(opener.epoch(), 0U);
  }
  Buffer genuine = record;
  EXPECT_EQ(open(genuine).error, Error::none);
}

TEST_P(DatagramRecordVector, AnyOrderWithinTheWindow) {
  std::vector<Buffer> records;
  for (int i = 0; i < 200; ++i) records.push_back(sealed(RecordType::data, pattern(3)));
  EXPECT_EQ(open(records[150]).error, Error::none);
  EXPECT_FALSE(open(records[23]).newest);
  Buffer late = records[22];
  EXPECT_EQ(open(late).error, Error::replayed) << "128 below the highest";
  EXPECT_EQ(open(records[149]).error, Error::none);
  EXPECT_TRUE(open(records[151]).newest);
}

/// A record two epochs ahead is not tried: its sender would have skipped one.
TEST_P(DatagramRecordVector, OnlyTheNextEpochIsTried) {
  sealed(RecordType::data, {});
  ASSERT_TRUE(sealer.rekey().ok());
  Buffer next = sealed(RecordType::data, pattern(2));
  ASSERT_TRUE(sealer.rekey().ok());
  Buffer beyond = sealed(RecordType::data, pattern(2));
  const Buffer kept = beyond;
  EXPECT_EQ(open(beyond).error, Error::malformed);
  EXPECT_EQ(open(next).error, Error::none);
  beyond = kept;
  EXPECT_EQ(open(beyond).error, Error::none);
  EXPECT_EQ(opener.epoch(), 2U);
}

/// Whether the key is in the opener; nothing if the crypto library keeps its keys elsewhere.
template <class Key>
std::optional<bool> has(const DatagramOpener& opener, const Key& key) {
  if constexpr (requires { key.bytes(); }) return holds(opener, key.bytes());
  return std::nullopt;
}

TEST_P(DatagramRecordVector, ThePreviousEpochIsOpenForAMinuteAndItsKeyIsWiped) {
  Buffer early = sealed(RecordType::data, pattern(2));
  Buffer later = sealed(RecordType::data, pattern(2));
  ASSERT_TRUE(sealer.rekey().ok());
  Buffer next = sealed(RecordType::data, pattern(2));
  EXPECT_EQ(open(next, kNow).error, Error::none);
  EXPECT_EQ(opener.previous_until(), kNow + Config::kPreviousEpoch);
  RecordKeys keys;
  derive_record_keys(secret_of<ReceiveSecret>(vector, direction).bytes(), direction, keys);
  EXPECT_TRUE(has(opener, keys.key).value_or(true));
  EXPECT_EQ(open(early, kNow + seconds(59)).error, Error::none);
  EXPECT_EQ(open(later, kNow + seconds(60)).error, Error::malformed);
  opener.advance(kNow + milliseconds(59'999));
  EXPECT_TRUE(has(opener, keys.key).value_or(true));
  opener.advance(kNow + seconds(60));
  EXPECT_FALSE(opener.previous_until().has_value());
  EXPECT_FALSE(has(opener, keys.key).value_or(false));
}

TEST_P(DatagramRecordVector, TheSecretThatTheyAreMadeFromIsWiped) {
  auto send = secret_of<SendSecret>(vector, direction);
  auto receive = secret_of<ReceiveSecret>(vector, direction);
  const DatagramSealer sealing(std::move(send), direction, kCid);
  const DatagramOpener opening(std::move(receive), direction, words);
  // NOLINTBEGIN(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  EXPECT_EQ(hex(send.bytes()), hex(Buffer(32)));
  EXPECT_EQ(hex(receive.bytes()), hex(Buffer(32)));
  // NOLINTEND(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
}

TEST_P(DatagramRecordVector, NoCounterBeyondTheHardLimit) {
  Buffer record = sealed(RecordType::data, pattern(2));
  const std::size_t counter = sealer.header_size() - 4;
  record[counter] = 1;  // 2^24
  EXPECT_EQ(open(record).error, Error::malformed);
}

INSTANTIATE_TEST_SUITE_P(All, DatagramRecordVector,
                         testing::Combine(testing::Values("datagram password psk_ecdhe", "datagram raw key psk_ecdhe"),
                                          testing::Values(Direction::client_to_server, Direction::server_to_client)));

}  // namespace
}  // namespace pawl::test::datagram_records_test
