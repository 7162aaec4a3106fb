// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <pawl/port/baremetal/seed_store.hpp>

namespace pawl {

/// Two pages of flash that can be erased one without the other, as a board implements them over registers.
class SeedFlash {
 public:
  static constexpr unsigned kPages = 2;

  /// The first bytes of a page, as many as an entry has (FlashSeedStore::kEntrySize).
  virtual Bytes page(unsigned page) = 0;
  /// Makes all bytes of the page 0xff. The store reads back what this and program() have done, so they need not know
  /// whether they succeeded. They must return.
  virtual void erase(unsigned page) = 0;
  /// Writes to the start of an erased page, whole words of 4 bytes.
  virtual void program(unsigned page, Bytes bytes) = 0;

 protected:
  ~SeedFlash() = default;
};

/// A seed in two pages of flash, of which at any moment one at least holds a whole entry. An entry is laid out like
/// this:
///
///     sequence u32 (little-endian) ‖ seed 32 ‖ SHA256("pawl seed slot" ‖ sequence ‖ seed)[0..8)
///
/// The whole entry with the higher sequence counts. replace() writes the other page, reads it back and then erases the
/// one before. A board is provisioned with an entry of any sequence but the last in one of the pages.
class FlashSeedStore final : public SeedStore {
 public:
  static constexpr std::size_t kEntrySize = 4 + 32 + 8;
  using Entry = Secret<struct SeedEntryTag, kEntrySize>;

  /// `flash` belongs to the caller and outlives this.
  explicit FlashSeedStore(SeedFlash& flash) : flash_(flash) {}

  Status load(Seed& seed) override;
  Status replace(const Seed& next) override;

  /// Writes an entry, as provisioning does.
  static void make_entry(std::uint32_t sequence, const Seed& seed, Entry& entry);

 private:
  [[nodiscard]] std::optional<unsigned> current() const;
  [[nodiscard]] bool is_erased(unsigned page) const;

  SeedFlash& flash_;
};

}  // namespace pawl
