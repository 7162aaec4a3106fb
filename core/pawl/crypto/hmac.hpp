// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/crypto/sha256.hpp>

namespace pawl {

/// An HMAC-SHA-256 key (RFC 2104, FIPS 198-1), kept as the two hash values after the padded key, so that each further
/// use costs two hash blocks less. Wipes itself.
class HmacKey {
 public:
  /// A key that is known to be no longer than a block.
  template <std::size_t N>
  requires(N <= kSha256BlockSize) explicit HmacKey(std::span<const std::uint8_t, N> key) : HmacKey(key.data(), N) {}
  /// A key of any length. One of over 64 bytes is hashed first.
  static HmacKey of_any_length(Bytes key);

  HmacKey(const HmacKey& other) = default;
  HmacKey& operator=(const HmacKey& other) = default;
  ~HmacKey();

 private:
  friend class Hmac;
  HmacKey(const std::uint8_t* key, std::size_t size);

  Sha256State inner_ = Sha256::kInitial;
  Sha256State outer_ = Sha256::kInitial;
};

/// One running HMAC. Holds a reference to the key, which must outlive it.
class Hmac {
 public:
  static constexpr std::size_t kSize = Sha256::kSize;

  explicit Hmac(const HmacKey& key) : hash_(key.inner_), key_(key) {}

  void update(Bytes data) { hash_.update(data); }
  /// Writes the MAC and leaves the object good only for destruction.
  void finish(std::span<std::uint8_t, kSize> mac) { finish(mac.data()); }

 private:
  void finish(std::uint8_t* mac);

  /// The inner hash. At the end the outer hash is in the same memory.
  Sha256 hash_;
  const HmacKey& key_;
};

/// HMAC of one byte string under `key`.
void hmac(const HmacKey& key, Bytes data, std::span<std::uint8_t, Hmac::kSize> mac);

}  // namespace pawl
