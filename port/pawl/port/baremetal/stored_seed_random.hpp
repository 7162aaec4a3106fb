// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/random.hpp>
#include <pawl/port/baremetal/hmac_drbg.hpp>
#include <pawl/port/baremetal/seed_store.hpp>

namespace pawl {

/// Random for a board without a source of noise. It is an HMAC_DRBG whose entropy is the stored seed. Before its first
/// output the seed is replaced by one derived from it, so that no start ever repeats another. The derivation goes one
/// way, so whoever reads the store later cannot tell what was drawn before. Without a seed, or if it cannot be
/// replaced, it fails for good.
class StoredSeedRandom final : public Random {
 public:
  /// `store` belongs to the caller and outlives this.
  explicit StoredSeedRandom(SeedStore& store) : store_(store) {}

  /// The first call replaces the seed.
  Status fill(MutBytes out) override;

 private:
  Status start();

  SeedStore& store_;
  HmacDrbg drbg_{};
  bool started_ = false;
  bool failed_ = false;
};

}  // namespace pawl
