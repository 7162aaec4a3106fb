// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/baremetal/noise_random.hpp>

namespace pawl {

Status NoiseRandom::fill(MutBytes out) {
  if (left_ == 0 && !failed_) failed_ = !seed().ok();
  if (failed_) return Error::random_failed;
  --left_;
  return drbg_.generate(out);
}

Status NoiseRandom::seed() {
  Conditioned entropy;
  PAWL_TRY(condition(entropy));
  if (seeded_) {
    drbg_.reseed(entropy.bytes());
  } else {
    // The nonce is of the same source (SP 800-90A 8.6.7).
    Conditioned nonce;
    PAWL_TRY(condition(nonce));
    drbg_.instantiate(entropy.bytes(), nonce.bytes(), {});
    seeded_ = true;
  }
  left_ = kReseedInterval;
  return Error::none;
}

Status NoiseRandom::condition(Conditioned& block) {
  Sha256 hash;
  for (std::uint16_t i = 0; i < kBlockSamples; ++i) {
    const auto sample = source_.sample();
    if (!sample.ok() || !tests_.accept(sample.value())) return Error::random_failed;
    hash.update({&sample.value(), 1});
  }
  hash.finish(block.writable());
  return Error::none;
}

}  // namespace pawl
