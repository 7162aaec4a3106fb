// SPDX-License-Identifier: Apache-2.0
#include "board.hpp"

#include <runtime/image.h>

namespace firmware {
namespace {

/// Rounds of the system timer: milliseconds, unless it counts cycles.
volatile std::uint32_t rounds;

/// Armv6-M and Armv7-M: the system timer, counting down from `reload`.
struct SysTick {
  std::uint32_t control;
  std::uint32_t reload;
  std::uint32_t value;
};
volatile SysTick& systick() { return *reinterpret_cast<volatile SysTick*>(0xE000E010); }
constexpr std::uint32_t kRunWithInterrupt = 7;
constexpr std::uint32_t kLongestRound = 0xFF'FFFF;

void start_timer(std::uint32_t reload) {
  systick().reload = reload;
  systick().value = 0;
  systick().control = kRunWithInterrupt;
}

}  // namespace

void start_board() {
  start_uart();
  start_timer(kCyclesPerMillisecond - 1);
}

pawl::Instant now() { return {rounds}; }

void start_counting() { start_timer(kLongestRound); }

std::uint64_t ticks() {
  // Again, if a round ended meanwhile.
  for (;;) {
    const std::uint32_t round = rounds;
    const std::uint32_t left = systick().value;
    if (round == rounds) return std::uint64_t{round} * (kLongestRound + 1) + (kLongestRound - left);
  }
}

pawl::Status KnownRandom::fill(pawl::MutBytes out) {
  for (auto& byte : out) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    byte = static_cast<std::uint8_t>(state_);
  }
  return pawl::Error::none;
}

}  // namespace firmware

void image_tick() { firmware::rounds = firmware::rounds + 1; }
