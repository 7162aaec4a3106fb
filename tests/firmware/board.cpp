// SPDX-License-Identifier: Apache-2.0
#include "board.hpp"

#include <runtime/cortex_m.hpp>
#include <runtime/image.h>

namespace firmware {
namespace {

/// Rounds of the system timer: milliseconds.
volatile std::uint32_t rounds;

}  // namespace

void start_board() {
  start_uart();
  board::start_systick(kCyclesPerMillisecond * 1000);
}

pawl::Instant now() { return {rounds}; }

}  // namespace firmware

void image_tick() { firmware::rounds = firmware::rounds + 1; }
