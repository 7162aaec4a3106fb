// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/result.hpp>
#include <pawl/base/secret.hpp>
#include <pawl/crypto/hmac.hpp>

namespace pawl {

/// HMAC_DRBG of SP 800-90A 10.1.2 with SHA-256, for a security strength of 256 bits. Whoever learns its state cannot
/// tell earlier output from it. Wipes itself.
class HmacDrbg {
 public:
  /// The longest request, 2^19 bits.
  static constexpr std::size_t kMaxRequest = 65'536;

  /// Instantiates it. `entropy` has at least 256 bits of min-entropy, and half as much again if there is no `nonce`. It
  /// may be called again. Then nothing of the state before remains.
  void instantiate(Bytes entropy, Bytes nonce, Bytes personalization);
  /// Mixes `entropy`, of at least 256 bits of min-entropy, into the state.
  void reseed(Bytes entropy);
  /// Error::random_failed before instantiate(), and for more than kMaxRequest. The standard's limit of 2^48 requests
  /// is out of reach.
  Status generate(MutBytes out);

 private:
  void update(Bytes a, Bytes b, Bytes c);
  void update_once(std::uint8_t round, Bytes a, Bytes b, Bytes c);

  Secret<struct DrbgKeyTag, Hmac::kSize> key_{};
  Secret<struct DrbgValueTag, Hmac::kSize> value_{};
  bool instantiated_ = false;
};

}  // namespace pawl
