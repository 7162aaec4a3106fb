// SPDX-License-Identifier: Apache-2.0
// What a receiver makes of a sender that passes the limits of PROTOCOL.md 10.
#include <gtest/gtest.h>

#include <pawl/base/config.hpp>
#include <pawl/record/stream_opener.hpp>
#include <pawl/record/stream_sealer.hpp>
#include <pawl/wire/writer.hpp>
#include <vector>

namespace pawl::test::stream_opener_test {
namespace {

constexpr std::uint32_t kLastCounter = Config::kHardRecordLimit - 1;
constexpr Direction kDirection = Direction::client_to_server;

/// A sender that knows no limits.
class StreamOpenerLimits : public testing::Test {
 protected:
  StreamOpener opener{ReceiveSecret(), kDirection};

  Error next(RecordType type, std::size_t content = 0) {
    std::vector<std::uint8_t> record(content + kRecordOverhead);
    RecordKeys keys;
    derive_record_keys(secret_, kDirection, keys);
    const RecordHeader header{(epoch_ & 1U) != 0, static_cast<std::uint16_t>(record.size() - kRecordHeaderSize)};
    copy(record_header(header), record);
    record[kRecordHeaderSize + content] = static_cast<std::uint8_t>(type);
    const MutBytes all(record);
    EXPECT_TRUE(aes_gcm_seal(keys.key, record_nonce(keys, counter_++), all.first(kRecordHeaderSize),
                             all.subspan(kRecordHeaderSize))
                    .ok());
    return opener.open(header, record).error();
  }
  void next_epoch() {
    ByteArray<sizeof(counter_)> records{};
    Writer(records).u32(counter_);
    update_traffic_secret(secret_, records);
    ++epoch_;
    counter_ = 0;
  }
  void fill_up_to_last() {
    while (counter_ < kLastCounter) ASSERT_EQ(next(RecordType::data), Error::none);
  }

 private:
  ByteArray<32> secret_{};
  std::uint32_t epoch_ = 0;
  std::uint32_t counter_ = 0;
};

TEST_F(StreamOpenerLimits, ACloseAtTheLastCounterIsGood) {
  fill_up_to_last();
  EXPECT_EQ(next(RecordType::close, 1), Error::none);
}

TEST_F(StreamOpenerLimits, AnythingElseAtTheLastCounterIsAProtocolError) {
  fill_up_to_last();
  EXPECT_EQ(next(RecordType::data), Error::protocol);
}

TEST_F(StreamOpenerLimits, ARecordAfterTheLastCounterIsTampered) {
  fill_up_to_last();
  EXPECT_EQ(next(RecordType::close, 1), Error::none);
  EXPECT_EQ(next(RecordType::close, 1), Error::tampered);
  EXPECT_EQ(next(RecordType::data), Error::tampered);
}

TEST_F(StreamOpenerLimits, AFreshEpochGoesOn) {
  fill_up_to_last();
  next_epoch();
  EXPECT_EQ(next(RecordType::data), Error::none);
}

TEST_F(StreamOpenerLimits, AnEpochAfterTheLastIsTampered) {
  for (std::uint32_t epoch = 0; epoch < Config::kLastEpoch; ++epoch) {
    ASSERT_EQ(next(RecordType::data), Error::none);
    next_epoch();
  }
  EXPECT_EQ(next(RecordType::data), Error::none);
  next_epoch();
  EXPECT_EQ(next(RecordType::data), Error::tampered);
}

}  // namespace
}  // namespace pawl::test::stream_opener_test
