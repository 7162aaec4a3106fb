// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/random.hpp>
#include <pawl/port/baremetal/health_tests.hpp>
#include <pawl/port/baremetal/hmac_drbg.hpp>

namespace pawl {

/// A hardware source of noise, as a board implements it over registers.
class NoiseSource {
 public:
  /// The next raw byte. It waits for it no longer than the hardware needs, and then fails with Error::random_failed.
  virtual Result<std::uint8_t> sample() = 0;

 protected:
  ~NoiseSource() = default;
};

/// Random over a source of noise. It is an HMAC_DRBG, seeded with conditioned samples and seeded again at intervals.
/// Every sample goes through the health tests of SP 800-90B, the first 1024 before the first output (its start-up
/// test). Once the source fails a test, or gives nothing, it fails for good.
///
/// The first fill() takes kStartSamples samples, every kReseedInterval-th one after it kBlockSamples.
class NoiseRandom final : public Random {
 public:
  /// How many samples SHA-256 condenses to 32 bytes. At 1 bit of min-entropy a byte they have twice what 32 bytes can
  /// hold, so those are full (SP 800-90B 3.1.5.1.2).
  static constexpr std::uint16_t kBlockSamples = 512;
  static constexpr std::uint16_t kStartSamples = 2 * kBlockSamples;
  static constexpr std::uint8_t kReseedInterval = 64;

  /// `source` belongs to the caller and outlives this.
  explicit constexpr NoiseRandom(NoiseSource& source) : source_(source) {}

  Status fill(MutBytes out) override;

 private:
  using Conditioned = Secret<struct ConditionedNoiseTag, Sha256::kSize>;

  Status seed();
  Status condition(Conditioned& block);

  NoiseSource& source_;
  HealthTests tests_{};
  HmacDrbg drbg_{};
  /// Requests until it is seeded again.
  std::uint8_t left_ = 0;
  bool seeded_ = false;
  bool failed_ = false;
};

}  // namespace pawl
