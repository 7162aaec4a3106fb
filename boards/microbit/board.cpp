// SPDX-License-Identifier: Apache-2.0
// BBC micro:bit: nRF51822, Cortex-M0. UART: P0.24 and P0.25, the USB port. LED: the one at the upper left of the
// matrix. Clock: TIMER0 over the 16 MHz crystal; this part has no system timer. Random: its own generator of noise.
#include <runtime/image.h>
#include <board.hpp>
#include <runtime/cortex_m.hpp>

#include <pawl/port/baremetal/noise_random.hpp>
#include <pawl/port/baremetal/tick_clock.hpp>

namespace board {
namespace {

constexpr unsigned kUartInterrupt = 2;
constexpr unsigned kTimerInterrupt = 8;

class NordicUart final : public pawl::Uart {
 public:
  static void start() {
    reg(kBase, kTransmitPin) = 24;
    reg(kBase, kReceivePin) = 25;
    reg(kBase, kRate) = k115200;
    reg(kBase, kEnable) = 4;
    reg(kBase, kStartReceive) = 1;
    reg(kBase, kStartTransmit) = 1;
    reg(kBase, kAllowInterrupt) = kReceivedInterrupt;
  }
  bool transmit(std::uint8_t byte) override {
    if (transmitting_ && reg(kBase, kTransmitted) == 0) return false;
    reg(kBase, kTransmitted) = 0;
    reg(kBase, kTransmit) = byte;
    transmitting_ = true;
    return true;
  }
  void allow_receive() override { reg(kBase, kAllowInterrupt) = kReceivedInterrupt; }
  static void on_interrupt(pawl::ReceiveQueue& queue) {
    while (reg(kBase, kReceived) != 0) {
      if (queue.full()) {
        reg(kBase, kForbidInterrupt) = kReceivedInterrupt;
        return;
      }
      reg(kBase, kReceived) = 0;
      queue.put(static_cast<std::uint8_t>(reg(kBase, kReceive)));
    }
  }

 private:
  static constexpr std::uint32_t kBase = 0x4000'2000;
  static constexpr std::uint32_t kStartReceive = 0x000;
  static constexpr std::uint32_t kStartTransmit = 0x008;
  static constexpr std::uint32_t kReceived = 0x108;
  static constexpr std::uint32_t kTransmitted = 0x11C;
  static constexpr std::uint32_t kAllowInterrupt = 0x304;
  static constexpr std::uint32_t kForbidInterrupt = 0x308;
  static constexpr std::uint32_t kReceivedInterrupt = 1U << 2U;
  static constexpr std::uint32_t kEnable = 0x500;
  static constexpr std::uint32_t kTransmitPin = 0x50C;
  static constexpr std::uint32_t kReceivePin = 0x514;
  static constexpr std::uint32_t kReceive = 0x518;
  static constexpr std::uint32_t kTransmit = 0x51C;
  static constexpr std::uint32_t kRate = 0x524;
  static constexpr std::uint32_t k115200 = 0x01D7'E000;

  bool transmitting_ = false;
};

/// A thousand times a second, by the timer's comparison with 1,000 microseconds.
class NordicTimer {
 public:
  static void start() {
    reg(kBase, kBits) = 3;
    reg(kBase, kPrescaler) = 4;
    reg(kBase, kCompare) = 1000;
    reg(kBase, kShortcuts) = 1;
    reg(kBase, kAllowInterrupt) = 1U << 16U;
    reg(kBase) = 1;
  }
  static bool ticked() {
    if (reg(kBase, kCompared) == 0) return false;
    reg(kBase, kCompared) = 0;
    return true;
  }

 private:
  static constexpr std::uint32_t kBase = 0x4000'8000;
  static constexpr std::uint32_t kCompared = 0x140;
  static constexpr std::uint32_t kShortcuts = 0x200;
  static constexpr std::uint32_t kAllowInterrupt = 0x304;
  static constexpr std::uint32_t kBits = 0x508;
  static constexpr std::uint32_t kPrescaler = 0x510;
  static constexpr std::uint32_t kCompare = 0x540;
};

/// Period: 10 s.
class NordicWatchdog final : public pawl::Watchdog {
 public:
  void feed() override {
    if (!running_) start();
    reg(kBase, kReload) = 0x6E52'4635;
  }

 private:
  static constexpr std::uint32_t kBase = 0x4001'0000;
  static constexpr std::uint32_t kPeriod = 0x504;
  static constexpr std::uint32_t kConfiguration = 0x50C;
  static constexpr std::uint32_t kReload = 0x600;

  void start() {
    running_ = true;
    reg(kBase, kConfiguration) = 1;  // while the processor sleeps, too
    reg(kBase, kPeriod) = 10 * 32'768 - 1;
    reg(kBase) = 1;
  }

  bool running_ = false;
};

/// With its correction of bias, which makes it give a byte each 0.7 ms.
class NordicNoise final : public pawl::NoiseSource {
 public:
  explicit constexpr NordicNoise(pawl::Clock& clock) : clock_(clock) {}

  pawl::Result<std::uint8_t> sample() override {
    constexpr pawl::Duration kLongest = pawl::milliseconds(100);
    reg(kBase, kConfiguration) = 1;
    reg(kBase) = 1;
    const pawl::Instant since = clock_.now();
    while (reg(kBase, kReady) == 0) {
      if (clock_.now() - since > kLongest) return pawl::Error::random_failed;
    }
    reg(kBase, kReady) = 0;
    return static_cast<std::uint8_t>(reg(kBase, kValue));
  }

 private:
  static constexpr std::uint32_t kBase = 0x4000'D000;
  static constexpr std::uint32_t kReady = 0x100;
  static constexpr std::uint32_t kConfiguration = 0x504;
  static constexpr std::uint32_t kValue = 0x508;

  pawl::Clock& clock_;
};

constexpr std::uint32_t kPort = 0x5000'0000;
constexpr std::uint32_t kSet = 0x508;
constexpr std::uint32_t kClear = 0x50C;
constexpr std::uint32_t kSetOutput = 0x518;
/// The LED is between row 1 and column 1 of the matrix.
constexpr std::uint32_t kRow = 1U << 13U;
constexpr std::uint32_t kColumn = 1U << 4U;
constexpr std::uint32_t kTransmitPin = 1U << 24U;

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): the hardware is global
pawl::ByteArray<320> receive_storage;
constinit pawl::ReceiveQueue receive_queue(receive_storage);
constinit NordicUart nordic_uart;
constinit NordicWatchdog nordic_watchdog;
constinit pawl::TickClock tick_clock;
constinit NordicNoise noise(tick_clock);
constinit pawl::NoiseRandom noise_random(noise);
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void start_crystal() {
  constexpr std::uint32_t kClock = 0x4000'0000;
  constexpr std::uint32_t kStarted = 0x100;
  constexpr std::uint32_t kPolls = 10'000;
  reg(kClock) = 1;
  // Without it the UART's rate is off by more than a peer may bear; there is nothing else to do about it.
  static_cast<void>(wait_for(reg(kClock, kStarted), 1, true, kPolls));
}

}  // namespace

void start() {
  start_crystal();
  reg(kPort, kSet) = kTransmitPin;
  reg(kPort, kClear) = kRow | kColumn;
  reg(kPort, kSetOutput) = kRow | kColumn | kTransmitPin;
  NordicUart::start();
  NordicTimer::start();
  enable_interrupt(kUartInterrupt);
  enable_interrupt(kTimerInterrupt);
}

pawl::Clock& clock() { return tick_clock; }
pawl::Uart& uart() { return nordic_uart; }
pawl::ReceiveQueue& received() { return receive_queue; }
pawl::Watchdog& watchdog() { return nordic_watchdog; }

pawl::Random& random() { return noise_random; }

void set_led(bool on) { reg(kPort, on ? kSet : kClear) = kRow; }

pawl::Bytes credential_page() { return {reinterpret_cast<const std::uint8_t*>(0x0003'FC00), 1024}; }

void sleep() { wait_for_interrupt(); }

}  // namespace board

void image_interrupt() {
  if (board::NordicTimer::ticked()) board::tick_clock.tick();
  board::NordicUart::on_interrupt(board::receive_queue);
}
