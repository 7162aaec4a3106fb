// SPDX-License-Identifier: Apache-2.0
// Every bit of every handshake frame, inverted on its way: its receiver never opens; a sender that was open already
// gets nothing, and nobody keeps waiting (PROTOCOL.md 20, item 2).
#include <gtest/gtest.h>

#include <iostream>

#include "tests/support/names.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::mutation_test {
namespace {

struct Frame {
  Side from;
  std::size_t at;
  std::size_t size;
};

/// Where each frame stands in what its side sends.
std::vector<Frame> frames_of(const Flow& flow) {
  Pair pair(flow);
  pair.open();
  std::vector<Frame> frames;
  for (const Side from : {Side::client, Side::server}) {
    std::size_t at = 0;
    for (const Buffer& unit : units_of(pair.sent(from))) {
      frames.push_back({from, at, unit.size()});
      at += unit.size();
    }
  }
  return frames;
}

class Mutation : public testing::TestWithParam<Flow> {
 protected:
  static void flip(const Frame& frame, std::size_t bit);
};

void Mutation::flip(const Frame& frame, std::size_t bit) {
  SCOPED_TRACE("bit " + std::to_string(bit) + " of the frame at " + std::to_string(frame.at));
  Pair pair(GetParam());
  pair.tap = [&](Side from, Buffer& bytes) {
    // Handshake frames go out one at a time, each after its predecessor was delivered.
    const std::size_t sent = pair.sent(from).size();
    if (from == frame.from && sent == frame.at) bytes = flipped(bytes, bit);
  };
  pair.start();
  pair.deliver();
  for (const Side side : {Side::client, Side::server}) {
    if (pair.end(side).session().is_open()) pair.end(side).send(bytes_of("secret"), pair.now);
  }
  pair.deliver();
  pair.pass(seconds(200));
  const Side receiver = Pair::other(frame.from);
  EXPECT_EQ(pair.end(receiver).seen.established, 0);
  for (const Side side : {Side::client, Side::server}) {
    const Seen& seen = pair.end(side).seen;
    EXPECT_TRUE(seen.fragments.empty());
    ASSERT_TRUE(seen.closed.has_value());
    EXPECT_NE(seen.closed->error, Error::none);
  }
}

TEST_P(Mutation, OfAHandshakeFrameOpensNothing) {
  std::size_t flips = 0;
  for (const Frame& frame : frames_of(GetParam())) {
    for (std::size_t bit = 0; bit < 8 * frame.size; ++bit, ++flips) flip(frame, bit);
  }
  std::cout << name_of(GetParam()) << ": " << flips << " bits of handshake frames inverted\n";
}

INSTANTIATE_TEST_SUITE_P(Flows, Mutation, testing::ValuesIn(kFlows), name_of_flow);

}  // namespace
}  // namespace pawl::test::mutation_test
