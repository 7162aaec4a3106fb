// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <pawl/record/replay_window.hpp>

namespace pawl {

void ReplayWindow::clear() {
  std::fill(words_.begin(), words_.end(), 0U);
  highest_ = 0;
  begun_ = false;
}

ReplayWindow::Verdict ReplayWindow::judge(std::uint32_t counter) const {
  if (!begun_ || counter > highest_) return Verdict::fresh;
  if (highest_ - counter >= (words_.size() - 1) * kWordBits) return Verdict::old;
  return (word_of(counter) & bit_of(counter)) != 0 ? Verdict::duplicate : Verdict::fresh;
}

bool ReplayWindow::mark(std::uint32_t counter) {
  const bool highest = !begun_ || counter > highest_;
  if (highest) {
    // The words between the old and the new highest held counters that are too old now.
    const auto steps = std::min<std::size_t>(counter / kWordBits - highest_ / kWordBits, words_.size());
    for (std::size_t i = 0; i < steps; ++i) word_of(counter - static_cast<std::uint32_t>(i) * kWordBits) = 0;
    highest_ = counter;
    begun_ = true;
  }
  word_of(counter) |= bit_of(counter);
  return highest;
}

}  // namespace pawl
