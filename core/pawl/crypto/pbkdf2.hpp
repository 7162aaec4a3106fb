// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/secret.hpp>
#include <pawl/crypto/hmac.hpp>

namespace pawl {

/// PBKDF2-HMAC-SHA-256 (RFC 8018 5.2, SP 800-132) with 32 bytes of output. It is done in steps, because 600,000
/// iterations take minutes on a microcontroller, whose watchdog wants feeding and whose user wants a progress bar.
class Pbkdf2 {
 public:
  static constexpr std::size_t kSize = Hmac::kSize;

  /// `password` and `salt` are not used after the constructor. iterations >= 1.
  Pbkdf2(Bytes password, Bytes salt, std::uint32_t iterations);
  Pbkdf2(const Pbkdf2&) = delete;
  Pbkdf2& operator=(const Pbkdf2&) = delete;
  ~Pbkdf2() = default;

  /// Does at most `iterations` more. True when all are done.
  bool step(std::uint32_t iterations);
  /// How many are done, of how many.
  [[nodiscard]] std::uint32_t done() const { return done_; }
  [[nodiscard]] std::uint32_t total() const { return total_; }
  /// The derived key, which is valid as long as this object. It means nothing before step() has returned true.
  [[nodiscard]] std::span<const std::uint8_t, kSize> key() const { return output_.bytes(); }

 private:
  struct BlockTag;
  HmacKey password_;
  Secret<BlockTag, kSize> block_;
  Secret<BlockTag, kSize> output_;
  std::uint32_t total_;
  std::uint32_t done_ = 1;
};

}  // namespace pawl
