// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>

namespace pawl {

/// The hash value that SHA-256 carries from block to block (FIPS 180-4 6.2).
using Sha256State = std::array<std::uint32_t, 8>;
inline constexpr std::size_t kSha256BlockSize = 64;

/// The compression function, which takes one more block into `state`. This is the crypto seam. The backend has this
/// function and those of which the headers beside this one say so, and nothing else of Pawl knows of a crypto library.
/// It cannot fail. A backend over hardware that can must fall back to software or halt.
void sha256_compress(Sha256State& state, std::span<const std::uint8_t, kSha256BlockSize> block);

/// The part of SHA-256 (FIPS 180-4) that collects bytes until they are a block.
class Sha256 {
 public:
  static constexpr std::size_t kSize = 32;
  using Digest = ByteArray<kSize>;

  Sha256() : Sha256(kInitial, 0) {}
  /// Goes on behind the one block that came to `state`, as HMAC does.
  explicit Sha256(const Sha256State& state) : Sha256(state, kSha256BlockSize) {}
  /// Clones the running state. Both can go on independently.
  Sha256(const Sha256& other) = default;
  Sha256& operator=(const Sha256& other) = default;
  /// Wipes the state.
  ~Sha256();

  /// Makes of this object what Sha256(state) is.
  void restart(const Sha256State& state) {
    state_ = state;
    size_ = kSha256BlockSize;
  }

  void update(Bytes data) { update(data.data(), data.size()); }
  /// Writes the digest of all updates and leaves the object good only for destruction, assignment and restart().
  void finish(std::span<std::uint8_t, kSize> digest) { finish(digest.data()); }

  /// What no block has come to yet.
  static constexpr Sha256State kInitial{0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                                        0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};

 private:
  Sha256(const Sha256State& state, std::size_t size);
  void update(const std::uint8_t* data, std::size_t size);
  void finish(std::uint8_t* digest);

  Sha256State state_;
  /// The number of all bytes so far. How many of them are in block_ follows from it.
  std::uint64_t size_;
  ByteArray<kSha256BlockSize> block_{};
};

/// SHA-256 of one byte string.
Sha256::Digest sha256(Bytes data);

}  // namespace pawl
