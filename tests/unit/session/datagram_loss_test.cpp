// SPDX-License-Identifier: Apache-2.0
// Handshakes over links that lose, repeat and reorder, in virtual time: all complete that the schedule of PROTOCOL.md
// 13.1 allows to.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/names.hpp"

namespace pawl::test::datagram_loss_test {
namespace {

#ifdef PAWL_FEW_ROUNDS
constexpr int kHandshakes = 500;
#else
constexpr int kHandshakes = 10'000;
#endif

/// A client sends each of its two frames up to eight times. The server must get one of them, and one of its answers
/// must come back; but in the key flow, none is needed to the second.
double expected_fraction(Kind kind, double loss) {
  constexpr int kSends = 8;
  const double there_and_back = 1 - std::pow(1 - (1 - loss) * (1 - loss), kSends);
  const double there = 1 - std::pow(loss, kSends);
  return there_and_back * (kind == Kind::password ? there_and_back : there);
}

struct Weather {
  Flow flow;
  std::uint32_t loss_percent;
};

class Lossy : public testing::TestWithParam<Weather> {};

TEST_P(Lossy, HandshakesComplete) {
  const auto& [flow, percent] = GetParam();
  LinkFaults faults;
  faults.loss = percent * 10'000;
  faults.duplication = 100'000;
  faults.min_delay = milliseconds(5);
  faults.max_delay = milliseconds(400);
  faults.reordering = 64;
  Account account{flow};
  account.iterations = 1;
  int complete = 0;
  Duration longest;
  for (int i = 0; i < kHandshakes; ++i) {
    DatagramPair pair(account, faults, static_cast<std::uint64_t>(i) + 1);
    pair.client_settings.iterations_floor = account.iterations;
    const Instant began = pair.now();
    if (!pair.open(seconds(70))) continue;
    ++complete;
    longest = std::max(longest, pair.now() - began);
  }
  const double expected = expected_fraction(flow.kind, percent / 100.0);
  const double measured = static_cast<double>(complete) / kHandshakes;
  std::printf("%s, %u %% loss: %d of %d complete, expected %.4f, the longest took %.1f s\n", flow_name(flow).c_str(),
              percent, complete, kHandshakes, expected, static_cast<double>(longest.ms) / 1000);
  // Three standard deviations of what chance does with this many.
  const double spread = 3 * std::sqrt(expected * (1 - expected) / kHandshakes);
  EXPECT_GE(measured, expected - spread);
}

INSTANTIATE_TEST_SUITE_P(All, Lossy,
                         testing::Values(Weather{kPasswordPsk, 0}, Weather{kPasswordPsk, 10}, Weather{kPasswordPsk, 30},
                                         Weather{kRawKeyPsk, 0}, Weather{kRawKeyPsk, 10}, Weather{kRawKeyPsk, 30}),
                         [](const auto& test) {
                           return flow_name(test.param.flow) + "_" + std::to_string(test.param.loss_percent);
                         });

}  // namespace
}  // namespace pawl::test::datagram_loss_test
