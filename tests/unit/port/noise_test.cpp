// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <bit>

#include <pawl/port/sim/noise.hpp>
#include <pawl/port/sim/pipe.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::noise_test {
namespace {

constexpr std::size_t kCount = 50'000;

/// What is read at one end of a noisy line of what was written at the other.
struct NoisyLine {
  explicit NoisyLine(const NoiseRates& rates, std::uint64_t seed = 1) : noise(pipe.second(), rates, seed) {}

  Buffer hear(Bytes sent) {
    EXPECT_EQ(pipe.first().write(sent).value(), sent.size());
    Buffer heard;
    Buffer piece(777);
    while (const std::size_t got = noise.read(piece).value()) append(heard, Bytes(piece).first(got));
    return heard;
  }

  Pipe pipe;
  Noise noise;
};

TEST(Noise, NoneLeavesBytesAlone) { EXPECT_EQ(NoisyLine({}).hear(pattern(kCount)), pattern(kCount)); }

TEST(Noise, InvertsBits) {
  const Buffer sent = pattern(kCount);
  const Buffer heard = NoisyLine({.bit_error = 1000}).hear(sent);
  ASSERT_EQ(heard.size(), kCount);
  int errors = 0;
  for (std::size_t i = 0; i < kCount; ++i) errors += std::popcount(static_cast<std::uint8_t>(heard[i] ^ sent[i]));
  EXPECT_NEAR(errors, 400, 60);
}

TEST(Noise, LosesAndInsertsBytes) {
  EXPECT_NEAR(static_cast<double>(NoisyLine({.loss = 10'000}).hear(pattern(kCount)).size()), kCount * 0.99, 100);
  EXPECT_NEAR(static_cast<double>(NoisyLine({.insertion = 10'000}).hear(pattern(kCount)).size()), kCount * 1.01, 100);
}

TEST(Noise, ACutLineSaysNothing) {
  NoisyLine line({});
  line.noise.set_cut(true);
  EXPECT_TRUE(line.hear(pattern(100)).empty());
  line.noise.set_cut(false);
  EXPECT_EQ(line.hear(bytes_of("again")), bytes_of("again"));
}

TEST(Noise, ABurstComesBeforeTheRest) {
  NoisyLine line({});
  line.noise.burst(20);
  const Buffer heard = line.hear(bytes_of("end"));
  ASSERT_EQ(heard.size(), 23U);
  EXPECT_EQ(Buffer(heard.begin() + 20, heard.end()), bytes_of("end"));
}

TEST(Noise, IsTheSameForTheSameSeed) {
  const NoiseRates rates{10'000, 10'000, 10'000};
  EXPECT_EQ(NoisyLine(rates, 7).hear(pattern(1000)), NoisyLine(rates, 7).hear(pattern(1000)));
  EXPECT_NE(NoisyLine(rates, 7).hear(pattern(1000)), NoisyLine(rates, 8).hear(pattern(1000)));
}

TEST(Noise, PassesTheEndAndWhatIsWritten) {
  NoisyLine line({kCount, kCount, kCount});
  EXPECT_EQ(line.noise.write(bytes_of("as it is")).value(), 8U);
  Buffer buffer(100);
  buffer.resize(line.pipe.first().read(buffer).value());
  EXPECT_EQ(buffer, bytes_of("as it is"));
  line.pipe.first().shutdown();
  ByteArray<1> byte{};
  EXPECT_EQ(line.noise.read(byte).error(), Error::connection_lost);
  line.noise.close();
  EXPECT_EQ(line.noise.write(byte).error(), Error::connection_lost);
}

}  // namespace
}  // namespace pawl::test::noise_test
