// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/record/stream_opener.hpp>
#include <pawl/record/stream_sealer.hpp>

#include "tests/support/vectors.hpp"

namespace pawl::test::stream_sealer_test {
namespace {

constexpr std::size_t kLongest = kRecordHeaderSize + kMaxMaxRx;

StreamSealer sealer_of(Bytes secret, Direction direction) {
  return StreamSealer(SendSecret(secret.first<32>()), direction);
}

StreamSealer any_sealer() { return sealer_of(pattern(32), Direction::client_to_server); }

/// The record, or "refused".
std::string sealed(StreamSealer& sealer, RecordType type, Bytes content, std::size_t padding = 0) {
  Buffer record(content.size() + padding + kRecordOverhead, 0xEE);
  copy(content, MutBytes(record).subspan(kRecordHeaderSize));
  return sealer.seal(type, content.size(), record).ok() ? hex(record) : "refused";
}

class StreamSealerVector : public testing::TestWithParam<std::string> {
 protected:
  /// Seals the records of one direction of a list and compares each.
  void expect_records(const char* list, const char* name, Direction direction) {
    const Json& handshake = handshake_vector(GetParam());
    StreamSealer sealer =
        sealer_of(bytes_in(handshake["keys"], direction == Direction::client_to_server ? "c2s_0" : "s2c_0"), direction);
    for (const Json& record : handshake.value(list, Json::array())) {
      if (record["dir"] != name) continue;
      if (record["epoch"] != sealer.epoch()) {
        EXPECT_TRUE(sealer.rekey().ok());
      }
      EXPECT_EQ(sealer.epoch(), record["epoch"]);
      EXPECT_EQ(sealer.counter(), record["counter"]);
      EXPECT_EQ(sealed(sealer, record["type"].get<RecordType>(), bytes_in(record, "content"), record.value("pad", 0U)),
                record["record"]);
    }
  }
};

TEST_P(StreamSealerVector, Records) {
  for (const char* list : {"records", "records_extra"}) {
    expect_records(list, "c2s", Direction::client_to_server);
    expect_records(list, "s2c", Direction::server_to_client);
  }
}

INSTANTIATE_TEST_SUITE_P(Vectors, StreamSealerVector, testing::ValuesIn(stream_handshakes()),
                         [](const auto& test) { return test_name(test.param); });

TEST(StreamSealer, CountsBeforeItEncryptsSoThatNoTwoRecordsAreAlike) {
  StreamSealer sealer = any_sealer();
  const std::string first = sealed(sealer, RecordType::data, bytes_of("same"));
  EXPECT_EQ(sealer.counter(), 1U);
  EXPECT_NE(sealed(sealer, RecordType::data, bytes_of("same")), first);
  EXPECT_EQ(sealer.counter(), 2U);
}

TEST(StreamSealer, TheLongestRecordAndOneLonger) {
  StreamSealer sealer = any_sealer();
  Buffer record(kLongest + 1);
  EXPECT_EQ(sealer.seal(RecordType::data, 0, record).error(), Error::invalid_argument);
  EXPECT_EQ(sealer.counter(), 0U) << "nothing happened";
  EXPECT_TRUE(sealer.seal(RecordType::data, kLongest - kRecordOverhead, MutBytes(record).first(kLongest)).ok());
  EXPECT_EQ(hex(Bytes(record).first(2)), "5fff");
}

TEST(StreamSealer, ContentThatDoesNotFitItsRecordIsRefused) {
  StreamSealer sealer = any_sealer();
  Buffer record(100);
  EXPECT_EQ(sealer.seal(RecordType::data, 100 - kRecordOverhead + 1, record).error(), Error::invalid_argument);
  EXPECT_EQ(sealer.seal(RecordType::data, ~std::size_t{0}, record).error(), Error::invalid_argument);
  EXPECT_EQ(sealer.seal(RecordType::data, 0, MutBytes(record).first(kRecordOverhead - 1)).error(),
            Error::invalid_argument);
  EXPECT_EQ(sealer.seal(RecordType::data, 0, {}).error(), Error::invalid_argument);
  EXPECT_EQ(sealer.counter(), 0U);
}

TEST(StreamSealer, RekeyNeedsARecordInTheEpoch) {
  StreamSealer sealer = any_sealer();
  EXPECT_EQ(sealer.rekey().error(), Error::wrong_state);
  EXPECT_EQ(sealer.epoch(), 0U);
  EXPECT_NE(sealed(sealer, RecordType::data, {}), "refused");
  EXPECT_TRUE(sealer.rekey().ok());
  EXPECT_EQ(sealer.epoch(), 1U);
  EXPECT_EQ(sealer.counter(), 0U);
  EXPECT_EQ(sealer.rekey().error(), Error::wrong_state) << "an epoch cannot be skipped";
}

TEST(StreamSealer, TheSecretThatItIsMadeFromIsWiped) {
  SendSecret secret(Bytes(pattern(32)).first<32>());
  const StreamSealer sealer(std::move(secret), Direction::client_to_server);
  EXPECT_EQ(hex(secret.bytes()), hex(Buffer(32)));  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
}

TEST(StreamSealer, TheHeaderShowsTheParityOfTheEpoch) {
  StreamSealer sealer = any_sealer();
  EXPECT_EQ(sealed(sealer, RecordType::data, {}).substr(0, 4), "4011");
  EXPECT_TRUE(sealer.rekey().ok());
  EXPECT_EQ(sealed(sealer, RecordType::data, {}).substr(0, 4), "6011");
  EXPECT_TRUE(sealer.rekey().ok());
  EXPECT_EQ(sealed(sealer, RecordType::data, {}).substr(0, 4), "4011");
}

}  // namespace
}  // namespace pawl::test::stream_sealer_test
