// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <pawl/record/traffic_secret.hpp>

#include "tests/support/vectors.hpp"

namespace pawl::test::traffic_secret_test {
namespace {

Direction direction_of(const Json& object) {
  return object["dir"] == "c2s" ? Direction::client_to_server : Direction::server_to_client;
}

/// What a key makes of a block of zeros: equal for equal keys.
std::string shown(const AesGcmKey& key) {
  Buffer block(16 + kGcmTagSize);
  EXPECT_TRUE(aes_gcm_seal(key, {}, {}, block).ok());
  return hex(block);
}

class TrafficSecret : public testing::TestWithParam<std::string> {
 protected:
  const Json& handshake = handshake_vector(GetParam());
};

TEST_P(TrafficSecret, TheKeysOfEveryEpoch) {
  for (const Json& epoch : handshake["traffic"]) {
    RecordKeys keys;
    derive_record_keys(Bytes(bytes_in(epoch, "secret")).first<32>(), direction_of(epoch), keys);
    EXPECT_EQ(shown(keys.key), shown(AesGcmKey(Bytes(bytes_in(epoch, "key")).first<AesKey::kSize>())));
    EXPECT_EQ(hex(keys.session_nonce), epoch["sn"]);
  }
}

/// The streams of the vectors have 4 records an epoch.
TEST_P(TrafficSecret, EachEpochsSecretComesFromTheOneBefore) {
  const Buffer records = handshake["transport"] == "stream" ? Buffer{0, 0, 0, 4} : Buffer();
  for (const char* direction : {"c2s", "s2c"}) {
    Buffer secret = bytes_in(handshake["keys"], direction == std::string("c2s") ? "c2s_0" : "s2c_0");
    for (const Json& epoch : handshake["traffic"]) {
      if (epoch["dir"] != direction) continue;
      EXPECT_EQ(hex(secret), epoch["secret"]) << "epoch " << epoch["epoch"];
      update_traffic_secret(MutBytes(secret).first<32>(), records);
    }
  }
}

TEST_P(TrafficSecret, TheNonceOfEveryRecord) {
  std::map<std::pair<std::string, int>, RecordKeys> keys;
  for (const Json& epoch : handshake["traffic"]) {
    derive_record_keys(Bytes(bytes_in(epoch, "secret")).first<32>(), direction_of(epoch),
                       keys[{epoch["dir"], epoch["epoch"]}]);
  }
  for (const Json& record : handshake.value("records_extra", Json::array())) {
    EXPECT_EQ(hex(record_nonce(keys.at({record["dir"], record["epoch"]}), record["counter"])), record["nonce"]);
  }
}

INSTANTIATE_TEST_SUITE_P(Vectors, TrafficSecret, testing::ValuesIn(all_handshakes()),
                         [](const auto& test) { return test_name(test.param); });

TEST(RecordNonce, HoldsTheWholeCounter) {
  RecordKeys keys;
  keys.session_nonce = {0x81, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(hex(record_nonce(keys, 0)),
            "8102030405060708"
            "00000000");
  EXPECT_EQ(hex(record_nonce(keys, 0x00FFFFFF)),
            "8102030405060708"
            "00ffffff");
  EXPECT_EQ(hex(record_nonce(keys, 0xFFFFFFFF)),
            "8102030405060708"
            "ffffffff");
}

TEST(RecordKeys, TheDirectionBitIsAlwaysRight) {
  constexpr int kSecrets = 100;
  for (int i = 0; i < kSecrets; ++i) {
    Buffer secret(32, static_cast<std::uint8_t>(i));
    RecordKeys up;
    RecordKeys down;
    derive_record_keys(MutBytes(secret).first<32>(), Direction::client_to_server, up);
    derive_record_keys(MutBytes(secret).first<32>(), Direction::server_to_client, down);
    EXPECT_EQ(up.session_nonce[0] & 0x80, 0);
    EXPECT_EQ(down.session_nonce[0], up.session_nonce[0] | 0x80);
  }
}

}  // namespace
}  // namespace pawl::test::traffic_secret_test
