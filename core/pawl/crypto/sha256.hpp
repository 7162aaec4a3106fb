// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>
#include <pawl/crypto/mbedtls/native.hpp>

namespace pawl {

/// SHA-256 (FIPS 180-4). The crypto seam: this class and its siblings in this folder are all that the rest of Pawl
/// knows of a crypto library. A backend supplies the context type in native.hpp and the member functions. Hashing
/// cannot fail: a backend over hardware that can fail must fall back to software or halt.
class Sha256 {
 public:
  static constexpr std::size_t kSize = 32;
  using Digest = ByteArray<kSize>;

  Sha256();
  /// Clones the running state; both can go on independently.
  Sha256(const Sha256& other);
  Sha256& operator=(const Sha256& other);
  /// Wipes the state.
  ~Sha256();

  void update(Bytes data) { update(data.data(), data.size()); }
  /// Writes the digest of all updates and leaves the object good only for destruction and assignment.
  void finish(std::span<std::uint8_t, kSize> digest);

 private:
  void update(const std::uint8_t* data, std::size_t size);

  native::Sha256Context context_;
};

/// SHA-256 of one byte string.
Sha256::Digest sha256(Bytes data);

}  // namespace pawl
