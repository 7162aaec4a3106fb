// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/result.hpp>
#include <pawl/base/secret.hpp>

namespace pawl {

/// The seed of a board without a source of noise. It has 32 bytes, drawn elsewhere, that were put on this board and on
/// no other.
using Seed = Secret<struct SeedTag, 32>;

/// Keeps the seed while the power is off.
class SeedStore {
 public:
  /// Reads the seed. Error::random_failed if there is none, or none that is whole.
  virtual Status load(Seed& seed) = 0;
  /// Puts `next` in the place of the seed that load() gave. If it succeeds, no load() will ever give the earlier seed
  /// again, whenever the power is cut. If the power is cut during it, load() gives the one or the other.
  /// Error::random_failed if it cannot be sure of that.
  virtual Status replace(const Seed& next) = 0;

 protected:
  ~SeedStore() = default;
};

}  // namespace pawl
