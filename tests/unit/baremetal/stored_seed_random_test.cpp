// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <pawl/port/baremetal/flash_seed_store.hpp>
#include <pawl/port/baremetal/stored_seed_random.hpp>
#include <set>

#include "tests/support/bytes.hpp"

namespace pawl::test::stored_seed_random_test {
namespace {

struct PowerCut {};

/// Flash as chips have it: erasing sets the bits of a page, programming clears bits of a word at a time, and the power
/// can be cut at any of these steps, in the middle of it.
class SimulatedFlash final : public SeedFlash {
 public:
  SimulatedFlash() {
    for (auto& page : pages_) page.fill(0xff);
  }

  Bytes page(unsigned page) override { return pages_.at(page); }
  void erase(unsigned page) override {
    if (!erases_) return;
    for (std::size_t at = 0; at < kSize; at += kWord) {
      if (cut()) throw PowerCut();
      std::fill_n(pages_.at(page).begin() + static_cast<std::ptrdiff_t>(at), kWord, std::uint8_t{0xff});
    }
  }
  void program(unsigned page, Bytes bytes) override {
    for (std::size_t at = 0; at < bytes.size(); at += kWord) {
      const bool off = cut();
      // A word that was cut short has some of its bits.
      const std::size_t part = off ? kWord / 2 : kWord;
      for (std::size_t i = at; i < at + part; ++i) pages_.at(page).at(i) &= bytes[i];
      if (off) throw PowerCut();
    }
  }

  void cut_power_after(int steps) { steps_left_ = steps; }
  void keep_power() { steps_left_ = -1; }
  /// Erasing does nothing any more: the chip is worn out.
  void wear_out() { erases_ = false; }
  void flip(unsigned page, std::size_t at) { pages_.at(page).at(at) ^= 1; }

 private:
  static constexpr std::size_t kWord = 4;
  static constexpr std::size_t kSize = 64;

  bool cut() { return steps_left_ >= 0 && steps_left_-- == 0; }

  std::array<ByteArray<kSize>, kPages> pages_{};
  int steps_left_ = -1;
  bool erases_ = true;
};

void provision(SimulatedFlash& flash, std::uint32_t sequence = 0) {
  FlashSeedStore::Entry entry;
  const Buffer seed = pattern(Seed::kSize);
  FlashSeedStore::make_entry(sequence, Seed(Bytes(seed).first<Seed::kSize>()), entry);
  flash.program(0, entry.bytes());
}

/// The first output after a start; "failed" if there is none, "off" if the power was cut before it.
std::string first_output(SimulatedFlash& flash) {
  FlashSeedStore store(flash);
  StoredSeedRandom random(store);
  Buffer out(16);
  try {
    return random.fill(out).ok() ? hex(out) : "failed";
  } catch (const PowerCut&) {
    return "off";
  }
}

TEST(StoredSeedRandom, StartsFromAnEntryOfToolsSeedEntry) {
  SimulatedFlash flash;
  flash.program(0, unhex("00000000000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1ff14c46646da74f76"));
  Seed seed;
  ASSERT_TRUE(FlashSeedStore(flash).load(seed).ok());
  EXPECT_EQ(hex(seed.bytes()), "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
}

TEST(StoredSeedRandom, NeverRepeatsAStart) {
  SimulatedFlash flash;
  provision(flash);
  std::set<std::string> seen;
  for (int start = 0; start < 200; ++start) EXPECT_TRUE(seen.insert(first_output(flash)).second) << start;
  EXPECT_FALSE(seen.contains("failed"));
}

/// Starts a board again and again, with the power cut after each number of steps in turn, in the first as in the second
/// page. How many outputs came twice, and how many starts were refused.
struct Outcome {
  int repeated = 0;
  int refused = 0;
  int cut = 0;
};

template <class Start>
Outcome cut_everywhere(const Start& start) {
  Outcome outcome;
  SimulatedFlash flash;
  provision(flash);
  std::set<std::string> seen;
  for (int before = 0; before < 2; ++before) {
    for (int steps = 0; steps < 60; ++steps) {
      for (const bool cut : {true, false}) {
        if (cut) {
          flash.cut_power_after(steps);
        } else {
          flash.keep_power();
        }
        const std::string output = start(flash);
        if (output == "off") {
          ++outcome.cut;
        } else if (output == "failed") {
          ++outcome.refused;
        } else if (!seen.insert(output).second) {
          ++outcome.repeated;
        }
      }
    }
    flash.keep_power();
    static_cast<void>(start(flash));  // now the other page is the present one
  }
  return outcome;
}

TEST(StoredSeedRandom, NeverRepeatsWhereverThePowerIsCut) {
  const Outcome outcome = cut_everywhere(first_output);
  EXPECT_EQ(outcome.repeated, 0);
  EXPECT_EQ(outcome.refused, 0) << "and the board always starts again";
  EXPECT_GT(outcome.cut, 80) << "the cuts fall into the replacement";
}

/// The controls: what is wrong is noticed.
TEST(StoredSeedRandom, ReplacingTheSeedAfterTheFirstOutputWouldRepeat) {
  const Outcome outcome = cut_everywhere([](SimulatedFlash& flash) -> std::string {
    FlashSeedStore store(flash);
    Seed seed;
    if (!store.load(seed).ok()) return "failed";
    const std::string output = hex(seed.bytes());
    try {
      static_cast<void>(store.replace(Seed(sha256(seed.bytes()))));
    } catch (const PowerCut&) {
    }
    return output;
  });
  EXPECT_GT(outcome.repeated, 0);
}

TEST(StoredSeedRandom, ReplacingTheSeedInItsOwnPageWouldLoseIt) {
  const Outcome outcome = cut_everywhere([](SimulatedFlash& flash) -> std::string {
    FlashSeedStore store(flash);
    Seed seed;
    if (!store.load(seed).ok()) return "failed";
    FlashSeedStore::Entry entry;
    FlashSeedStore::make_entry(0, Seed(sha256(seed.bytes())), entry);
    try {
      flash.erase(0);
      flash.program(0, entry.bytes());
    } catch (const PowerCut&) {
      return "off";
    }
    return hex(seed.bytes());
  });
  EXPECT_GT(outcome.refused, 0);
}

TEST(StoredSeedRandom, RefusesToStartWithoutASeed) {
  SimulatedFlash flash;
  EXPECT_EQ(first_output(flash), "failed");
}

TEST(StoredSeedRandom, RefusesToStartWithASeedThatIsNotWhole) {
  for (std::size_t at = 0; at < FlashSeedStore::kEntrySize; ++at) {
    SimulatedFlash flash;
    provision(flash);
    flash.flip(0, at);
    EXPECT_EQ(first_output(flash), "failed") << at;
  }
}

TEST(StoredSeedRandom, RefusesToStartIfTheSeedCannotBeReplaced) {
  SimulatedFlash flash;
  provision(flash);
  flash.wear_out();
  EXPECT_EQ(first_output(flash), "failed") << "the earlier seed is still there";
  EXPECT_EQ(first_output(flash), "failed");
}

TEST(StoredSeedRandom, RefusesToStartAfterTheLastSequence) {
  SimulatedFlash flash;
  provision(flash, 0xffff'fffe);
  EXPECT_NE(first_output(flash), "failed");
  EXPECT_EQ(first_output(flash), "failed");
}

TEST(StoredSeedRandom, FailsForGood) {
  SimulatedFlash flash;
  FlashSeedStore store(flash);
  StoredSeedRandom random(store);
  Buffer out(16);
  EXPECT_EQ(random.fill(out).error(), Error::random_failed);
  provision(flash);
  EXPECT_EQ(random.fill(out).error(), Error::random_failed);
}

TEST(StoredSeedRandom, LeavesNothingOfTheSeedItStartedFrom) {
  SimulatedFlash flash;
  provision(flash);
  const std::string seed = hex(pattern(32));
  ASSERT_NE(hex(flash.page(0)).find(seed), std::string::npos) << "a control: it was there";
  ASSERT_NE(first_output(flash), "failed");
  for (const unsigned page : {0U, 1U}) EXPECT_EQ(hex(flash.page(page)).find(seed), std::string::npos);
}

}  // namespace
}  // namespace pawl::test::stored_seed_random_test
