// SPDX-License-Identifier: Apache-2.0
// PROTOCOL.md 10 where it ends: the last record of an epoch, and the last epoch.
#include <gtest/gtest.h>

#include <pawl/base/config.hpp>
#include <pawl/record/stream_sealer.hpp>

namespace pawl::test::stream_sealer_test {
namespace {

constexpr std::uint32_t kLastCounter = Config::kHardRecordLimit - 1;

class StreamSealerLimits : public testing::Test {
 protected:
  StreamSealer sealer{SendSecret(), Direction::client_to_server};
  ByteArray<100> record{};

  Error seal(RecordType type) { return sealer.seal(type, type == RecordType::close ? 1 : 0, record).error(); }

  void fill_up_to_last() {
    while (sealer.counter() < kLastCounter) ASSERT_EQ(seal(RecordType::data), Error::none);
  }
};

TEST_F(StreamSealerLimits, OnlyACloseAtTheLastCounter) {
  fill_up_to_last();
  for (const RecordType type :
       {RecordType::data, RecordType::data_more, RecordType::ping, RecordType::pong, RecordType::ticket}) {
    EXPECT_EQ(seal(type), Error::limit);
  }
  EXPECT_EQ(sealer.counter(), kLastCounter) << "a refused record uses up no nonce";
  EXPECT_EQ(seal(RecordType::close), Error::none);
}

TEST_F(StreamSealerLimits, NothingAfterTheLastCounter) {
  fill_up_to_last();
  EXPECT_EQ(seal(RecordType::close), Error::none);
  EXPECT_EQ(seal(RecordType::close), Error::limit);
  EXPECT_EQ(seal(RecordType::data), Error::limit);
  EXPECT_EQ(sealer.counter(), Config::kHardRecordLimit);
}

TEST_F(StreamSealerLimits, ARefusedRecordIsNotEncrypted) {
  fill_up_to_last();
  record = {};
  EXPECT_EQ(seal(RecordType::data), Error::limit);
  EXPECT_EQ(record, ByteArray<100>{});
}

TEST_F(StreamSealerLimits, AFreshEpochCountsFromZero) {
  fill_up_to_last();
  EXPECT_TRUE(sealer.rekey().ok());
  EXPECT_EQ(sealer.counter(), 0U);
  EXPECT_EQ(seal(RecordType::data), Error::none);
}

TEST_F(StreamSealerLimits, NoEpochAfterTheLast) {
  for (std::uint32_t epoch = 0; epoch < Config::kLastEpoch; ++epoch) {
    ASSERT_EQ(seal(RecordType::data), Error::none);
    ASSERT_TRUE(sealer.rekey().ok());
  }
  ASSERT_EQ(seal(RecordType::data), Error::none);
  EXPECT_EQ(sealer.rekey().error(), Error::limit);
  EXPECT_EQ(sealer.epoch(), Config::kLastEpoch);
  EXPECT_EQ(sealer.counter(), 1U) << "the last epoch goes on";
  EXPECT_EQ(seal(RecordType::close), Error::none);
}

}  // namespace
}  // namespace pawl::test::stream_sealer_test
