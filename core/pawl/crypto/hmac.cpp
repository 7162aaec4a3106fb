// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/secret.hpp>
#include <pawl/crypto/hmac.hpp>

namespace pawl {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::uint8_t kInnerPad = 0x36;
constexpr std::uint8_t kOuterPad = 0x5C;

struct HmacBlockTag;

}  // namespace

HmacKey::HmacKey(Bytes key) {
  Secret<HmacBlockTag, kBlock> block;
  const auto bytes = block.writable();
  if (key.size() > kBlock) {
    inner_.update(key);
    inner_.finish(bytes.first<Sha256::kSize>());
    inner_ = outer_;  // which is still at its beginning
  } else {
    copy(key, bytes);
  }
  for (auto& byte : bytes) byte ^= kInnerPad;
  inner_.update(bytes);
  for (auto& byte : bytes) byte ^= kInnerPad ^ kOuterPad;
  outer_.update(bytes);
}

void Hmac::finish(std::span<std::uint8_t, kSize> mac) {
  inner_.finish(mac);
  inner_ = key_.outer_;
  inner_.update(mac);
  inner_.finish(mac);
}

void hmac(const HmacKey& key, Bytes data, std::span<std::uint8_t, Hmac::kSize> mac) {
  Hmac running(key);
  running.update(data);
  running.finish(mac);
}

}  // namespace pawl
