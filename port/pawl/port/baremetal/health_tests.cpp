// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/baremetal/health_tests.hpp>

namespace pawl {

bool HealthTests::accept(std::uint8_t byte) {
  count_repetition(byte);
  count_proportion(byte);
  return !failed_;
}

void HealthTests::count_repetition(std::uint8_t byte) {
  repetitions_ = repetitions_ > 0 && byte == last_ ? static_cast<std::uint16_t>(repetitions_ + 1) : std::uint16_t{1};
  last_ = byte;
  if (repetitions_ >= kRepetitionCutoff) failed_ = true;
}

void HealthTests::count_proportion(std::uint8_t byte) {
  if (window_size_ == 0) {
    window_first_ = byte;
    window_equal_ = 0;
  }
  if (byte == window_first_) ++window_equal_;
  if (window_equal_ >= kProportionCutoff) failed_ = true;
  ++window_size_;
  if (window_size_ == kWindow) window_size_ = 0;
}

}  // namespace pawl
