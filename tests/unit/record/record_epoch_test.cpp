// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/record/record_epoch.hpp>
#include <set>

#include "tests/support/vectors.hpp"

namespace pawl::test::record_epoch_test {
namespace {

RecordEpoch epoch_of(Bytes secret, Direction direction = Direction::client_to_server) {
  return RecordEpoch(secret.first<32>(), direction);
}

/// What the keys make of a block of zeros, and the session nonce: equal for equal keys.
std::string keys_of(const RecordEpoch& epoch) {
  Buffer block(16 + kGcmTagSize);
  EXPECT_TRUE(aes_gcm_seal(epoch.keys().key, {}, {}, block).ok());
  return hex(block) + hex(epoch.keys().session_nonce);
}

class EpochVector : public testing::TestWithParam<std::string> {
 protected:
  const Json& handshake = handshake_vector(GetParam());
  /// The streams of the vectors have 4 records an epoch.
  const bool stream = handshake["transport"] == "stream";

  void expect_epochs(const char* name, const char* secret, Direction direction) {
    RecordEpoch epoch = epoch_of(bytes_in(handshake["keys"], secret), direction);
    for (const Json& expected : handshake["traffic"]) {
      if (expected["dir"] != name) continue;
      while (epoch.number() < expected["epoch"].get<std::uint32_t>()) {
        for (int i = 0; i < 4; ++i) epoch.take_counter();
        ASSERT_TRUE((stream ? epoch.next_on_stream() : epoch.next_over_datagrams()).ok());
      }
      EXPECT_EQ(hex(epoch.keys().session_nonce), expected["sn"]) << "epoch " << epoch.number();
    }
  }
};

TEST_P(EpochVector, KeysFollowOneAnother) {
  expect_epochs("c2s", "c2s_0", Direction::client_to_server);
  expect_epochs("s2c", "s2c_0", Direction::server_to_client);
}

INSTANTIATE_TEST_SUITE_P(Streams, EpochVector, testing::ValuesIn(stream_handshakes()),
                         [](const auto& test) { return test_name(test.param); });

TEST(RecordEpoch, GivesEachCounterOnce) {
  RecordEpoch epoch = epoch_of(pattern(32));
  for (std::uint32_t i = 0; i < 100; ++i) {
    EXPECT_EQ(epoch.counter(), i);
    EXPECT_EQ(epoch.take_counter(), i);
  }
}

TEST(RecordEpoch, KeyNumberAndCounterChangeTogether) {
  for (const bool stream : {true, false}) {
    RecordEpoch epoch = epoch_of(pattern(32));
    std::set<std::string> seen{keys_of(epoch)};
    for (std::uint32_t number = 1; number <= 20; ++number) {
      epoch.take_counter();
      ASSERT_TRUE((stream ? epoch.next_on_stream() : epoch.next_over_datagrams()).ok());
      EXPECT_EQ(epoch.number(), number);
      EXPECT_EQ(epoch.odd(), number % 2 == 1);
      EXPECT_EQ(epoch.counter(), 0U);
      EXPECT_TRUE(seen.insert(keys_of(epoch)).second) << "the keys of an earlier epoch";
    }
  }
}

/// PROTOCOL.md 10: who misses a record of a stream cannot follow to the next epoch, and whoever misses a datagram can.
TEST(RecordEpoch, OnlyThatOfAStreamIsBoundToTheNumberOfRecords) {
  for (const bool stream : {true, false}) {
    RecordEpoch one = epoch_of(pattern(32));
    RecordEpoch other = epoch_of(pattern(32));
    ASSERT_EQ(keys_of(one), keys_of(other));
    one.take_counter();
    for (RecordEpoch* epoch : {&one, &other}) {
      ASSERT_TRUE((stream ? epoch->next_on_stream() : epoch->next_over_datagrams()).ok());
    }
    EXPECT_EQ(keys_of(one) == keys_of(other), !stream);
  }
}

TEST(RecordEpoch, TheDirectionsDifferInANonceBit) {
  const RecordEpoch up = epoch_of(pattern(32), Direction::client_to_server);
  const RecordEpoch down = epoch_of(pattern(32), Direction::server_to_client);
  EXPECT_EQ(up.keys().session_nonce[0] ^ down.keys().session_nonce[0], 0x80);
}

}  // namespace
}  // namespace pawl::test::record_epoch_test
