// SPDX-License-Identifier: Apache-2.0
// In QEMU this takes the place of a board's silicon.cpp: its clock runs at another rate there, and what is written to
// flash is not kept. Here the seed is in the file seed.bin of the host, which a power cut spares. A production image
// has a silicon.cpp, and so does not link with this.
#include <runtime/seeded.hpp>

#include "tests/firmware/semihosting.hpp"

namespace board {
namespace {

constexpr std::uintptr_t kOpen = 0x01;
constexpr std::uintptr_t kClose = 0x02;
constexpr std::uintptr_t kWrite = 0x05;
constexpr std::uintptr_t kRead = 0x06;
constexpr std::uintptr_t kRename = 0x0F;
constexpr std::uintptr_t kForReading = 1;
constexpr std::uintptr_t kForWriting = 5;

constexpr char kSeed[] = "seed.bin";
constexpr char kNext[] = "seed.new";

template <class T>
std::uintptr_t word(T* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer);
}

/// Reads or writes a whole file of this size.
bool transfer(const char* name, std::uintptr_t size_of_name, bool write, std::uintptr_t data, std::size_t size) {
  const std::uintptr_t file[] = {word(name), write ? kForWriting : kForReading, size_of_name};
  const std::intptr_t handle = firmware::semihost(kOpen, file);
  if (handle < 0) return false;
  const std::uintptr_t block[] = {static_cast<std::uintptr_t>(handle), data, size};
  const std::intptr_t left = firmware::semihost(write ? kWrite : kRead, block);
  firmware::semihost(kClose, block);
  return left == 0;
}

class SeedFile final : public pawl::SeedStore {
 public:
  pawl::Status load(pawl::Seed& seed) override {
    return transfer(kSeed, sizeof(kSeed) - 1, false, word(seed.writable().data()), pawl::Seed::kSize)
               ? pawl::Error::none
               : pawl::Error::random_failed;
  }
  pawl::Status replace(const pawl::Seed& next) override {
    if (!transfer(kNext, sizeof(kNext) - 1, true, word(next.bytes().data()), pawl::Seed::kSize)) {
      return pawl::Error::random_failed;
    }
    const std::uintptr_t names[] = {word(kNext), sizeof(kNext) - 1, word(kSeed), sizeof(kSeed) - 1};
    return firmware::semihost(kRename, names) == 0 ? pawl::Error::none : pawl::Error::random_failed;
  }
};

}  // namespace

const std::uint32_t kClockRate = PAWL_EMULATED_CLOCK_RATE;

pawl::SeedStore& seed_store() {
  static SeedFile store;
  return store;
}

}  // namespace board
