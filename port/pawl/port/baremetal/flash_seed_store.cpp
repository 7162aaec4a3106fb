// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <pawl/crypto/sha256.hpp>
#include <pawl/port/baremetal/flash_seed_store.hpp>

namespace pawl {
namespace {

constexpr auto kPrefix = ascii("pawl seed slot");
constexpr std::size_t kSequenceSize = 4;
constexpr std::size_t kEntryCheckSize = 8;
constexpr std::size_t kChecked = FlashSeedStore::kEntrySize - kEntryCheckSize;

/// The last number. An entry with it has no successor, and erased flash would read as it.
constexpr std::uint32_t kLastSequence = std::numeric_limits<std::uint32_t>::max();

ByteArray<kEntryCheckSize> check_of(Bytes entry) {
  Sha256 hash;
  hash.update(kPrefix);
  hash.update(entry.first(kChecked));
  Sha256::Digest digest;
  hash.finish(digest);
  ByteArray<kEntryCheckSize> check;
  copy(Bytes(digest).first(kEntryCheckSize), check);
  return check;
}

bool is_whole(Bytes entry) { return std::ranges::equal(entry.subspan(kChecked, kEntryCheckSize), check_of(entry)); }

std::uint32_t sequence_of(Bytes entry) {
  std::uint32_t sequence = 0;
  for (std::size_t i = kSequenceSize; i > 0; --i) sequence = sequence << 8U | entry[i - 1];
  return sequence;
}

}  // namespace

void FlashSeedStore::make_entry(std::uint32_t sequence, const Seed& seed, Entry& entry) {
  const auto bytes = entry.writable();
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
  Entry entry;
  make_entry(sequence_of(flash_.page(*old)) + 1, next, entry);
  flash_.erase(other);
  flash_.program(other, entry.bytes());
  if (!std::ranges::equal(flash_.page(other).first(kEntrySize), entry.bytes())) return Error::random_failed;
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
  return std::ranges::all_of(flash_.page(page).first(kEntrySize), [](std::uint8_t byte) { return byte == 0xff; });
}

}  // namespace pawl
