// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <pawl/crypto/sha256.hpp>
#include <pawl/port/baremetal/flash_seed_store.hpp>

namespace pawl {
namespace {

constexpr auto kPrefix = ascii("pawl seed slot");
constexpr std::size_t kSequenceSize = 4;
constexpr std::size_t kSlotCheckSize = 8;
constexpr std::size_t kChecked = FlashSeedStore::kSlotSize - kSlotCheckSize;

/// The last number. A slot with it has no successor, and erased flash would read as it.
constexpr std::uint32_t kLastSequence = std::numeric_limits<std::uint32_t>::max();

ByteArray<kSlotCheckSize> check_of(Bytes slot) {
  Sha256 hash;
  hash.update(kPrefix);
  hash.update(slot.first(kChecked));
  Sha256::Digest digest;
  hash.finish(digest);
  ByteArray<kSlotCheckSize> check;
  copy(Bytes(digest).first(kSlotCheckSize), check);
  return check;
}

bool is_whole(Bytes slot) { return std::ranges::equal(slot.subspan(kChecked, kSlotCheckSize), check_of(slot)); }

std::uint32_t sequence_of(Bytes slot) {
  std::uint32_t sequence = 0;
  for (std::size_t i = kSequenceSize; i > 0; --i) sequence = sequence << 8U | slot[i - 1];
  return sequence;
}

}  // namespace

void FlashSeedStore::make_slot(std::uint32_t sequence, const Seed& seed, Slot& slot) {
  const auto bytes = slot.writable();
  for (std::size_t i = 0; i < kSequenceSize; ++i) bytes[i] = static_cast<std::uint8_t>(sequence >> 8U * i);
  copy(seed.bytes(), bytes.subspan(kSequenceSize));
  copy(check_of(bytes), bytes.subspan(kChecked));
}

Status FlashSeedStore::load(Seed& seed) {
  const auto page = current();
  if (!page) return Error::random_failed;
  copy(flash_.page(*page).subspan(kSequenceSize, Seed::kSize), seed.writable());
  return Error::none;
}

Status FlashSeedStore::replace(const Seed& next) {
  const auto old = current();
  if (!old || sequence_of(flash_.page(*old)) == kLastSequence) return Error::random_failed;
  const unsigned other = 1 - *old;
  Slot slot;
  make_slot(sequence_of(flash_.page(*old)) + 1, next, slot);
  flash_.erase(other);
  flash_.program(other, slot.bytes());
  if (!std::ranges::equal(flash_.page(other).first(kSlotSize), slot.bytes())) return Error::random_failed;
  flash_.erase(*old);
  return is_erased(*old) ? Error::none : Error::random_failed;
}

std::optional<unsigned> FlashSeedStore::current() const {
  const Bytes first = flash_.page(0);
  const Bytes second = flash_.page(1);
  if (is_whole(first) && is_whole(second)) return sequence_of(second) > sequence_of(first) ? 1U : 0U;
  if (is_whole(first)) return 0U;
  if (is_whole(second)) return 1U;
  return std::nullopt;
}

bool FlashSeedStore::is_erased(unsigned page) const {
  return std::ranges::all_of(flash_.page(page).first(kSlotSize), [](std::uint8_t byte) { return byte == 0xff; });
}

}  // namespace pawl
