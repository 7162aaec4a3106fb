// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/baremetal/flash_seed_store.hpp>
#include <runtime/registers.hpp>
#include <runtime/seeded.hpp>

namespace board {
namespace {

constexpr std::uint32_t kSeedPages = 0x0801'F400;
constexpr std::uint32_t kPageSize = 1024;

/// The flash of the STM32F1: pages of 1 KB, programmed by half-words.
class Flash final : public pawl::SeedFlash {
 public:
  pawl::Bytes page(unsigned page) override {
    return {reinterpret_cast<const std::uint8_t*>(address(page)), pawl::FlashSeedStore::kEntrySize};
  }
  void erase(unsigned page) override {
    unlock();
    reg(kBase, kControl) = kErase;
    reg(kBase, kAddress) = address(page);
    reg(kBase, kControl) = kErase | kStart;
    finish();
  }
  void program(unsigned page, pawl::Bytes bytes) override {
    auto* to = reinterpret_cast<volatile std::uint16_t*>(address(page));
    unlock();
    reg(kBase, kControl) = kProgram;
    for (; bytes.size() >= 2; bytes = bytes.subspan(2)) {
      *to++ = static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8U);
      if (!idle()) break;
    }
    finish();
  }

 private:
  static constexpr std::uint32_t kBase = 0x4002'2000;
  static constexpr std::uint32_t kKey = 0x04;
  static constexpr std::uint32_t kStatus = 0x0C;
  static constexpr std::uint32_t kBusy = 1;
  static constexpr std::uint32_t kControl = 0x10;
  static constexpr std::uint32_t kProgram = 1;
  static constexpr std::uint32_t kErase = 1U << 1U;
  static constexpr std::uint32_t kStart = 1U << 6U;
  static constexpr std::uint32_t kLock = 1U << 7U;
  static constexpr std::uint32_t kAddress = 0x14;
  /// A page takes 40 ms at most.
  static constexpr std::uint32_t kPolls = 200'000;

  static std::uint32_t address(unsigned page) { return kSeedPages + page * kPageSize; }
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
const std::uint32_t kClockRate = 8'000'000;

pawl::SeedStore& seed_store() {
  static Flash flash;
  static pawl::FlashSeedStore store(flash);
  return store;
}

}  // namespace board
