// SPDX-License-Identifier: Apache-2.0
// Frames and records that lack a byte or have one too many, wherever it is, and bodies of every other length
// (PROTOCOL.md 20, item 2): their receiver never opens, and an open session delivers nothing of them.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/support/names.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::frame_size_test {
namespace {

/// A genuine conversation, and a fresh receiver for each altered unit of it.
class Size : public testing::TestWithParam<Flow> {
 protected:
  Pair pair{GetParam()};
  std::size_t count = 0;

  void SetUp() override {
    pair.open();
    for (const Side side : {Side::client, Side::server}) {
      pair.end(side).send(bytes_of("secret"), pair.now);
      pair.deliver();
      pair.end(side).session().close(pair.now);
    }
    pair.deliver();
  }

  [[nodiscard]] std::vector<Buffer> units(Side from) const { return units_of(pair.sent(from)); }

  /// `altered` comes in the place of unit `n` of those that `from` sends, and then the others. Gives what is reported.
  Error expect_refused(Side from, std::size_t n, const Buffer& altered);
  /// Calls `alter` with each unit there is.
  void for_each_unit(const std::function<void(Side, std::size_t, const Buffer&)>& alter) const {
    for (const Side from : {Side::client, Side::server}) {
      for (std::size_t n = 0; n < units(from).size(); ++n) alter(from, n, units(from)[n]);
    }
  }
};

Error Size::expect_refused(Side from, std::size_t n, const Buffer& altered) {
  SCOPED_TRACE(side_name(from) + " unit " + std::to_string(n) + " as " + hex(altered));
  ++count;
  const std::vector<Buffer> genuine = units(from);
  const auto end = make_end(Pair::other(from), pair.enrolled);
  EXPECT_TRUE(end->start(pair.now).ok());
  end->give(joined({genuine.begin(), genuine.begin() + static_cast<std::ptrdiff_t>(n)}), pair.now);
  const int established = end->seen.established;
  const std::size_t received = end->seen.fragments.size();
  end->give(altered, pair.now);
  end->give(joined({genuine.begin() + static_cast<std::ptrdiff_t>(n + 1), genuine.end()}), pair.now);
  end->end_of_stream(pair.now);
  EXPECT_EQ(end->seen.established, established);
  EXPECT_EQ(end->seen.fragments.size(), received);
  const Error error = end->seen.closed.value_or(Closed{}).error;
  EXPECT_NE(error, Error::none);
  return error;
}

/// The unit with a body of this size, as its header says; what is new of the body is zeros.
Buffer resized(Buffer unit, std::size_t size) {
  const bool frame = unit.front() == 0;
  const std::size_t header = frame ? kFrameHeaderSize : kRecordHeaderSize;
  unit.resize(header + size);
  if (frame) {
    copy(frame_header(static_cast<FrameType>(unit[2]), size), unit);
  } else {
    copy(record_header({false, static_cast<std::uint16_t>(size)}), unit);
  }
  return unit;
}

TEST_P(Size, OfABodyIsWhatItMustBe) {
  for_each_unit([&](Side from, std::size_t n, const Buffer& unit) {
    const std::size_t body = unit.size() - (unit.front() == 0 ? kFrameHeaderSize : kRecordHeaderSize);
    for (std::size_t size = 0; size <= kMaxFrameBody + 1; ++size) {
      if (size == body) continue;
      const Error error = expect_refused(from, n, resized(unit, size));
      EXPECT_EQ(error, unit.front() == 0 ? Error::malformed : Error::tampered);
    }
  });
  std::cout << name_of(GetParam()) << ": " << count << " bodies of another length\n";
}

TEST_P(Size, OfAUnitWithoutOneOfItsBytes) {
  for_each_unit([&](Side from, std::size_t n, const Buffer& unit) {
    for (std::size_t at = 0; at < unit.size(); ++at) {
      Buffer shorter = unit;
      shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(at));
      expect_refused(from, n, shorter);
    }
  });
  std::cout << name_of(GetParam()) << ": " << count << " bytes left out\n";
}

TEST_P(Size, OfAUnitWithAByteMore) {
  for_each_unit([&](Side from, std::size_t n, const Buffer& unit) {
    for (std::size_t at = 0; at < unit.size(); ++at) {
      for (const unsigned byte : {0x00U, 0x41U, 0xFFU}) {
        Buffer longer = unit;
        longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::uint8_t>(byte));
        // Beside one of its kind it is no other unit, but one and a byte; other_session_test.cpp has those.
        if (Buffer(longer.begin(), longer.end() - 1) != unit) expect_refused(from, n, longer);
      }
    }
  });
  std::cout << name_of(GetParam()) << ": " << count << " bytes put in\n";
}

// What is longer than the receive buffer, which anybody can announce: refused before a byte of it is taken.

struct Announced {
  std::string name;
  Side side;
  bool open;
  /// A header whose unit fills the buffer, and one whose unit is a byte longer.
  Buffer fits;
  Buffer too_long;
};

template <class Header>
Buffer buffer_of(const Header& header) {
  return Buffer(header.begin(), header.end());
}

std::vector<Announced> announcements() {
  constexpr std::uint16_t kHello = kMinBuffer - kFrameHeaderSize;
  constexpr std::uint16_t kRecord = kMinBuffer - kRecordHeaderSize;
  std::vector<Announced> all{{"hello", Side::server, false, buffer_of(frame_header(FrameType::client_hello, kHello)),
                              buffer_of(frame_header(FrameType::client_hello, kHello + 1))}};
  for (const Side side : {Side::client, Side::server}) {
    all.push_back({"record_to_the_" + side_name(side), side, true, buffer_of(record_header({false, kRecord})),
                   buffer_of(record_header({false, kRecord + 1}))});
  }
  return all;
}

class TooLong : public testing::TestWithParam<Announced> {
 protected:
  void SetUp() override {
    pair.client.rx_size = pair.server.rx_size = kMinBuffer;
    if (GetParam().open) {
      pair.open();
    } else {
      pair.reach(Side::server, State::wait_ch);
    }
  }

  Pair pair{kRawKeyPsk};
  End& end = pair.end(GetParam().side);
};

TEST_P(TooLong, ForTheBufferIsRefusedAtItsHeader) {
  end.give(GetParam().too_long, pair.now);
  ASSERT_TRUE(end.over());
  EXPECT_EQ(end.seen.closed.value_or(Closed{}).error, GetParam().open ? Error::tampered : Error::malformed);
  EXPECT_EQ(end.give(Buffer(kMinBuffer, 1), pair.now), 0U);
}

TEST_P(TooLong, OrJustNot) {
  const std::size_t rest = kMinBuffer - GetParam().fits.size();
  end.give(GetParam().fits, pair.now);
  EXPECT_FALSE(end.over());
  EXPECT_EQ(end.give(Buffer(rest - 1, 1), pair.now), rest - 1);
  EXPECT_FALSE(end.over()) << "the last byte of the buffer is awaited";
  EXPECT_EQ(end.give(Buffer(2, 1), pair.now), 1U);
  EXPECT_TRUE(end.over()) << "it was no genuine one";
}

INSTANTIATE_TEST_SUITE_P(All, TooLong, testing::ValuesIn(announcements()),
                         [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(Flows, Size, testing::ValuesIn(kFlows), name_of_flow);

}  // namespace
}  // namespace pawl::test::frame_size_test
