// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/sha256.hpp>

// Mbed TLS's hash returns an error only for a wrong variant or from a hardware driver; this configuration has neither,
// so the results below are always 0.

namespace pawl {

Sha256::Sha256() {
  mbedtls_sha256_init(&context_);
  static_cast<void>(mbedtls_sha256_starts(&context_, 0));
}

Sha256::Sha256(const Sha256& other) { mbedtls_sha256_clone(&context_, &other.context_); }

Sha256& Sha256::operator=(const Sha256& other) {
  if (this != &other) mbedtls_sha256_clone(&context_, &other.context_);
  return *this;
}

Sha256::~Sha256() { mbedtls_sha256_free(&context_); }

void Sha256::update(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(mbedtls_sha256_update(&context_, data, size));
}

void Sha256::finish(std::span<std::uint8_t, kSize> digest) {
  static_cast<void>(mbedtls_sha256_finish(&context_, digest.data()));
}

Sha256::Digest sha256(Bytes data) {
  Sha256::Digest digest{};
  Sha256 hash;
  hash.update(data);
  hash.finish(digest);
  return digest;
}

}  // namespace pawl
