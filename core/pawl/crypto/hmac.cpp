// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/secret.hpp>
#include <pawl/crypto/hmac.hpp>

namespace pawl {
namespace {

constexpr std::uint8_t kInnerPad = 0x36;
constexpr std::uint8_t kOuterPad = 0x5C;

struct HmacBlockTag;
struct HmacLongKeyTag;

}  // namespace

HmacKey::HmacKey(const std::uint8_t* key, std::size_t size) {
  Secret<HmacBlockTag, kSha256BlockSize> block;
  const auto bytes = block.writable();
  std::copy_n(key, size, bytes.data());
  std::uint8_t pad = kInnerPad;
  for (Sha256State* state : {&inner_, &outer_}) {
    for (auto& byte : bytes) byte ^= pad;
    sha256_compress(*state, bytes);
    pad = kInnerPad ^ kOuterPad;
  }
}

HmacKey HmacKey::of_any_length(Bytes key) {
  if (key.size() <= kSha256BlockSize) return {key.data(), key.size()};
  Secret<HmacLongKeyTag, Sha256::kSize> digest;
  Sha256 hash;
  hash.update(key);
  hash.finish(digest.writable());
  return HmacKey(digest.bytes());
}

HmacKey::~HmacKey() {
  wipe(inner_);
  wipe(outer_);
}

void Hmac::finish(std::uint8_t* mac) {
  const std::span<std::uint8_t, kSize> digest(mac, kSize);
  hash_.finish(digest);
  hash_.restart(key_.outer_);
  hash_.update(digest);
  hash_.finish(digest);
}

void hmac(const HmacKey& key, Bytes data, std::span<std::uint8_t, Hmac::kSize> mac) {
  Hmac running(key);
  running.update(data);
  running.finish(mac);
}

}  // namespace pawl
