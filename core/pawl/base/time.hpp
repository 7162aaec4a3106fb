// SPDX-License-Identifier: Apache-2.0
/// Time as the core sees it, in milliseconds of a monotonic clock that the caller reads.
#pragma once

#include <compare>
#include <cstdint>

namespace pawl {

/// A span of time in milliseconds.
struct Duration {
  std::uint64_t ms = 0;
  friend constexpr bool operator==(Duration, Duration) = default;
};

constexpr Duration milliseconds(std::uint64_t n) { return {n}; }
constexpr Duration seconds(std::uint64_t n) { return {n * 1000}; }

/// A moment, in milliseconds since an origin that the clock chooses. The origin is the same for a whole session.
struct Instant {
  std::uint64_t ms = 0;
  friend constexpr bool operator==(Instant, Instant) = default;
};

/// The deadline of what is to be done at once, which has come whatever a clock tells. Any other deadline that is not
/// later than now means the same. It is a function, because a constant would cost an image its eight bytes.
constexpr Instant at_once() { return {}; }

constexpr Instant operator+(Instant at, Duration d) { return {at.ms + d.ms}; }
/// The time from `earlier` to `later`, which is none if the clock was turned back.
constexpr Duration operator-(Instant later, Instant earlier) {
  return {later.ms > earlier.ms ? later.ms - earlier.ms : 0};
}

/// A moment of a session, in milliseconds since it began. They have 32 bits, which a small processor is quick with. No
/// session lasts the 24 days after which it stands still, so a span added to it never wraps.
struct SessionTime {
  std::uint32_t ms = 0;

  static constexpr std::uint32_t kLast = 0x7FFFFFFF;
  /// How far a session that began at `begin` is.
  static constexpr SessionTime since(Instant begin, Instant now) {
    const std::uint64_t ms = (now - begin).ms;
    return {ms < kLast ? static_cast<std::uint32_t>(ms) : kLast};
  }
};

/// Later than any other.
inline constexpr SessionTime kNotInSession{~std::uint32_t{0}};

/// `d` is less than 24 days.
constexpr SessionTime operator+(SessionTime at, Duration d) { return {at.ms + static_cast<std::uint32_t>(d.ms)}; }

/// Spans and moments, each compared with its like. Not by <=>, of which a compiler that saves space makes a function,
/// called for each comparison.
template <class T>
concept Milliseconds = requires(T time) {
  time.ms;
};

constexpr bool operator<(Milliseconds auto a, decltype(a) b) { return a.ms < b.ms; }
constexpr bool operator>(Milliseconds auto a, decltype(a) b) { return a.ms > b.ms; }
constexpr bool operator<=(Milliseconds auto a, decltype(a) b) { return a.ms <= b.ms; }
constexpr bool operator>=(Milliseconds auto a, decltype(a) b) { return a.ms >= b.ms; }

}  // namespace pawl
