// SPDX-License-Identifier: Apache-2.0
// What anybody can send to a client over datagrams never ends its attempt; and who does not know the secret never gets
// in.
#include <gtest/gtest.h>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/names.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::datagram_forged_test {
namespace {

ByteArray<kRejectFrameSize> forged_reject(RejectCode code) {
  return reject_frame({code, static_cast<std::uint16_t>(code == RejectCode::busy ? 30 : 0)});
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
    for (const auto code : {RejectCode::failed, RejectCode::unsupported, RejectCode::busy}) {
      pair.inject(Side::client, forged_reject(code));
      ++forged;
    }
  });
  EXPECT_GE(forged, 3);
  pair.inject(Side::client, forged_reject(RejectCode::failed));
  EXPECT_TRUE(pair.client().is_open());
}

/// In the key flow a ServerHello proves its sender, so one that does not is as if it had not come. What else looks like
/// the frame that the client waits for is no worse.
TEST_P(Forged, FramesLikeTheOneAwaited) {
  int forged = 0;
  open_despite([&](Side from, Bytes frame) {
    const bool hello = frame[2] == static_cast<std::uint8_t>(FrameType::server_hello);
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

/// The schedule is over at 31 s, and only then is the refusal reported.
TEST_P(Forged, WhoDoesNotKnowTheSecret) {
  Account other = pair.enrolment.account;
  other.secret = pattern(31);
  other.secret.push_back(99);
  Enrolment wrong(other);
  pair.client_settings.credential = &wrong.credential;
  EXPECT_FALSE(pair.open(seconds(30)));
  EXPECT_FALSE(pair.seen.closed.has_value());
  pair.pass(seconds(70));
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
    if (from != Side::client || frame[2] != static_cast<std::uint8_t>(FrameType::client_finish)) return;
    pair.inject(Side::server, flipped(frame, kFrameHeaderSize * 8), Address(ByteArray<6>{10, 0, 0, 1, 0, 7}));
  });
  EXPECT_EQ(pair.seen.established, 1);
}

TEST_P(Forged, FinishWithTheCidEndsTheHandshake) {
  pair.tap = [&](Side from, Buffer& frame) {
    if (from == Side::client && frame[2] == static_cast<std::uint8_t>(FrameType::client_finish)) frame.back() ^= 1;
    return true;
  };
  EXPECT_FALSE(pair.open(seconds(3)));
  EXPECT_EQ(hex(pair.sent_by_server.back()), hex(forged_reject(RejectCode::failed)));
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
