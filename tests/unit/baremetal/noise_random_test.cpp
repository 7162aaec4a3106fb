// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <pawl/port/baremetal/noise_random.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::noise_random_test {
namespace {

/// Noise as a test wants it; std::nullopt is hardware that gives nothing.
class FakeNoise final : public NoiseSource {
 public:
  using Generator = std::function<std::optional<std::uint8_t>(int n)>;
  explicit FakeNoise(Generator generator) : generator_(std::move(generator)) {}

  Result<std::uint8_t> sample() override {
    const auto byte = generator_(taken_++);
    return byte ? Result<std::uint8_t>(*byte) : Error::random_failed;
  }
  [[nodiscard]] int taken() const { return taken_; }

 private:
  Generator generator_;
  int taken_ = 0;
};

std::uint8_t good(int n) { return static_cast<std::uint8_t>((static_cast<unsigned>(n) * 2'654'435'761U) >> 13U); }

std::string draw(NoiseRandom& random) {
  Buffer out(16);
  return random.fill(out).ok() ? hex(out) : "failed";
}

TEST(NoiseRandom, TestsItsStartSamplesBeforeTheFirstOutput) {
  FakeNoise noise(good);
  NoiseRandom random(noise);
  EXPECT_EQ(noise.taken(), 0);
  const std::string first = draw(random);
  EXPECT_NE(first, "failed");
  EXPECT_EQ(noise.taken(), 1024);
  EXPECT_NE(draw(random), first);
  EXPECT_EQ(noise.taken(), 1024);
}

TEST(NoiseRandom, DependsOnEverySample) {
  FakeNoise plain(good);
  NoiseRandom random(plain);
  const std::string first = draw(random);
  for (const int changed : {0, 511, 512, 1023}) {
    FakeNoise other([&](int n) { return static_cast<std::uint8_t>(good(n) ^ (n == changed ? 1 : 0)); });
    NoiseRandom altered(other);
    EXPECT_NE(draw(altered), first) << changed;
  }
  FakeNoise later([&](int n) { return static_cast<std::uint8_t>(good(n) ^ (n == 1024 ? 1 : 0)); });
  NoiseRandom same(later);
  EXPECT_EQ(draw(same), first) << "a control: a sample that is not part of it";
}

TEST(NoiseRandom, IsSeededAgainAtIntervals) {
  FakeNoise noise(good);
  NoiseRandom random(noise);
  FakeNoise other_noise([](int n) { return static_cast<std::uint8_t>(good(n) ^ (n == 1100 ? 1 : 0)); });
  NoiseRandom other(other_noise);
  for (int i = 0; i < NoiseRandom::kReseedInterval; ++i) ASSERT_EQ(draw(random), draw(other));
  EXPECT_EQ(noise.taken(), 1024);
  EXPECT_NE(draw(random), draw(other));
  EXPECT_EQ(noise.taken(), 1024 + 512);
}

/// What a draw gives, and one after the source is sound again.
void expect_fails_for_good(const FakeNoise::Generator& bad) {
  bool repaired = false;
  FakeNoise noise([&](int n) { return repaired ? std::optional(good(n)) : bad(n); });
  NoiseRandom random(noise);
  EXPECT_EQ(draw(random), "failed");
  repaired = true;
  EXPECT_EQ(draw(random), "failed");
}

TEST(NoiseRandom, FailsForGoodWithASourceThatIsStuck) {
  expect_fails_for_good([](int) { return std::uint8_t{0}; });
  // At the last moment of the start-up test.
  expect_fails_for_good([](int n) { return n > 1000 ? std::uint8_t{7} : good(n); });
}

TEST(NoiseRandom, FailsForGoodWithASourceThatFavoursAByte) {
  expect_fails_for_good([](int n) { return n % 4 != 3 ? std::uint8_t{0x55} : good(n); });
}

TEST(NoiseRandom, FailsForGoodWithASourceThatGivesNothing) {
  expect_fails_for_good([](int n) { return n == 700 ? std::nullopt : std::optional(good(n)); });
}

TEST(NoiseRandom, FailsOnceASourceBreaksLater) {
  FakeNoise noise([](int n) { return n < 1024 ? good(n) : std::uint8_t{0}; });
  NoiseRandom random(noise);
  for (int i = 0; i < NoiseRandom::kReseedInterval; ++i) ASSERT_NE(draw(random), "failed");
  EXPECT_EQ(draw(random), "failed");
  EXPECT_EQ(draw(random), "failed");
}

}  // namespace
}  // namespace pawl::test::noise_random_test
