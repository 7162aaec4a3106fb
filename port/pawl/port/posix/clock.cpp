// SPDX-License-Identifier: Apache-2.0
#include <ctime>

#include <pawl/port/posix/clock.hpp>

namespace pawl {

Instant MonotonicClock::now() {
  timespec time{};
  // Cannot fail, because the clock exists wherever this compiles.
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return {static_cast<std::uint64_t>(time.tv_sec) * 1000 + static_cast<std::uint64_t>(time.tv_nsec) / 1'000'000};
}

}  // namespace pawl
