// SPDX-License-Identifier: Apache-2.0
// micro:bit: the UART of the nRF51822.
#include "board.hpp"

namespace firmware {
namespace {

volatile std::uint32_t& uart(std::uint32_t offset) {
  return *reinterpret_cast<volatile std::uint32_t*>(0x40002000 + offset);
}
constexpr std::uint32_t kStartReceive = 0x000;
constexpr std::uint32_t kStartTransmit = 0x008;
constexpr std::uint32_t kReceived = 0x108;
constexpr std::uint32_t kTransmitted = 0x11C;
constexpr std::uint32_t kEnable = 0x500;
constexpr std::uint32_t kReceive = 0x518;
constexpr std::uint32_t kTransmit = 0x51C;

}  // namespace

const std::uint32_t kCyclesPerMillisecond = 16'000;

void start_uart() {
  uart(kEnable) = 4;
  uart(kStartReceive) = 1;
  uart(kStartTransmit) = 1;
}

int receive() {
  if (uart(kReceived) == 0) return -1;
  uart(kReceived) = 0;
  return static_cast<int>(uart(kReceive) & 0xFFU);
}

void transmit(std::uint8_t byte) {
  uart(kTransmitted) = 0;
  uart(kTransmit) = byte;
  while (uart(kTransmitted) == 0) {
  }
}

}  // namespace firmware
