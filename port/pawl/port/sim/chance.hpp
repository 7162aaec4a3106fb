// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/port/sim/seeded_random.hpp>

namespace pawl {

/// Draws for simulations, the same for the same seed. NEVER for production.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}

  /// A number in 0..n-1, close to uniform. n is not 0.
  std::uint64_t below(std::uint64_t n) {
    ByteArray<8> bytes{};
    static_cast<void>(random_.fill(bytes));  // cannot fail
    std::uint64_t number = 0;
    for (const std::uint8_t byte : bytes) number = number << 8U | byte;
    return number % n;
  }
  /// True n times in a million.
  bool per_million(std::uint32_t n) { return below(1'000'000) < n; }

 private:
  SeededRandom random_;
};

}  // namespace pawl
