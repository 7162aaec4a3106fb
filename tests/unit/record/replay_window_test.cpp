// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/record/replay_window.hpp>
#include <random>

#include "tests/support/vectors.hpp"

namespace pawl::test::replay_window_test {
namespace {

using Verdict = ReplayWindow::Verdict;

/// What PROTOCOL.md 13.3 says, word for word: the set of all counters that have come, and the highest.
class Model {
 public:
  explicit Model(std::uint32_t bits) : bits_(bits), seen_(kCounters) {}

  [[nodiscard]] Verdict judge(std::uint32_t counter) const {
    if (counter < next_ && next_ - 1 - counter >= bits_) return Verdict::old;
    return seen_[counter] != 0 ? Verdict::duplicate : Verdict::fresh;
  }
  bool mark(std::uint32_t counter) {
    const bool highest = counter >= next_;
    seen_[counter] = 1;
    next_ = std::max(next_, counter + 1);
    return highest;
  }

 private:
  static constexpr std::size_t kCounters = 1U << 24;
  std::uint32_t bits_;
  /// The highest counter and one.
  std::uint32_t next_ = 0;
  std::vector<std::uint8_t> seen_;
};

TEST(ReplayWindow, Vectors) {
  const Json& group = vectors()["replay_window"];
  std::vector<std::uint32_t> words(ReplayWindow::words_for(group["W"]));
  ReplayWindow window(words);
  for (const Json& offer : group["offers"]) {
    const std::uint32_t counter = offer["counter"];
    const std::string verdict = offer["verdict"];
    const Verdict judged = window.judge(counter);
    EXPECT_EQ(judged == Verdict::old, verdict == "old") << counter;
    EXPECT_EQ(judged == Verdict::duplicate, verdict == "duplicate") << counter;
    if (judged == Verdict::fresh && offer["authentic"].get<bool>()) window.mark(counter);
  }
}

/// The window agrees with the model on each of 10^7 counters, in windows of several sizes: near the highest, in the
/// window, at its edges and far ahead; some of them are forged, and so move nothing.
class RandomCounters : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomCounters, AsTheModel) {
  constexpr int kCounters = 2'500'000;
  const std::uint32_t bits = GetParam();
  std::vector<std::uint32_t> words(ReplayWindow::words_for(bits));
  ReplayWindow window(words);
  Model model(bits);
  std::mt19937_64 random(bits);
  std::uint32_t highest = 0;
  int differences = 0;
  for (int i = 0; i < kCounters; ++i) {
    const std::uint64_t draw = random();
    const auto distance = static_cast<std::uint32_t>(draw >> 32U);
    const auto kind = static_cast<std::uint32_t>(draw % 1000);
    std::uint32_t counter = highest + distance % 3;
    if (kind < 600) counter = highest - std::min(highest, distance % (bits + 2));
    if (kind == 999) counter = highest + distance % (4 * bits);
    const Verdict judged = window.judge(counter);
    if (judged != model.judge(counter)) ++differences;
    const bool forged = draw % 16 == 0;
    if (judged != Verdict::fresh || forged) continue;
    if (window.mark(counter) != model.mark(counter)) ++differences;
    highest = std::max(highest, counter);
  }
  EXPECT_EQ(differences, 0);
  EXPECT_GT(highest, 100'000U);
}

INSTANTIATE_TEST_SUITE_P(Bits, RandomCounters, testing::Values(64, 128, 192, 1024));

}  // namespace
}  // namespace pawl::test::replay_window_test
