// SPDX-License-Identifier: Apache-2.0
// What the images need of a part, for the two that QEMU stands in for: mps2-an385 (Cortex-M3) and micro:bit
// (Cortex-M0).
#pragma once

#include <pawl/base/random.hpp>
#include <pawl/base/time.hpp>

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

/// Instead of start_board(), for costs.cpp: the system timer counts cycles, and there is no now().
void start_counting();
std::uint64_t ticks();

/// The same sequence at every start: for these images alone, whose secrets protect nothing.
class KnownRandom final : public pawl::Random {
 public:
  pawl::Status fill(pawl::MutBytes out) override;

 private:
  std::uint32_t state_ = 0x2545F491;
};

}  // namespace firmware
