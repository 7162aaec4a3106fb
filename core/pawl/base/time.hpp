// SPDX-License-Identifier: Apache-2.0
/// Time as the core sees it: milliseconds of a monotonic clock that the caller reads.
#pragma once

#include <compare>
#include <cstdint>

namespace pawl {

/// A span of time in milliseconds.
struct Duration {
  std::uint64_t ms = 0;
  friend constexpr auto operator<=>(Duration, Duration) = default;
};

constexpr Duration milliseconds(std::uint64_t n) { return {n}; }
constexpr Duration seconds(std::uint64_t n) { return {n * 1000}; }

/// A moment: milliseconds since an origin that the clock chooses, the same for a whole session.
struct Instant {
  std::uint64_t ms = 0;
  friend constexpr auto operator<=>(Instant, Instant) = default;
};

/// Later than any moment that a clock tells.
inline constexpr Instant kNever{~std::uint64_t{0}};

constexpr Instant operator+(Instant at, Duration d) { return {at.ms + d.ms}; }
/// The time from `earlier` to `later`; none if the clock was turned back.
constexpr Duration operator-(Instant later, Instant earlier) {
  return {later.ms > earlier.ms ? later.ms - earlier.ms : 0};
}

}  // namespace pawl
