// SPDX-License-Identifier: Apache-2.0
// mps2-an385: the UART of Arm's Cortex-M System Design Kit.
#include "board.hpp"

namespace firmware {
namespace {

struct Uart {
  std::uint32_t data;
  std::uint32_t state;
  std::uint32_t control;
  std::uint32_t interrupts;
  std::uint32_t divider;
};
volatile Uart& uart() { return *reinterpret_cast<volatile Uart*>(0x40004000); }
constexpr std::uint32_t kTransmitFull = 1;
constexpr std::uint32_t kReceiveFull = 2;

}  // namespace

const std::uint32_t kCyclesPerMillisecond = 25'000;

void start_uart() {
  uart().divider = 16;
  uart().control = 3;
}

int receive() { return (uart().state & kReceiveFull) != 0 ? static_cast<int>(uart().data) : -1; }

void transmit(std::uint8_t byte) {
  while ((uart().state & kTransmitFull) != 0) {
  }
  uart().data = byte;
}

}  // namespace firmware
