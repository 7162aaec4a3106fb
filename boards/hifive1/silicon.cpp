// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/baremetal/flash_seed_store.hpp>
#include <runtime/registers.hpp>
#include <runtime/seeded.hpp>

namespace board {
namespace {

constexpr std::uint32_t kFlash = 0x2000'0000;
constexpr std::uint32_t kSeedBlocks = 0x20FF'D000;
constexpr std::uint32_t kBlockSize = 4096;

// The program itself runs from the serial flash, which cannot be read while it is written: what speaks to the flash is
// in RAM, with interrupts off, and calls nothing that is not.

constexpr std::uint32_t kSpi = 0x1001'4000;
constexpr std::uint32_t kChipSelectMode = 0x18;
constexpr std::uint32_t kTransmit = 0x48;
constexpr std::uint32_t kReceive = 0x4C;
constexpr std::uint32_t kFlashMode = 0x60;
constexpr std::uint32_t kNotNow = 1U << 31U;

constexpr std::uint8_t kWriteEnable = 0x06;
constexpr std::uint8_t kReadStatus = 0x05;
constexpr std::uint8_t kProgramPage = 0x02;
constexpr std::uint8_t kEraseBlock = 0x20;
/// A block takes 0.3 s at most, a poll more than 1 us.
constexpr std::uint32_t kPolls = 1'000'000;

[[gnu::always_inline]] inline std::uint8_t exchange(std::uint8_t byte) {
  for (std::uint32_t polls = kPolls; (reg(kSpi, kTransmit) & kNotNow) != 0 && polls > 0;) --polls;
  reg(kSpi, kTransmit) = byte;
  for (std::uint32_t polls = kPolls; polls > 0; --polls) {
    const std::uint32_t received = reg(kSpi, kReceive);
    if ((received & kNotNow) == 0) return static_cast<std::uint8_t>(received);
  }
  return 0;
}

[[gnu::always_inline]] inline void select(bool on) { reg(kSpi, kChipSelectMode) = on ? 2 : 0; }

/// One command with an address and `size` bytes of data, and the wait for its end.
[[gnu::section(".ramtext"), gnu::noinline]] void command(std::uint8_t code, std::uint32_t address,
                                                         const std::uint8_t* data, std::size_t size) {
  reg(kSpi, kFlashMode) = 0;
  select(true);
  static_cast<void>(exchange(kWriteEnable));
  select(false);
  select(true);
  static_cast<void>(exchange(code));
  for (unsigned shift = 24; shift > 0;) {
    shift -= 8;
    static_cast<void>(exchange(static_cast<std::uint8_t>(address >> shift)));
  }
  for (std::size_t i = 0; i < size; ++i) static_cast<void>(exchange(data[i]));
  select(false);
  select(true);
  static_cast<void>(exchange(kReadStatus));
  for (std::uint32_t polls = kPolls; polls > 0 && (exchange(0) & 1U) != 0;) --polls;
  select(false);
  reg(kSpi, kFlashMode) = 1;
}

void command_undisturbed(std::uint8_t code, std::uint32_t address, pawl::Bytes data) {
  constexpr std::uint32_t kAllow = 1U << 3U;
  std::uint32_t before = 0;
  asm volatile("csrrc %0, mstatus, %1" : "=r"(before) : "r"(kAllow) : "memory");
  command(code, address - kFlash, data.data(), data.size());
  asm volatile("csrs mstatus, %0" ::"r"(before & kAllow) : "memory");
}

class Flash final : public pawl::SeedFlash {
 public:
  pawl::Bytes page(unsigned page) override {
    return {reinterpret_cast<const std::uint8_t*>(address(page)), pawl::FlashSeedStore::kEntrySize};
  }
  void erase(unsigned page) override { command_undisturbed(kEraseBlock, address(page), {}); }
  void program(unsigned page, pawl::Bytes bytes) override { command_undisturbed(kProgramPage, address(page), bytes); }

 private:
  static std::uint32_t address(unsigned page) { return kSeedBlocks + page * kBlockSize; }
};

}  // namespace

/// The low-frequency crystal, which drives the timer.
const std::uint32_t kClockRate = 32'768;

pawl::SeedStore& seed_store() {
  static Flash flash;
  static pawl::FlashSeedStore store(flash);
  return store;
}

}  // namespace board
