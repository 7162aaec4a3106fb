// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include <pawl/port/sim/chance.hpp>
#include <pawl/port/transport.hpp>

namespace pawl {

/// What a noisy line does to bytes, which by default is nothing. Chances are per million.
struct NoiseRates {
  /// That a bit is inverted.
  std::uint32_t bit_error = 0;
  /// That a byte is lost.
  std::uint32_t loss = 0;
  /// That a random byte comes before a byte.
  std::uint32_t insertion = 0;
};

/// A serial line's noise, for tests and simulations. It is a transport over another and changes what is read through
/// it. What is written passes as it is, so put one over each end to work on both directions. The same seed and the same
/// bytes give the same noise.
///
/// A read() can leave bytes behind that poll() does not know of, so read until it gives 0.
class Noise final : public Transport {
 public:
  /// `under` belongs to the caller and outlives the noise.
  Noise(Transport& under, const NoiseRates& rates, std::uint64_t seed) : under_(under), rates_(rates), chance_(seed) {}

  /// From now on.
  void set_rates(const NoiseRates& rates) { rates_ = rates; }
  /// Unplugs the line, or plugs it in again. Nothing of what comes meanwhile is read, and nothing is said about it.
  void set_cut(bool cut) { cut_ = cut; }
  /// Gives `count` random bytes before what comes next, as a peer that is switched on does.
  void burst(std::size_t count);

  Result<std::size_t> read(MutBytes buffer) override;
  Result<std::size_t> write(Bytes bytes) override { return under_.write(bytes); }
  void shutdown() override { under_.shutdown(); }
  void close() override { under_.close(); }

 private:
  void hear(std::uint8_t byte);

  Transport& under_;
  NoiseRates rates_;
  Chance chance_;
  bool cut_ = false;
  /// To be read.
  std::deque<std::uint8_t> given_{};
};

}  // namespace pawl
