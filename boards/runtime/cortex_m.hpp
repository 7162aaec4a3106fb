// SPDX-License-Identifier: Apache-2.0
/// What all Cortex-M have.
#pragma once

#include <runtime/registers.hpp>

namespace board {

/// Lets interrupt `number` through, 0..63.
inline void enable_interrupt(unsigned number) { reg(0xE000E100, number / 32 * 4) = 1U << number % 32; }

/// The system timer: image_tick() a thousand times a second, of `rate` cycles.
inline void start_systick(std::uint32_t rate) {
  constexpr std::uint32_t kSysTick = 0xE000E010;
  constexpr std::uint32_t kRunWithInterrupt = 7;
  reg(kSysTick, 4) = rate / 1000 - 1;
  reg(kSysTick, 8) = 0;
  reg(kSysTick) = kRunWithInterrupt;
}

inline void wait_for_interrupt() { asm volatile("wfi" ::: "memory"); }

}  // namespace board
