// SPDX-License-Identifier: Apache-2.0
// The stream ends after every byte of a conversation: a handshake is lost, an open session is truncated, and only
// behind a close is the end a normal one (PROTOCOL.md 11.2).
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::truncate_test {
namespace {

constexpr Instant kNow{1'000'000};

/// Where, after n bytes of what the peer sends, the session stands.
struct Place {
  bool open = false;
  bool half_a_message = false;
  bool closed = false;
  std::size_t messages = 0;
};

class Truncate : public testing::TestWithParam<std::tuple<Flow, Side>> {
 protected:
  Flow flow = std::get<0>(GetParam());
  Side side = std::get<1>(GetParam());
  Pair pair{flow};
  /// What the peer sends: its frames, "whole", "ha", "lf", close.
  std::vector<Buffer> units;

  void SetUp() override {
    pair.open();
    End& peer = pair.end(Pair::other(side));
    peer.send(bytes_of("whole"), pair.now);
    ASSERT_TRUE(peer.session().send(bytes_of("ha"), false, pair.now).ok());
    ASSERT_TRUE(peer.session().send(bytes_of("lf"), true, pair.now).ok());
    peer.session().close(pair.now);
    pair.deliver();
    units = units_of(pair.sent(Pair::other(side)));
  }

  [[nodiscard]] Place place(std::size_t bytes) const {
    const std::size_t frames = units.size() - 4;
    std::size_t whole = 0;
    for (std::size_t end = 0; whole < units.size() && (end += units[whole].size()) <= bytes;) ++whole;
    const std::size_t records = whole > frames ? whole - frames : 0;
    return {whole >= frames, records == 2, records == 4,
            static_cast<std::size_t>(records >= 1) + static_cast<std::size_t>(records >= 3)};
  }

  void expect_end_after(std::size_t bytes) const;
};

void Truncate::expect_end_after(std::size_t bytes) const {
  SCOPED_TRACE(bytes);
  const Place at = place(bytes);
  const auto end = make_end(side, pair.enrolled);
  ASSERT_TRUE(end->start(kNow).ok());
  end->give(Bytes(joined(units)).first(bytes), kNow);
  EXPECT_EQ(end->seen.established, at.open ? 1 : 0);
  EXPECT_EQ(end->seen.closed.has_value(), at.closed);
  end->end_of_stream(kNow);
  ASSERT_TRUE(end->seen.closed.has_value());
  const Error open_end = at.closed ? Error::none : Error::truncated;
  EXPECT_EQ(end->seen.closed->error, at.open ? open_end : Error::connection_lost);
  EXPECT_EQ(end->seen.closed->incomplete, at.half_a_message);
  EXPECT_EQ(end->seen.messages(), at.messages);
  EXPECT_TRUE(end->over());
}

TEST_P(Truncate, IsToldFromANormalEndAfterEveryByte) {
  // With a curve each run takes its time: then at the ends of units, before them and in the midst of them.
  if (flow.mode == Mode::psk) {
    for (std::size_t bytes = 0; bytes <= joined(units).size(); ++bytes) expect_end_after(bytes);
    return;
  }
  std::size_t begin = 0;
  for (const Buffer& unit : units) {
    for (const std::size_t into : {std::size_t{0}, std::size_t{1}, unit.size() / 2, unit.size() - 1}) {
      expect_end_after(begin + into);
    }
    begin += unit.size();
  }
  expect_end_after(begin);
}

INSTANTIATE_TEST_SUITE_P(Flows, Truncate,
                         testing::Combine(testing::ValuesIn(kFlows), testing::Values(Side::client, Side::server)),
                         [](const auto& test) {
                           return flow_name(std::get<0>(test.param)) + "_" + side_name(std::get<1>(test.param));
                         });

}  // namespace
}  // namespace pawl::test::truncate_test
