// SPDX-License-Identifier: Apache-2.0
// ST's STM32VLDISCOVERY: STM32F100RB, Cortex-M3. UART: USART1, PA9 and PA10. LED: the green one, PC9. Clock: the
// internal oscillator, 8 MHz. It has no source of noise.
#include <runtime/image.h>
#include <board.hpp>
#include <runtime/cortex_m.hpp>
#include <runtime/seeded.hpp>
#include <runtime/stm32.hpp>

#include <pawl/port/baremetal/stored_seed_random.hpp>
#include <pawl/port/baremetal/tick_clock.hpp>

namespace board {
namespace {

constexpr std::uint32_t kPortA = 0x4001'0800;
constexpr std::uint32_t kPortC = 0x4001'1000;
constexpr std::uint32_t kHigherPins = 0x04;
constexpr std::uint32_t kSetReset = 0x10;
constexpr unsigned kLed = 9;
constexpr unsigned kUartInterrupt = 37;

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): the hardware is global
pawl::ByteArray<160> receive_storage;
constinit pawl::ReceiveQueue receive_queue(receive_storage);
constinit Stm32Uart usart(0x4001'3800);
constinit Stm32Watchdog independent_watchdog;
constinit pawl::TickClock tick_clock;
pawl::StoredSeedRandom seed_random(seed_store());
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

/// Four bits a pin, pins 8 to 15.
void configure(std::uint32_t port, unsigned pin, std::uint32_t mode) {
  const unsigned shift = (pin - 8) * 4;
  reg(port, kHigherPins) = (reg(port, kHigherPins) & ~(0xFU << shift)) | mode << shift;
}

}  // namespace

void start() {
  constexpr std::uint32_t kClocks = 0x4002'1018;
  constexpr std::uint32_t kPortAClock = 1U << 2U;
  constexpr std::uint32_t kPortCClock = 1U << 4U;
  constexpr std::uint32_t kUartClock = 1U << 14U;
  constexpr std::uint32_t kAlternateOutput = 0xB;
  constexpr std::uint32_t kOutput = 0x2;
  reg(kClocks) = kPortAClock | kPortCClock | kUartClock;
  configure(kPortA, 9, kAlternateOutput);
  configure(kPortC, kLed, kOutput);
  usart.start(kClockRate);
  enable_interrupt(kUartInterrupt);
  start_systick(kClockRate);
}

pawl::Clock& clock() { return tick_clock; }
pawl::Uart& uart() { return usart; }
pawl::ReceiveQueue& received() { return receive_queue; }
pawl::Watchdog& watchdog() { return independent_watchdog; }

pawl::Random& random() { return seed_random; }

void set_led(bool on) { reg(kPortC, kSetReset) = 1U << (on ? kLed : kLed + 16); }

pawl::Bytes credential_page() { return {reinterpret_cast<const std::uint8_t*>(0x0801'FC00), 1024}; }

void sleep() { wait_for_interrupt(); }

}  // namespace board

void image_tick() { board::tick_clock.tick(); }
void image_interrupt() { board::usart.on_interrupt(board::receive_queue); }
