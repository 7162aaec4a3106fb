// SPDX-License-Identifier: Apache-2.0
// What the images need of a part, for the two that QEMU stands in for: mps2-an385 (Cortex-M3) and micro:bit
// (Cortex-M0).
#pragma once

#include <pawl/base/time.hpp>

#include "known_random.hpp"
#include "semihosting.hpp"

namespace firmware {

/// Makes the UART and the clock ready.
void start_board();
/// Its part of that, as the files uart_*.cpp do it.
void start_uart();

/// A byte from the UART, -1 if there is none.
int receive();
void transmit(std::uint8_t byte);

pawl::Instant now();

/// Of the system timer.
extern const std::uint32_t kCyclesPerMillisecond;

}  // namespace firmware
