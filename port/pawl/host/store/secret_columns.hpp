// SPDX-License-Identifier: Apache-2.0
/// How secrets lie in the columns of a database: as they are, or sealed under a key that is kept elsewhere.
#pragma once

#include <cstdint>
#include <optional>

#include <pawl/crypto/aes_gcm.hpp>
#include <pawl/host/store/store_key.hpp>

namespace pawl::host {

/// Seals with AES-256-GCM under random nonces of 96 bits, and binds each secret to the user and the column that it is
/// for. So it cannot be moved to another one. A key is good for 2^32 secrets.
class SecretColumns {
 public:
  /// No secret of a column is larger.
  static constexpr std::size_t kMostSecret = 64;
  /// What sealing adds: the nonce before the secret and the tag behind it.
  static constexpr std::size_t kOverhead = kGcmNonceSize + kGcmTagSize;
  /// Room for what lies in a column.
  using Room = ByteArray<kMostSecret + kOverhead>;

  /// Without a key nothing is sealed.
  explicit SecretColumns(const std::optional<StoreKey>& key);

  [[nodiscard]] bool sealing() const { return key_.has_value(); }

  /// What is to lie in `column` for `secret`, in `room` or `secret` itself. `user` has at most 128 bytes. Kind::core.
  [[nodiscard]] FailureOr<Bytes> put(Bytes user, std::uint8_t column, Bytes secret, Room& room) const;

  /// Whether `stored` is what put() made for a secret of the size of `secret`, which is then written.
  [[nodiscard]] bool get(Bytes user, std::uint8_t column, Bytes stored, MutBytes secret) const;

 private:
  std::optional<AesGcmKey> key_;
};

}  // namespace pawl::host
