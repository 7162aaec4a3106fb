// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/baremetal/tick_clock.hpp>

namespace pawl {

void TickClock::tick() {
  const std::uint32_t low = low_ + 1;
  low_ = low;
  if (low == 0) high_ = high_ + 1;
}

Instant TickClock::now() {
  // Again, if a carry came in between.
  for (;;) {
    const std::uint32_t high = high_;
    const std::uint32_t low = low_;
    if (high == high_) return {std::uint64_t{high} << 32U | low};
  }
}

}  // namespace pawl
