// SPDX-License-Identifier: Apache-2.0
// Frames that come when they should and are wrong: the cells of PROTOCOL.md 15 that say "check", "good" and "bad".
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::wrong_proof_test {
namespace {

class WrongProof : public testing::TestWithParam<Flow> {
 protected:
  Pair pair{GetParam()};

  /// `to` gets its next frame with the last bit of the proof inverted.
  void deliver_altered(Side to) {
    Buffer& frame = pair.on_the_way(to);
    frame = flipped(frame, 8 * frame.size() - 1);
    pair.deliver(Pair::other(to));
  }
  void expect_failed(Side side, std::string_view answer) {
    End& end = pair.end(side);
    EXPECT_EQ(hex(end.take(pair.now)), answer);
    ASSERT_TRUE(end.seen.closed.has_value());
    EXPECT_EQ(end.seen.closed->error, Error::authentication_failed);
    EXPECT_EQ(end.seen.established, 0);
    EXPECT_TRUE(end.session().user().empty());
  }
};

TEST_P(WrongProof, OfAClientIsRejected) {
  pair.reach(Side::server, State::wait_cf);
  deliver_altered(Side::server);
  expect_failed(Side::server, "0002060003010000");
}

TEST_P(WrongProof, OfAServerIsMetWithSilence) {
  pair.reach(Side::client, GetParam().kind == Kind::password ? State::wait_sf : State::wait_sh);
  deliver_altered(Side::client);
  expect_failed(Side::client, "");
}

INSTANTIATE_TEST_SUITE_P(Protocol15, WrongProof, testing::ValuesIn(kFlows), name_of_flow);

// A frame of another flow has another layout, and that is a failure like any other.

class OtherFlow : public testing::TestWithParam<Flow> {};

/// Frames of modes psk_ecdhe and pake look alike.
bool same_layout(const Flow& a, const Flow& b) {
  return a.kind == b.kind && (a.mode == Mode::psk) == (b.mode == Mode::psk);
}

TEST_P(OtherFlow, GivesNoServerHello) {
  for (const Flow& other : kFlows) {
    if (same_layout(other, GetParam())) continue;
    SCOPED_TRACE(name_of(other));
    Pair foreign(other);
    foreign.open();
    Pair pair(GetParam());
    pair.reach(Side::client, State::wait_sh);
    pair.client.give(frame_of(foreign, FrameType::server_hello), pair.now);
    EXPECT_TRUE(pair.client.take(pair.now).empty());
    ASSERT_TRUE(pair.client.seen.closed.has_value());
    EXPECT_EQ(pair.client.seen.closed->error, Error::malformed);
  }
}

TEST_P(OtherFlow, GivesNoClientFinish) {
  for (const Flow& other : kFlows) {
    if (other == GetParam()) continue;
    SCOPED_TRACE(name_of(other));
    Pair foreign(other);
    foreign.open();
    Pair pair(GetParam());
    pair.reach(Side::server, State::wait_cf);
    pair.server.give(frame_of(foreign, FrameType::client_finish), pair.now);
    EXPECT_EQ(hex(pair.server.take(pair.now)), "0002060003010000");
    EXPECT_EQ(pair.server.seen.established, 0);
    EXPECT_TRUE(pair.server.over());
  }
}

INSTANTIATE_TEST_SUITE_P(Protocol15, OtherFlow, testing::ValuesIn(kFlows), name_of_flow);

}  // namespace
}  // namespace pawl::test::wrong_proof_test
