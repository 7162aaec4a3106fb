// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/kdf.hpp>
#include <pawl/record/traffic_secret.hpp>
#include <pawl/wire/writer.hpp>

namespace pawl {
namespace {

constexpr auto kKey = expand_label("key");
constexpr auto kNonce = expand_label("nonce");
constexpr auto kUpdate = expand_label("update");

constexpr std::uint8_t kDirectionBit = 0x80;

}  // namespace

void derive_record_keys(std::span<const std::uint8_t, 32> traffic_secret, Direction direction, RecordKeys& keys) {
  const Expansion secret(traffic_secret, {});
  AesKey key;
  secret.derive(kKey, key.writable());
  keys.key = AesGcmKey(key.bytes());
  secret.derive(kNonce, keys.session_nonce);
  auto& first = keys.session_nonce[0];
  first = static_cast<std::uint8_t>((first & ~kDirectionBit) |
                                    (direction == Direction::server_to_client ? kDirectionBit : 0));
}

void update_traffic_secret(std::span<std::uint8_t, 32> traffic_secret, Bytes context) {
  Expansion(traffic_secret, context).derive(kUpdate, traffic_secret);
}

GcmNonce record_nonce(const RecordKeys& keys, std::uint32_t counter) {
  GcmNonce nonce{};
  Writer writer(nonce);
  writer.bytes(keys.session_nonce);
  writer.u32(counter);
  return nonce;
}

}  // namespace pawl
