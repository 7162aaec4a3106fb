// SPDX-License-Identifier: Apache-2.0
// FILL IN board: its name, part and processor; the pins of the UART and of the LED; what drives the clock; the source
// of random numbers.
#include <runtime/image.h>
#include <board.hpp>
#include <runtime/registers.hpp>

#include <pawl/port/baremetal/noise_random.hpp>
#include <pawl/port/baremetal/tick_clock.hpp>

namespace board {
namespace {

class BoardUart final : public pawl::Uart {
 public:
  void start() {
    // FILL IN uart-start: the pins, 115,200 baud, 8 data bits, no parity; and the receive interrupt.
  }
  bool transmit(std::uint8_t byte) override {
    // FILL IN uart-transmit: false while the transmitter has no room; else give it the byte.
    static_cast<void>(byte);
    return true;
  }
  void allow_receive() override {
    // FILL IN uart-allow: allow the receive interrupt, which on_interrupt() has forbidden.
  }
  static void on_interrupt(pawl::ReceiveQueue& queue) {
    // FILL IN uart-receive: put what was received into the queue; forbid the interrupt while the queue is full.
    static_cast<void>(queue);
  }

 private:
  // FILL IN uart-registers: what the functions above name.
};

/// Resets a program that hangs.
class BoardWatchdog final : public pawl::Watchdog {
 public:
  void feed() override {
    // FILL IN watchdog: start it with a period of 10 s or more when it is first fed; feed it.
  }
};

/// Fails, and with it whatever needs random numbers, until the board has a source of them.
class BoardNoise final : public pawl::NoiseSource {
 public:
  pawl::Result<std::uint8_t> sample() override {
    // FILL IN noise: a byte of the source, waiting for it no longer than it needs.
    return pawl::Error::random_failed;
  }

 private:
  // FILL IN noise-registers: what it names.
};

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): the hardware is global
pawl::ByteArray<320> receive_storage;
constinit pawl::ReceiveQueue receive_queue(receive_storage);
constinit BoardUart board_uart;
constinit BoardWatchdog board_watchdog;
constinit pawl::TickClock tick_clock;
constinit BoardNoise noise;
constinit pawl::NoiseRandom noise_random(noise);
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

}  // namespace

void start() {
  // FILL IN start: the clock; the LED, off; image_tick() a thousand times a second; the interrupts.
  board_uart.start();
}

pawl::Clock& clock() { return tick_clock; }
pawl::Uart& uart() { return board_uart; }
pawl::ReceiveQueue& received() { return receive_queue; }
pawl::Watchdog& watchdog() { return board_watchdog; }
pawl::Random& random() { return noise_random; }

void set_led(bool on) {
  // FILL IN led: light it, or not.
  static_cast<void>(on);
}

pawl::Bytes credential_page() {
  // FILL IN page: where the credential is in flash, and how much room there is.
  return {};
}

void sleep() { asm volatile("wfi" ::: "memory"); }

}  // namespace board

void image_tick() { board::tick_clock.tick(); }
void image_interrupt() { board::BoardUart::on_interrupt(board::receive_queue); }
