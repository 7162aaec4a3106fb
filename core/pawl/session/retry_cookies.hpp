// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/address.hpp>
#include <pawl/base/random.hpp>
#include <pawl/base/secret.hpp>
#include <pawl/base/time.hpp>
#include <pawl/crypto/sha256.hpp>
#include <pawl/wire/parameters.hpp>

namespace pawl {

/// Proofs that somebody receives what is sent to an address, of which the server keeps nothing but a key, PROTOCOL.md
/// 13.2.
class RetryCookies {
 public:
  using Cookie = ByteArray<kCookieSize>;

  /// Draws the first key. Error::random_failed.
  Status start(Random& random, Instant now);
  /// Draws another key when the present one is old. Both count until the next. If `random` fails, the present one
  /// stays.
  void advance(Random& random, Instant now);

  /// The cookie for who sent this ClientHello from there. `hello` is SHA-256 of the frame with its cookie zeroed.
  [[nodiscard]] Cookie make(const Address& from, const Sha256::Digest& hello, Instant now) const;
  /// Whether `cookie` was made for these less than 10 s ago.
  [[nodiscard]] bool good(const Cookie& cookie, const Address& from, const Sha256::Digest& hello, Instant now) const;

 private:
  using Key = Secret<struct CookieKeyTag, 32>;
  static Cookie make(const Key& key, std::uint32_t t, const Address& from, const Sha256::Digest& hello);

  Key present_;
  Key previous_;
  Instant drawn_;
};

}  // namespace pawl
