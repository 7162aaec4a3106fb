// SPDX-License-Identifier: Apache-2.0
// Netduino Plus 2: STM32F405RG, Cortex-M4; the image also runs on Olimex's STM32-H405. UART: USART1, PB6 and PB7. LED:
// PA10. Clock: the internal oscillator, 16 MHz. Its generator of random numbers would need the PLL, so a seed serves.
#include <runtime/image.h>
#include <board.hpp>
#include <runtime/cortex_m.hpp>
#include <runtime/seeded.hpp>
#include <runtime/stm32.hpp>

#include <pawl/port/baremetal/stored_seed_random.hpp>
#include <pawl/port/baremetal/tick_clock.hpp>

namespace board {
namespace {

constexpr std::uint32_t kPortA = 0x4002'0000;
constexpr std::uint32_t kPortB = 0x4002'0400;
constexpr std::uint32_t kMode = 0x00;
constexpr std::uint32_t kSetReset = 0x18;
constexpr std::uint32_t kAlternateFunctionLow = 0x20;
constexpr unsigned kLed = 10;
constexpr unsigned kTransmitPin = 6;
constexpr unsigned kReceivePin = 7;
constexpr unsigned kUartInterrupt = 37;

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): the hardware is global
pawl::ByteArray<320> receive_storage;
constinit pawl::ReceiveQueue receive_queue(receive_storage);
constinit Stm32Uart usart(0x4001'1000);
constinit Stm32Watchdog independent_watchdog;
constinit pawl::TickClock tick_clock;
pawl::StoredSeedRandom seed_random(seed_store());
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

/// Sets a field of `bits` bits, one of which each pin has.
void configure(volatile std::uint32_t& fields, unsigned bits, unsigned pin, std::uint32_t value) {
  const unsigned shift = pin * bits;
  fields = (fields & ~(((1U << bits) - 1) << shift)) | value << shift;
}

}  // namespace

void start() {
  constexpr std::uint32_t kReset = 0x4002'3800;
  constexpr std::uint32_t kPortClocks = 0x30;
  constexpr std::uint32_t kBusClocks = 0x44;
  constexpr std::uint32_t kOutput = 1;
  constexpr std::uint32_t kAlternate = 2;
  constexpr std::uint32_t kUsart = 7;
  reg(kReset, kPortClocks) = reg(kReset, kPortClocks) | 3U;
  reg(kReset, kBusClocks) = reg(kReset, kBusClocks) | 1U << 4U;
  for (const unsigned pin : {kTransmitPin, kReceivePin}) {
    configure(reg(kPortB, kAlternateFunctionLow), 4, pin, kUsart);
    configure(reg(kPortB, kMode), 2, pin, kAlternate);
  }
  configure(reg(kPortA, kMode), 2, kLed, kOutput);
  usart.start(kClockRate);
  enable_interrupt(kUartInterrupt);
  start_systick(kClockRate);
}

pawl::Clock& clock() { return tick_clock; }
pawl::Uart& uart() { return usart; }
pawl::ReceiveQueue& received() { return receive_queue; }
pawl::Watchdog& watchdog() { return independent_watchdog; }

pawl::Random& random() { return seed_random; }

void set_led(bool on) { reg(kPortA, kSetReset) = 1U << (on ? kLed : kLed + 16); }

pawl::Bytes credential_page() { return {reinterpret_cast<const std::uint8_t*>(0x080E'0000), 1024}; }

void sleep() { wait_for_interrupt(); }

}  // namespace board

void image_tick() { board::tick_clock.tick(); }
void image_interrupt() { board::usart.on_interrupt(board::receive_queue); }
