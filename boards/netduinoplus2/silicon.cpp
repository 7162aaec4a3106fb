// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/baremetal/flash_seed_store.hpp>
#include <runtime/registers.hpp>
#include <runtime/seeded.hpp>

namespace board {
namespace {

constexpr std::uint32_t kSeedSectors = 0x080A'0000;
constexpr std::uint32_t kSectorSize = 128 * 1024;
constexpr unsigned kFirstSector = 9;

/// The flash of the STM32F4: sectors of 128 KB at its end, programmed by words.
class Flash final : public pawl::SeedFlash {
 public:
  pawl::Bytes page(unsigned page) override {
    return {reinterpret_cast<const std::uint8_t*>(address(page)), pawl::FlashSeedStore::kEntrySize};
  }
  void erase(unsigned page) override {
    const std::uint32_t command = kWords | kErase | (kFirstSector + page) << 3U;
    unlock();
    reg(kBase, kControl) = command;
    reg(kBase, kControl) = command | kStart;
    finish();
  }
  void program(unsigned page, pawl::Bytes bytes) override {
    auto* to = reinterpret_cast<volatile std::uint32_t*>(address(page));
    unlock();
    reg(kBase, kControl) = kWords | kProgram;
    for (; bytes.size() >= 4; bytes = bytes.subspan(4)) {
      *to++ =
          bytes[0] | std::uint32_t{bytes[1]} << 8U | std::uint32_t{bytes[2]} << 16U | std::uint32_t{bytes[3]} << 24U;
      if (!idle()) break;
    }
    finish();
  }

 private:
  static constexpr std::uint32_t kBase = 0x4002'3C00;
  static constexpr std::uint32_t kKey = 0x04;
  static constexpr std::uint32_t kStatus = 0x0C;
  static constexpr std::uint32_t kBusy = 1U << 16U;
  static constexpr std::uint32_t kControl = 0x10;
  static constexpr std::uint32_t kProgram = 1;
  static constexpr std::uint32_t kErase = 1U << 1U;
  static constexpr std::uint32_t kWords = 2U << 8U;
  static constexpr std::uint32_t kStart = 1U << 16U;
  static constexpr std::uint32_t kLock = 1U << 31U;
  /// A sector takes 4 s at most.
  static constexpr std::uint32_t kPolls = 20'000'000;

  static std::uint32_t address(unsigned page) { return kSeedSectors + page * kSectorSize; }
  static bool idle() { return wait_for(reg(kBase, kStatus), kBusy, false, kPolls); }
  static void unlock() {
    reg(kBase, kKey) = 0x4567'0123;
    reg(kBase, kKey) = 0xCDEF'89AB;
  }
  static void finish() {
    static_cast<void>(idle());
    reg(kBase, kControl) = kLock;
  }
};

}  // namespace

/// The internal oscillator.
const std::uint32_t kClockRate = 16'000'000;

pawl::SeedStore& seed_store() {
  static Flash flash;
  static pawl::FlashSeedStore store(flash);
  return store;
}

}  // namespace board
