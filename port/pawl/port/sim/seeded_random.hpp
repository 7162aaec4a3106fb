// SPDX-License-Identifier: Apache-2.0
/// Random bytes that are known beforehand, for tests and simulations. NEVER for production, because whoever knows the
/// seed or the script knows every key.
#pragma once

#include <vector>

#include <pawl/base/random.hpp>

namespace pawl {

/// The same bytes for the same seed. NEVER for production.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

  Status fill(MutBytes out) override;

 private:
  std::uint64_t state_;
};

/// Gives out the given bytes in order and fails once there are too few left. NEVER for production.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::vector<std::uint8_t> script) : script_(std::move(script)) {}

  Status fill(MutBytes out) override;
  /// How many bytes were not asked for yet.
  [[nodiscard]] std::size_t left() const { return script_.size() - given_; }

 private:
  std::vector<std::uint8_t> script_;
  std::size_t given_ = 0;
};

}  // namespace pawl
