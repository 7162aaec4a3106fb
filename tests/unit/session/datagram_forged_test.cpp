// SPDX-License-Identifier: Apache-2.0
// What anybody can send to a client over datagrams never ends its attempt; and who does not know the secret never gets
// in.
#include <gtest/gtest.h>

#include <pawl/session/frame_hash.hpp>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/names.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::datagram_forged_test {
namespace {

constexpr std::array kRejectCodes{RejectCode::failed, RejectCode::unsupported, RejectCode::busy};

bool is_frame(Bytes datagram, FrameType type) {
  return datagram[0] == kFrameMarker && datagram[2] == static_cast<std::uint8_t>(type);
}

/// What somebody who sees all frames can send as an answer to one of them.
ByteArray<kDatagramRejectFrameSize> forged_reject(RejectCode code, Bytes answered) {
  const std::uint16_t retry_after = code == RejectCode::busy ? 30 : 0;
  return datagram_reject_frame({code, retry_after}, reject_echo(frame_hash(answered)));
}

class Forged : public testing::TestWithParam<Flow> {
 protected:
  /// Opens a session while `forge` may add datagrams: it sees each frame before its receiver does.
  void open_despite(const std::function<void(Side from, Bytes frame)>& forge) {
    pair.tap = [&](Side from, Buffer& frame) {
      if (!busy_) {
        busy_ = true;
        forge(from, frame);
        busy_ = false;
      }
      return true;
    };
    EXPECT_TRUE(pair.open(seconds(3)));
    pair.tap = nullptr;
  }

  DatagramPair pair{GetParam()};

 private:
  bool busy_ = false;
};

TEST_P(Forged, RejectsOfEveryCodeInEveryState) {
  int forged = 0;
  open_despite([&](Side from, Bytes) {
    if (from != Side::server) return;
    for (const auto code : kRejectCodes) {
      pair.inject(Side::client, forged_reject(code, pair.sent_by_client.back()));
      ++forged;
    }
  });
  EXPECT_GE(forged, 3);
  pair.inject(Side::client, forged_reject(RejectCode::failed, pair.sent_by_client.front()));
  EXPECT_TRUE(pair.client().is_open());
}

/// The last frame of the client in each state in which it waits for one, and what it sends from then on when nobody but
/// the test answers.
class Refused : public testing::TestWithParam<Flow> {
 protected:
  /// Brings the client to where it waits for a ServerHello, or with `finish` for a ServerFinish.
  void wait(bool finish) {
    pair.tap = [=](Side from, Buffer& frame) {
      return from == Side::client ? finish : !is_frame(frame, FrameType::server_finish);
    };
    pair.start();
    pair.deliver();
    pair.tap = [](Side, Buffer&) { return false; };
    sent_ = pair.sent_by_client.size();
    ASSERT_TRUE(is_frame(last(), finish ? FrameType::client_finish : FrameType::client_hello));
  }
  [[nodiscard]] const Buffer& last() const { return pair.sent_by_client.back(); }
  [[nodiscard]] std::size_t sent_since() const { return pair.sent_by_client.size() - sent_; }

  /// The client takes no notice of this, and gives up at 31 s as if nobody were there.
  void expect_dropped(Bytes frame) {
    const auto dropped = pair.client().counters().dropped;
    pair.inject(Side::client, frame);
    EXPECT_EQ(pair.client().counters().dropped, dropped + 1);
  }
  void expect_timeout() {
    pair.pass(seconds(30));
    EXPECT_FALSE(pair.seen.closed.has_value());
    EXPECT_EQ(sent_since(), 7U);
    pair.pass(seconds(2));
    ASSERT_TRUE(pair.seen.closed.has_value());
    EXPECT_EQ(pair.seen.closed->error, Error::timeout);
  }

  static bool has_finish() { return GetParam().kind == Kind::password; }

  DatagramPair pair{GetParam()};

 private:
  std::size_t sent_ = 0;
};

TEST_P(Refused, ForGoodGivesUpAfterThreeSeconds) {
  for (const bool finish : {false, true}) {
    for (const auto code : {RejectCode::failed, RejectCode::unsupported}) {
      if (finish && !has_finish()) continue;
      ASSERT_NO_FATAL_FAILURE(wait(finish));
      pair.inject(Side::client, forged_reject(code, last()));
      pair.pass({Config::kRefusedWait.ms - 1});
      EXPECT_FALSE(pair.seen.closed.has_value());
      // What comes again does not make it wait longer.
      pair.inject(Side::client, forged_reject(code, last()));
      pair.pass(milliseconds(1));
      ASSERT_TRUE(pair.seen.closed.has_value());
      EXPECT_EQ(pair.seen.closed->error,
                code == RejectCode::failed ? Error::authentication_failed : Error::unsupported);
      EXPECT_EQ(sent_since(), 0U) << "what is refused is not repeated";
    }
  }
}

TEST_P(Refused, ByOneWhoIsBusyChangesOnlyTheReport) {
  ASSERT_NO_FATAL_FAILURE(wait(false));
  pair.inject(Side::client, forged_reject(RejectCode::busy, last()));
  pair.pass(seconds(30));
  EXPECT_FALSE(pair.seen.closed.has_value());
  EXPECT_EQ(sent_since(), 7U);
  pair.pass(seconds(2));
  ASSERT_TRUE(pair.seen.closed.has_value());
  EXPECT_EQ(pair.seen.closed->error, Error::busy);
  EXPECT_EQ(pair.seen.closed->retry_after, 30);
}

/// Shortly before it gives up, the answer that was held back comes after all.
TEST_P(Refused, ButAnsweredInTime) {
  for (const bool finish : {false, true}) {
    if (finish && !has_finish()) continue;
    ASSERT_NO_FATAL_FAILURE(wait(finish));
    pair.inject(Side::client, forged_reject(RejectCode::failed, last()));
    pair.pass({Config::kRefusedWait.ms - 1});
    pair.tap = nullptr;
    pair.inject(Side::server, last());
    pair.deliver();
    EXPECT_TRUE(pair.client().is_open());
  }
}

/// Of another frame, of the frame before, without an echo, of a stream.
TEST_P(Refused, InAnswerToNothing) {
  ASSERT_NO_FATAL_FAILURE(wait(has_finish()));
  const auto genuine = forged_reject(RejectCode::failed, last());
  for (std::size_t bit = 8 * kRejectFrameSize; bit < 8 * genuine.size(); ++bit) {
    expect_dropped(flipped(genuine, bit));
  }
  if (has_finish()) expect_dropped(forged_reject(RejectCode::failed, pair.sent_by_client.front()));
  expect_dropped(reject_frame({RejectCode::failed, 0}));
  expect_dropped(forged_reject(RejectCode::failed, pattern(30)));
  expect_timeout();
}

INSTANTIATE_TEST_SUITE_P(All, Refused, testing::ValuesIn(kFlows), name_of_flow);

/// In the key flow a ServerHello proves its sender, so one that does not is as if it had not come. What else looks like
/// the frame that the client waits for is no worse.
TEST_P(Forged, FramesLikeTheOneAwaited) {
  int forged = 0;
  open_despite([&](Side from, Bytes frame) {
    const bool hello = is_frame(frame, FrameType::server_hello);
    if (from != Side::server || frame[0] != kFrameMarker || (hello && GetParam().kind == Kind::password)) return;
    for (const std::size_t bit : {frame.size() * 8 - 1, (kFrameHeaderSize + 10) * 8}) {
      pair.inject(Side::client, flipped(frame, bit));
      pair.deliver();
      ++forged;
    }
  });
  EXPECT_EQ(forged, 2);
  EXPECT_EQ(pair.seen.established, 1);
  EXPECT_TRUE(pair.client().send(pattern(3), pair.now()).ok());
  pair.deliver();
  EXPECT_EQ(pair.server_seen[pair.open_place()].fragments.size(), 1U);
}

/// A client that is given one wrong ServerHello after another, each as soon as it has found out about the one before.
class Besieged : public testing::Test {
 protected:
  void SetUp() override {
    pair.tap = [this](Side from, Buffer& frame) {
      if (from == Side::server && is_frame(frame, FrameType::server_hello))
        hello_ = flipped(frame, frame.size() * 8 - 1);
      return from == Side::client;
    };
    pair.start();
    pair.deliver();
    ASSERT_FALSE(hello_.empty());
  }
  /// Begins to work on another one.
  void besiege() {
    Buffer wrong = hello_;
    ASSERT_TRUE(pair.client().receive(wrong, pair.now()).ok());
    ASSERT_FALSE(pair.client().takes_input());
  }
  /// What the client does with it, and how often that makes it say hello again.
  int find_out() {
    int said = 0;
    while (!pair.client().takes_input() && !pair.seen.closed) {
      pair.client().advance(pair.now());
      if (!pair.client().outgoing().empty()) ++said;
      pair.client().sent(pair.now());
      const Event event = pair.client().next_event();
      if (const auto* closed = std::get_if<Closed>(&event)) pair.seen.closed = *closed;
    }
    return said;
  }

  DatagramPair pair{kRawKeyEcdhe};

 private:
  Buffer hello_;
};

TEST_F(Besieged, LeavesWhatComesNextWhereItIs) {
  ASSERT_NO_FATAL_FAILURE(besiege());
  const auto dropped = pair.client().counters().dropped;
  Buffer next = pattern(100);
  EXPECT_EQ(pair.client().receive(next, pair.now()).error(), Error::would_block);
  EXPECT_EQ(pair.client().counters().dropped, dropped);
  find_out();
  EXPECT_TRUE(pair.client().receive(next, pair.now()).ok());
  EXPECT_EQ(pair.client().counters().dropped, dropped + 2) << "the wrong hello, and what came next";
}

TEST_F(Besieged, GoesOnAndGivesUpInTime) {
  int said = 0;
  for (const Instant end = pair.now() + seconds(40); !pair.seen.closed && pair.now() < end;) {
    ASSERT_NO_FATAL_FAILURE(besiege());
    pair.clock.advance(milliseconds(200));
    said += find_out();
  }
  EXPECT_EQ(said, 7);
  ASSERT_TRUE(pair.seen.closed);
  EXPECT_EQ(pair.seen.closed->error, Error::authentication_failed);
}

TEST_P(Forged, RetriesBeyondTheThird) {
  pair.tap = [](Side, Buffer&) { return false; };
  pair.start();
  pair.deliver();
  pair.tap = nullptr;
  for (std::uint8_t i = 0; i < 10; ++i) {
    ByteArray<kCookieSize> cookie{};
    cookie.fill(i);
    pair.inject(Side::client, retry_frame(cookie));
  }
  EXPECT_EQ(pair.client().outgoing().back(), 2);  // the third cookie's bytes
  pair.pass(seconds(1));
  EXPECT_TRUE(pair.client().is_open()) << "a cookie that is not asked for changes nothing";
}

/// Where the client proves itself first, the server's refusal is believed after 3 s; where the server does, its proof
/// is wrong each time, and the schedule is over at 31 s.
TEST_P(Forged, WhoDoesNotKnowTheSecret) {
  Account other = pair.enrolled.account;
  other.secret = pattern(31);
  other.secret.push_back(99);
  Enrolled wrong(other);
  pair.client_settings.credential = &wrong.credential;
  const Duration patience = GetParam().kind == Kind::password ? Config::kRefusedWait : Config::kClientHandshake;
  pair.start();
  pair.pass({patience.ms - 1});
  EXPECT_FALSE(pair.seen.closed.has_value());
  pair.pass(milliseconds(200));
  ASSERT_TRUE(pair.seen.closed.has_value());
  EXPECT_EQ(pair.seen.closed->error, Error::authentication_failed);
  EXPECT_EQ(pair.seen.established, 0);
  for (const Seen& seen : pair.server_seen) EXPECT_EQ(seen.established, 0);
}

TEST_P(Forged, WhoIsNotKnown) {
  pair.user_known = false;
  EXPECT_FALSE(pair.open(seconds(100)));
  ASSERT_TRUE(pair.seen.closed.has_value());
  // A stored credential tells by the salt.
  const bool stored = GetParam().kind == Kind::password;
  EXPECT_EQ(pair.seen.closed->error, stored ? Error::credential_stale : Error::authentication_failed);
}

TEST_P(Forged, NobodyThere) {
  pair.tap = [](Side, Buffer&) { return false; };
  EXPECT_FALSE(pair.open(seconds(40)));
  ASSERT_TRUE(pair.seen.closed.has_value());
  EXPECT_EQ(pair.seen.closed->error, Error::timeout);
  EXPECT_EQ(pair.sent_by_client.size(), 8U) << "PROTOCOL.md 13.1";
}

/// A ClientFinish that fails ends its handshake; but only one with its cid.
TEST_P(Forged, FinishOfAnotherHandshake) {
  open_despite([&](Side from, Bytes frame) {
    if (from != Side::client || !is_frame(frame, FrameType::client_finish)) return;
    pair.inject(Side::server, flipped(frame, kFrameHeaderSize * 8), Address(ByteArray<6>{10, 0, 0, 1, 0, 7}));
  });
  EXPECT_EQ(pair.seen.established, 1);
}

TEST_P(Forged, FinishWithTheCidEndsTheHandshake) {
  pair.tap = [&](Side from, Buffer& frame) {
    if (from == Side::client && is_frame(frame, FrameType::client_finish)) frame.back() ^= 1;
    return true;
  };
  EXPECT_FALSE(pair.open(seconds(3)));
  Buffer altered = pair.sent_by_client.back();
  altered.back() ^= 1;
  EXPECT_EQ(hex(pair.sent_by_server.back()), hex(forged_reject(RejectCode::failed, altered)));
  EXPECT_EQ(pair.server().half_open(), 0U);
}

/// Every bit of every frame of a handshake: whoever receives the altered one never opens for it.
TEST_P(Forged, EveryBitOfEveryFrame) {
  DatagramPair whole(GetParam());
  ASSERT_TRUE(whole.open());
  int flips = 0;
  for (const Side from : {Side::client, Side::server}) {
    const auto& sent = from == Side::client ? whole.sent_by_client : whole.sent_by_server;
    for (std::size_t nth = 0; nth < sent.size() && sent[nth][0] == kFrameMarker; ++nth) {
      const auto type = sent[nth][2];
      for (std::size_t bit = 0; bit < sent[nth].size() * 8; ++bit, ++flips) {
        // The cookie is not covered: where none is asked for, it is ignored.
        if (type == static_cast<std::uint8_t>(FrameType::client_hello) && bit >= (sent[nth].size() - kCookieSize) * 8)
          break;
        DatagramPair altered(GetParam());
        altered.tap = [&](Side side, Buffer& frame) {
          if (side == from && frame[0] == kFrameMarker && frame[2] == type) frame = flipped(frame, bit);
          return true;
        };
        altered.start();
        altered.deliver();
        const bool receiver_open =
            from == Side::server ? altered.client().is_open() : altered.server_seen[0].established > 0;
        EXPECT_FALSE(receiver_open) << "frame " << int{type} << " of " << side_name(from) << ", bit " << bit;
      }
    }
  }
  std::printf("%s: %d bits\n", flow_name(GetParam()).c_str(), flips);
}

INSTANTIATE_TEST_SUITE_P(All, Forged, testing::ValuesIn(kFlows), name_of_flow);

}  // namespace
}  // namespace pawl::test::datagram_forged_test
