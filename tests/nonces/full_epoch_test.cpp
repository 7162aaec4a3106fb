// SPDX-License-Identifier: Apache-2.0
// PROTOCOL.md 10 with the limits that everybody has: 2^24 records in an epoch, the last of them a close, and no more.
#include <gtest/gtest.h>

#include <pawl/record/stream_opener.hpp>
#include <pawl/record/stream_sealer.hpp>

#include "tests/nonces/counting_aes_gcm.hpp"
#include "tests/support/bytes.hpp"

namespace pawl::test {
namespace {

constexpr std::uint32_t kRecords = 1U << 24U;

class FullEpoch : public testing::Test {
 protected:
  void SetUp() override { gcm_calls = 0; }

  /// The counter in the last nonce.
  static std::string counter() { return hex(Bytes(last_nonce).last<4>()); }
};

TEST_F(FullEpoch, TheSealerRefusesRecord2To24) {
  StreamSealer sealer(SendSecret(), Direction::client_to_server);
  ByteArray<kRecordOverhead + 1> record{};
  std::uint32_t refused = 0;
  for (std::uint32_t i = 0; i < kRecords - 1; ++i) refused += sealer.seal(RecordType::data, 1, record).ok() ? 0U : 1U;
  EXPECT_EQ(refused, 0U);
  EXPECT_EQ(counter(), "00fffffe");
  EXPECT_EQ(sealer.seal(RecordType::data, 1, record).error(), Error::limit) << "the last is for a close";
  EXPECT_TRUE(sealer.seal(RecordType::close, 1, record).ok());
  EXPECT_EQ(counter(), "00ffffff");
  EXPECT_EQ(sealer.seal(RecordType::close, 1, record).error(), Error::limit);
  EXPECT_EQ(sealer.seal(RecordType::data, 1, record).error(), Error::limit);
  EXPECT_EQ(gcm_calls, kRecords);
}

TEST_F(FullEpoch, TheOpenerRefusesRecord2To24) {
  StreamOpener opener(ReceiveSecret(), Direction::client_to_server);
  // Without encryption this is a close as it stands.
  ByteArray<kRecordOverhead + 1> record{};
  record[kRecordHeaderSize + 1] = static_cast<std::uint8_t>(RecordType::close);
  const RecordHeader header{false, record.size() - kRecordHeaderSize};
  std::uint32_t refused = 0;
  for (std::uint32_t i = 0; i < kRecords; ++i) refused += opener.open(header, record).ok() ? 0U : 1U;
  EXPECT_EQ(refused, 0U);
  EXPECT_EQ(counter(), "00ffffff");
  EXPECT_EQ(opener.open(header, record).error(), Error::tampered);
  EXPECT_EQ(gcm_calls, kRecords);
}

}  // namespace
}  // namespace pawl::test
