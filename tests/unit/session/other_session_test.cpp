// SPDX-License-Identifier: Apache-2.0
// Frames and records where they do not belong: sent back to who sent them, in other sessions of the same user, whole or
// in part, and between two ends of one role (PROTOCOL.md 20, item 6). Nothing opens and nothing is received.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/support/names.hpp"
#include "tests/support/puppet.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::other_session_test {
namespace {

/// Two conversations of one user, in which nobody draws the same; ends of make_end() go on as those of the first.
class OtherSession : public testing::TestWithParam<Flow> {
 protected:
  static constexpr std::array kSides{Side::client, Side::server};

  Pair pair{GetParam()};
  Pair other{GetParam()};
  std::size_t count = 0;

  void SetUp() override {
    SeededRandom client_random(77);
    SeededRandom server_random(78);
    other.client.random = &client_random;
    other.server.random = &server_random;
    talk(pair);
    talk(other);
  }

  /// Each side sends a whole message, one in two parts, a ping, and a close.
  static void talk(Pair& both) {
    both.open();
    for (const Side side : kSides) {
      Session& session = both.end(side).session();
      both.end(side).send(bytes_of("whole"), both.now);
      EXPECT_TRUE(session.send(bytes_of("ha"), false, both.now).ok());
      EXPECT_TRUE(session.send(bytes_of("lf"), true, both.now).ok());
      EXPECT_TRUE(session.rekey(both.now).ok());
      both.deliver();
    }
    both.client.session().close(both.now);
    both.deliver();
  }

  static std::vector<Buffer> units(const Pair& both, Side from) { return units_of(both.sent(from)); }
  /// Whether unit `n` is the last record of an epoch, and not of all.
  static bool ends_epoch(const std::vector<Buffer>& all, std::size_t n) {
    constexpr unsigned kOddEpoch = 0x20;
    return all[n].front() != 0 && ((all[n].front() ^ all[n + 1].front()) & kOddEpoch) != 0;
  }
  static Buffer part(const std::vector<Buffer>& all, std::size_t from, std::size_t to) {
    return joined({all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(to)});
  }

  /// An end of `side`, after `before`, does not open and receives nothing by what `then` brings.
  void expect_refused(Side side, const Buffer& before, const Buffer& then) {
    SCOPED_TRACE(side_name(side) + " after " + std::to_string(before.size()) + " bytes");
    ++count;
    const auto end = make_end(side, pair.enrolled);
    ASSERT_TRUE(end->start(pair.now).ok());
    end->give(before, pair.now);
    const int established = end->seen.established;
    const std::size_t received = end->seen.fragments.size();
    end->give(then, pair.now);
    end->end_of_stream(pair.now);
    EXPECT_EQ(end->seen.established, established);
    EXPECT_EQ(end->seen.fragments.size(), received);
    ASSERT_TRUE(end->seen.closed.has_value());
    EXPECT_NE(end->seen.closed->error, Error::none);
  }

  void report(const char* what) const { std::cout << name_of(GetParam()) << ": " << count << " " << what << "\n"; }
};

TEST_P(OtherSession, EveryUnitSentBack) {
  for (const Side side : kSides) {
    const auto heard = units(pair, Pair::other(side));
    for (std::size_t n = 0; n < heard.size(); ++n) {
      for (const Buffer& own : units(pair, side)) {
        expect_refused(side, part(heard, 0, n), joined({own, part(heard, n, heard.size())}));
      }
    }
  }
  report("units sent back");
}

TEST_P(OtherSession, EveryUnitOfItInThePlaceOfOurs) {
  for (const Side side : kSides) {
    const auto ours = units(pair, Pair::other(side));
    const auto theirs = units(other, Pair::other(side));
    for (std::size_t n = 0; n < ours.size(); ++n) {
      for (const Buffer& each : theirs) {
        expect_refused(side, part(ours, 0, n), joined({each, part(ours, n, ours.size())}));
        expect_refused(side, part(ours, 0, n), joined({each, part(ours, n + 1, ours.size())}));
      }
    }
  }
  report("units of another session put in, or in the place of one");
}

TEST_P(OtherSession, SplicedAtEveryUnit) {
  for (const Side side : kSides) {
    const auto ours = units(pair, Pair::other(side));
    const auto theirs = units(other, Pair::other(side));
    for (std::size_t n = 0; n < ours.size(); ++n) {
      expect_refused(side, part(ours, 0, n), part(theirs, n, theirs.size()));
      if (n > 0) expect_refused(side, {}, joined({part(theirs, 0, n), part(ours, n, ours.size())}));
    }
  }
  report("splices");
}

TEST_P(OtherSession, EveryUnitSentTwice) {
  for (const Side side : kSides) {
    const auto ours = units(pair, Pair::other(side));
    for (std::size_t n = 0; n + 1 < ours.size(); ++n) {
      for (std::size_t earlier = 0; earlier <= n; ++earlier) {
        expect_refused(side, part(ours, 0, n + 1), joined({ours[earlier], part(ours, n + 1, ours.size())}));
      }
    }
  }
  report("units sent twice");
}

TEST_P(OtherSession, EveryUnitLeftOut) {
  for (const Side side : kSides) {
    const auto ours = units(pair, Pair::other(side));
    for (std::size_t n = 0; n + 1 < ours.size(); ++n) {
      // Nobody misses the last record of an epoch, as PROTOCOL.md 10 says.
      if (!ends_epoch(ours, n)) expect_refused(side, part(ours, 0, n), part(ours, n + 1, ours.size()));
    }
  }
  report("units left out");
}

TEST_P(OtherSession, TwoEndsOfOneRole) {
  for (const Side side : kSides) {
    const auto one = make_end(side, pair.enrolled);
    const auto two = make_end(side, other.enrolled);
    ASSERT_TRUE(one->start(pair.now).ok());
    ASSERT_TRUE(two->start(pair.now).ok());
    // Two servers wait for ever; somebody may begin in the place of a client.
    if (side == Side::server) one->give(frame_of(pair, FrameType::client_hello), pair.now);
    for (int i = 0; i < 4; ++i) {
      const Buffer from_one = one->take(pair.now);
      one->give(two->take(pair.now), pair.now);
      two->give(from_one, pair.now);
    }
    for (End* end : {one.get(), two.get()}) {
      EXPECT_EQ(end->seen.established, 0);
      ASSERT_TRUE(end->seen.closed.has_value());
      EXPECT_EQ(end->seen.closed->error, Error::malformed);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Flows, OtherSession, testing::ValuesIn(kFlows), name_of_flow);

}  // namespace
}  // namespace pawl::test::other_session_test
