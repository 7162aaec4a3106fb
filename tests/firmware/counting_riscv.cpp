// SPDX-License-Identifier: Apache-2.0
#include "counting.hpp"

namespace firmware {

void start_counting() {}

std::uint64_t instructions() {
  std::uint32_t high = 0;
  std::uint32_t low = 0;
  std::uint32_t again = 1;
  // Again, if the lower half overflowed meanwhile.
  while (high != again) {
    asm volatile("csrr %0, minstreth\n csrr %1, minstret\n csrr %2, minstreth" : "=r"(high), "=r"(low), "=r"(again));
  }
  return std::uint64_t{high} << 32U | low;
}

}  // namespace firmware
