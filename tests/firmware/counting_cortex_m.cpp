// SPDX-License-Identifier: Apache-2.0
// By the system timer: QEMU lets PAWL_INSTRUCTION_NS pass with each instruction, of which the timer takes
// PAWL_TIMER_KHZ / 1,000,000 steps.
#include <runtime/image.h>
#include <runtime/cortex_m.hpp>

#include "counting.hpp"

namespace firmware {
namespace {

constexpr std::uint32_t kSysTick = 0xE000E010;
constexpr std::uint32_t kReload = 4;
constexpr std::uint32_t kValue = 8;
constexpr std::uint32_t kRunWithInterrupt = 7;
constexpr std::uint32_t kLongestRound = 0xFF'FFFF;

volatile std::uint32_t rounds;

std::uint64_t ticks() {
  // Again, if a round ended meanwhile.
  for (;;) {
    const std::uint32_t round = rounds;
    const std::uint32_t left = board::reg(kSysTick, kValue);
    if (round == rounds) return std::uint64_t{round} * (kLongestRound + 1) + (kLongestRound - left);
  }
}

}  // namespace

void start_counting() {
  board::reg(kSysTick, kReload) = kLongestRound;
  board::reg(kSysTick, kValue) = 0;
  board::reg(kSysTick) = kRunWithInterrupt;
}

std::uint64_t instructions() { return ticks() * 1'000'000 / (PAWL_TIMER_KHZ * std::uint64_t{PAWL_INSTRUCTION_NS}); }

}  // namespace firmware

void image_tick() { firmware::rounds = firmware::rounds + 1; }
