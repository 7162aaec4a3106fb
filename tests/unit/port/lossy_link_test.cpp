// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <bit>

#include <pawl/port/sim/lossy_link.hpp>
#include <pawl/port/sim/manual_clock.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::lossy_link_test {
namespace {

using Datagrams = std::vector<Buffer>;

constexpr std::uint32_t kAlways = 1'000'000;

/// A datagram that says its number.
Buffer numbered(std::uint16_t n) {
  return {static_cast<std::uint8_t>(n >> 8U), static_cast<std::uint8_t>(n), 0xaa, 0xbb};
}

/// All that `end` has now.
Datagrams receive_all(DatagramTransport& end, std::size_t size = 100) {
  Datagrams all;
  for (;;) {
    Buffer buffer(size);
    const auto got = end.receive(buffer);
    EXPECT_EQ(got.error(), Error::none);
    if (!got.ok() || got.value().size == 0) return all;
    buffer.resize(got.value().size);
    all.push_back(buffer);
  }
}

/// Sends `count` numbered datagrams at once; gives them as they arrive, in as much virtual time as that takes.
Datagrams run(LossyLink& link, ManualClock& clock, std::uint16_t count) {
  for (std::uint16_t n = 0; n < count; ++n) EXPECT_TRUE(link.first().send(numbered(n), Address()).ok());
  Datagrams all;
  while (const auto arrival = link.second().next_arrival()) {
    clock.advance(*arrival - clock.now());
    for (const Buffer& each : receive_all(link.second())) all.push_back(each);
  }
  return all;
}

TEST(LossyLink, WithoutFaultsDeliversInOrderBothWays) {
  ManualClock clock;
  LossyLink link({}, 1, clock);
  for (std::uint16_t n = 0; n < 3; ++n) ASSERT_TRUE(link.first().send(numbered(n), Address()).ok());
  ASSERT_TRUE(link.second().send(bytes_of("back"), Address()).ok());
  EXPECT_EQ(receive_all(link.second()), (Datagrams{numbered(0), numbered(1), numbered(2)}));
  EXPECT_EQ(receive_all(link.first()), Datagrams{bytes_of("back")});
  EXPECT_FALSE(link.first().next_arrival());
}

TEST(LossyLink, SaysWhereADatagramCameFrom) {
  ManualClock clock;
  LossyLink link({}, 1, clock);
  const Address old(ByteArray<6>{192, 0, 2, 1, 0, 7});
  const Address moved(ByteArray<6>{192, 0, 2, 2, 0, 7});
  link.first().set_address(old);
  ASSERT_TRUE(link.first().send(numbered(0), Address()).ok());
  link.first().set_address(moved);
  ASSERT_TRUE(link.first().send(numbered(1), Address()).ok());
  ByteArray<10> buffer{};
  EXPECT_EQ(link.second().receive(buffer).value().from, old);
  EXPECT_EQ(link.second().receive(buffer).value().from, moved);
}

TEST(LossyLink, DelayIsBetweenItsBounds) {
  ManualClock clock;
  LossyLink link({.min_delay = milliseconds(20), .max_delay = milliseconds(30)}, 1, clock);
  const Instant sent = clock.now();
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(link.first().send(numbered(0), Address()).ok());
    const auto arrival = link.second().next_arrival();
    ASSERT_TRUE(arrival);
    EXPECT_GE(*arrival, sent + milliseconds(20));
  }
  clock.advance(milliseconds(19));
  EXPECT_TRUE(receive_all(link.second()).empty());
  clock.advance(milliseconds(11));
  EXPECT_EQ(receive_all(link.second()).size(), 100U);
}

TEST(LossyLink, LosesAndRepeatsAsOftenAsItShould) {
  ManualClock clock;
  LossyLink link({.loss = 300'000, .duplication = 200'000}, 3, clock);
  constexpr std::uint16_t kCount = 10'000;
  const auto arrived = run(link, clock, kCount);
  const auto& counters = link.first().sent();
  EXPECT_EQ(counters.sent, kCount);
  EXPECT_NEAR(static_cast<double>(counters.lost), 3000, 150);
  EXPECT_NEAR(static_cast<double>(counters.duplicated), 1400, 120);
  EXPECT_EQ(arrived.size(), kCount - counters.lost + counters.duplicated);
  EXPECT_TRUE(std::ranges::is_sorted(arrived)) << "without delay in order";
}

TEST(LossyLink, AltersOneBit) {
  ManualClock clock;
  LossyLink link({.corruption = kAlways}, 4, clock);
  for (const Buffer& each : run(link, clock, 1)) {
    int bits = 0;
    for (std::size_t i = 0; i < each.size(); ++i) {
      bits += std::popcount(static_cast<std::uint8_t>(each[i] ^ numbered(0)[i]));
    }
    EXPECT_EQ(bits, 1);
  }
  EXPECT_EQ(link.first().sent().corrupted, 1U);
}

TEST(LossyLink, ReordersUpToItsBound) {
  for (const std::uint32_t bound : {0U, 1U, 8U, 64U}) {
    ManualClock clock;
    LossyLink link({.duplication = 100'000, .max_delay = seconds(1), .reordering = bound}, 5, clock);
    const auto arrived = run(link, clock, 2000);
    ASSERT_GE(arrived.size(), 2000U);
    Buffer highest = arrived.front();
    std::size_t most = 0;
    for (const Buffer& each : arrived) {
      const auto number = [](const Buffer& bytes) { return bytes[0] * 256U + bytes[1]; };
      highest = std::max(highest, each);
      most = std::max<std::size_t>(most, number(highest) - number(each));
    }
    EXPECT_EQ(most, bound) << "reaches it, and no more";
    EXPECT_EQ(link.first().sent().reordered > 0, bound > 0);
  }
}

TEST(LossyLink, IsTheSameForTheSameSeed) {
  const LinkFaults faults{200'000, 200'000, 200'000, {}, milliseconds(50), 16};
  const auto with_seed = [&](std::uint64_t seed) {
    ManualClock clock;
    LossyLink link(faults, seed, clock);
    return run(link, clock, 200);
  };
  EXPECT_EQ(with_seed(7), with_seed(7));
  EXPECT_NE(with_seed(7), with_seed(8));
}

TEST(LossyLink, DropsAndCountsWhatIsTooLong) {
  ManualClock clock;
  LossyLink link({}, 1, clock);
  ASSERT_TRUE(link.first().send(pattern(11), Address()).ok());
  ASSERT_TRUE(link.first().send(pattern(10), Address()).ok());
  EXPECT_EQ(receive_all(link.second(), 10), Datagrams{pattern(10)});
  EXPECT_EQ(link.second().counters().dropped, 1U);
}

TEST(LossyLink, AClosedEndIsLost) {
  ManualClock clock;
  LossyLink link({}, 1, clock);
  link.second().close();
  ByteArray<10> buffer{};
  EXPECT_EQ(link.second().receive(buffer).error(), Error::connection_lost);
  EXPECT_EQ(link.second().send(numbered(0), Address()).error(), Error::connection_lost);
  EXPECT_TRUE(link.first().send(numbered(0), Address()).ok()) << "nobody there is no error";
}

}  // namespace
}  // namespace pawl::test::lossy_link_test
