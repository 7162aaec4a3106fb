// SPDX-License-Identifier: Apache-2.0
// SiFive's HiFive1: FE310-G000, RV32IMAC. UART: UART0, pins 16 and 17, the USB port. LED: the green one, pin 19. Clock:
// the 16 MHz crystal; the timer has one of its own. It has no source of noise.
#include <runtime/image.h>
#include <board.hpp>
#include <runtime/registers.hpp>
#include <runtime/seeded.hpp>

#include <pawl/port/baremetal/stored_seed_random.hpp>
#include <pawl/port/baremetal/tick_clock.hpp>

namespace board {
namespace {

class SifiveUart final : public pawl::Uart {
 public:
  static void start() {
    constexpr std::uint32_t kCrystal = 16'000'000;
    constexpr std::uint32_t kBaud = 115'200;
    reg(kBase, kDivider) = (kCrystal + kBaud / 2) / kBaud - 1;
    reg(kBase, kTransmitControl) = 1;
    reg(kBase, kReceiveControl) = 1;
    reg(kBase, kAllowInterrupt) = kReceivedInterrupt;
  }
  bool transmit(std::uint8_t byte) override {
    if ((reg(kBase) & kNotNow) != 0) return false;
    reg(kBase) = byte;
    return true;
  }
  void allow_receive() override { reg(kBase, kAllowInterrupt) = kReceivedInterrupt; }
  static void on_interrupt(pawl::ReceiveQueue& queue) {
    for (;;) {
      if (queue.full()) {
        reg(kBase, kAllowInterrupt) = 0;
        return;
      }
      const std::uint32_t received = reg(kBase, kReceive);
      if ((received & kNotNow) != 0) return;
      queue.put(static_cast<std::uint8_t>(received));
    }
  }

 private:
  static constexpr std::uint32_t kBase = 0x1001'3000;
  static constexpr std::uint32_t kReceive = 0x04;
  static constexpr std::uint32_t kTransmitControl = 0x08;
  static constexpr std::uint32_t kReceiveControl = 0x0C;
  static constexpr std::uint32_t kAllowInterrupt = 0x10;
  static constexpr std::uint32_t kReceivedInterrupt = 2;
  static constexpr std::uint32_t kDivider = 0x18;
  /// Of what is written: there is no room; of what is read: there was nothing.
  static constexpr std::uint32_t kNotNow = 1U << 31U;
};

/// Compares the machine's time with the next millisecond, whose length in ticks is seldom whole.
class MachineTimer {
 public:
  void start() {
    reg(kTime, 4) = 0;
    reg(kTime) = 0;
    advance();
  }
  void advance() {
    next_ += kClockRate / 1000;
    rest_ += kClockRate % 1000;
    if (rest_ >= 1000) {
      rest_ -= 1000;
      ++next_;
    }
    // In this order no moment in between is one of the past.
    reg(kCompare, 4) = 0xFFFF'FFFF;
    reg(kCompare) = static_cast<std::uint32_t>(next_);
    reg(kCompare, 4) = static_cast<std::uint32_t>(next_ >> 32U);
  }

 private:
  static constexpr std::uint32_t kCompare = 0x0200'4000;
  static constexpr std::uint32_t kTime = 0x0200'BFF8;

  std::uint64_t next_ = 0;
  std::uint32_t rest_ = 0;
};

/// Period: 10 s. Each write needs the key before it.
class SifiveWatchdog final : public pawl::Watchdog {
 public:
  void feed() override {
    if (!running_) start();
    write(kFeed, 0x0D09'F00D);
  }

 private:
  static constexpr std::uint32_t kBase = 0x1000'0000;
  static constexpr std::uint32_t kFeed = 0x18;
  static constexpr std::uint32_t kKey = 0x1C;
  static constexpr std::uint32_t kCompare = 0x20;

  static void write(std::uint32_t offset, std::uint32_t value) {
    reg(kBase, kKey) = 0x0051'F15E;
    reg(kBase, offset) = value;
  }
  void start() {
    constexpr std::uint32_t kReset = 1U << 8U;
    constexpr std::uint32_t kAlways = 1U << 12U;
    constexpr std::uint32_t kBy256 = 8;
    running_ = true;
    write(kCompare, 10 * 32'768 / 256);
    write(0, kReset | kAlways | kBy256);
  }

  bool running_ = false;
};

constexpr std::uint32_t kPins = 0x1001'2000;
constexpr std::uint32_t kOutputEnable = 0x08;
constexpr std::uint32_t kOutputValue = 0x0C;
constexpr std::uint32_t kFunctionEnable = 0x38;
constexpr std::uint32_t kFunctionSelect = 0x3C;
/// The LED is lit by a low pin.
constexpr std::uint32_t kLed = 1U << 19U;
constexpr std::uint32_t kUartPins = 3U << 16U;

constexpr std::uint32_t kInterrupts = 0x0C00'0000;
constexpr std::uint32_t kInterruptEnable = 0x2000;
constexpr std::uint32_t kInterruptClaim = 0x20'0004;
constexpr unsigned kUartInterrupt = 3;

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): the hardware is global
pawl::ByteArray<320> receive_storage;
constinit pawl::ReceiveQueue receive_queue(receive_storage);
constinit SifiveUart sifive_uart;
constinit SifiveWatchdog sifive_watchdog;
constinit MachineTimer machine_timer;
constinit pawl::TickClock tick_clock;
pawl::StoredSeedRandom seed_random(seed_store());
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void start_crystal() {
  constexpr std::uint32_t kClocks = 0x1000'8000;
  constexpr std::uint32_t kCrystal = 0x04;
  constexpr std::uint32_t kPll = 0x08;
  constexpr std::uint32_t kEnable = 1U << 30U;
  constexpr std::uint32_t kReady = 1U << 31U;
  constexpr std::uint32_t kCrystalPastThePll = 7U << 16U;
  constexpr std::uint32_t kPolls = 100'000;
  reg(kClocks, kCrystal) = kEnable;
  if (wait_for(reg(kClocks, kCrystal), kReady, true, kPolls)) reg(kClocks, kPll) = kCrystalPastThePll;
}

void enable_uart_interrupt() {
  reg(kInterrupts, 4 * kUartInterrupt) = 1;
  reg(kInterrupts, kInterruptEnable) = 1U << kUartInterrupt;
}

void allow_interrupts() {
  constexpr std::uint32_t kTimerAndExternal = 1U << 7U | 1U << 11U;
  constexpr std::uint32_t kAllow = 1U << 3U;
  asm volatile("csrs mie, %0" ::"r"(kTimerAndExternal));
  asm volatile("csrs mstatus, %0" ::"r"(kAllow));
}

}  // namespace

void start() {
  start_crystal();
  reg(kPins, kOutputValue) = reg(kPins, kOutputValue) | kLed;
  reg(kPins, kOutputEnable) = reg(kPins, kOutputEnable) | kLed;
  reg(kPins, kFunctionSelect) = reg(kPins, kFunctionSelect) & ~kUartPins;
  reg(kPins, kFunctionEnable) = reg(kPins, kFunctionEnable) | kUartPins;
  // In this order: QEMU's interrupt controller overlooks a source that was waiting when it was enabled.
  enable_uart_interrupt();
  SifiveUart::start();
  machine_timer.start();
  allow_interrupts();
}

pawl::Clock& clock() { return tick_clock; }
pawl::Uart& uart() { return sifive_uart; }
pawl::ReceiveQueue& received() { return receive_queue; }
pawl::Watchdog& watchdog() { return sifive_watchdog; }

pawl::Random& random() { return seed_random; }

void set_led(bool on) {
  const std::uint32_t others = reg(kPins, kOutputValue) & ~kLed;
  reg(kPins, kOutputValue) = on ? others : others | kLed;
}

pawl::Bytes credential_page() { return {reinterpret_cast<const std::uint8_t*>(0x20FF'F000), 1024}; }

void sleep() { asm volatile("wfi" ::: "memory"); }

}  // namespace board

void image_tick() {
  board::machine_timer.advance();
  board::tick_clock.tick();
}

void image_interrupt() {
  const std::uint32_t source = board::reg(board::kInterrupts, board::kInterruptClaim);
  if (source == board::kUartInterrupt) board::SifiveUart::on_interrupt(board::receive_queue);
  board::reg(board::kInterrupts, board::kInterruptClaim) = source;
}
