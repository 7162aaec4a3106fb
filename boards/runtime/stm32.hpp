// SPDX-License-Identifier: Apache-2.0
/// What the STM32F1 and F4 have in common: the UART and the independent watchdog.
#pragma once

#include <pawl/port/baremetal/receive_queue.hpp>
#include <pawl/port/baremetal/uart.hpp>
#include <pawl/port/baremetal/watchdog.hpp>
#include <runtime/registers.hpp>

namespace board {

class Stm32Uart final : public pawl::Uart {
 public:
  constexpr explicit Stm32Uart(std::uint32_t base) : base_(base) {}

  /// `clock` is that of its bus.
  void start(std::uint32_t clock) const {
    constexpr std::uint32_t kBaud = 115'200;
    reg(base_, kRate) = (clock + kBaud / 2) / kBaud;
    reg(base_, kControl) = kEnable | kTransmitter | kReceiver | kReceiveInterrupt;
  }
  bool transmit(std::uint8_t byte) override {
    if ((reg(base_, kStatus) & kTransmitEmpty) == 0) return false;
    reg(base_, kData) = byte;
    return true;
  }
  void allow_receive() override { reg(base_, kControl) = reg(base_, kControl) | kReceiveInterrupt; }
  void on_interrupt(pawl::ReceiveQueue& queue) const {
    while ((reg(base_, kStatus) & kReceived) != 0) {
      if (queue.full()) {
        reg(base_, kControl) = reg(base_, kControl) & ~kReceiveInterrupt;
        return;
      }
      queue.put(static_cast<std::uint8_t>(reg(base_, kData)));
    }
  }

 private:
  static constexpr std::uint32_t kStatus = 0x00;
  static constexpr std::uint32_t kReceived = 1U << 5U;
  static constexpr std::uint32_t kTransmitEmpty = 1U << 7U;
  static constexpr std::uint32_t kData = 0x04;
  static constexpr std::uint32_t kRate = 0x08;
  static constexpr std::uint32_t kControl = 0x0C;
  static constexpr std::uint32_t kReceiver = 1U << 2U;
  static constexpr std::uint32_t kTransmitter = 1U << 3U;
  static constexpr std::uint32_t kReceiveInterrupt = 1U << 5U;
  static constexpr std::uint32_t kEnable = 1U << 13U;

  std::uint32_t base_;
};

/// Period: 26 s with the 40 kHz of an F1, 33 s with the 32 kHz of an F4.
class Stm32Watchdog final : public pawl::Watchdog {
 public:
  void feed() override {
    if (!running_) start();
    reg(kBase) = 0xAAAA;
  }

 private:
  static constexpr std::uint32_t kBase = 0x4000'3000;

  void start() {
    constexpr std::uint32_t kPrescaler = 0x04;
    constexpr std::uint32_t kReload = 0x08;
    running_ = true;
    reg(kBase) = 0xCCCC;
    reg(kBase) = 0x5555;
    reg(kBase, kPrescaler) = 6;
    reg(kBase, kReload) = 0xFFF;
  }

  bool running_ = false;
};

}  // namespace board
