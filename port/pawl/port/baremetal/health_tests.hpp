// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace pawl {

/// The continuous health tests of SP 800-90B 4.4 on the bytes of a source of noise. They are repetition count and
/// adaptive proportion, for an assessed min-entropy of 1 bit a byte. That is far less than what any source in use
/// gives. A sound source of just that entropy fails each with a probability of 2^-20 in a window.
class HealthTests {
 public:
  /// 1 + 20 / (1 bit) equal bytes in a row (4.4.1).
  static constexpr std::uint16_t kRepetitionCutoff = 21;
  /// In a window of 512 bytes this many are equal to its first, that one included (4.4.2).
  /// tests/interop/sp800_90_test.py computes it.
  static constexpr std::uint16_t kWindow = 512;
  static constexpr std::uint16_t kProportionCutoff = 311;

  /// Tells the next byte. False from the first failure on, whatever comes.
  bool accept(std::uint8_t byte);

 private:
  void count_repetition(std::uint8_t byte);
  void count_proportion(std::uint8_t byte);

  bool failed_ = false;
  std::uint8_t last_ = 0;
  std::uint8_t window_first_ = 0;
  std::uint16_t repetitions_ = 0;
  std::uint16_t window_size_ = 0;
  std::uint16_t window_equal_ = 0;
};

}  // namespace pawl
