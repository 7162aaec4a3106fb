// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/crypto/sha256.hpp>

namespace pawl {

/// An HMAC-SHA-256 key (RFC 2104, FIPS 198-1), kept as the two hash states after the padded key, so that each further
/// use costs two hash blocks less. Any length of key; one of over 64 bytes is hashed first. Wipes itself.
class HmacKey {
 public:
  explicit HmacKey(Bytes key);

 private:
  friend class Hmac;
  Sha256 inner_;
  Sha256 outer_;
};

/// One running HMAC. Holds a reference to the key, which must outlive it.
class Hmac {
 public:
  static constexpr std::size_t kSize = Sha256::kSize;

  explicit Hmac(const HmacKey& key) : inner_(key.inner_), key_(key) {}

  void update(Bytes data) { inner_.update(data); }
  /// Writes the MAC and leaves the object good only for destruction.
  void finish(std::span<std::uint8_t, kSize> mac);

 private:
  /// At last the outer hash: finish() reuses the memory.
  Sha256 inner_;
  const HmacKey& key_;
};

/// HMAC of one byte string under `key`.
void hmac(const HmacKey& key, Bytes data, std::span<std::uint8_t, Hmac::kSize> mac);

}  // namespace pawl
