// SPDX-License-Identifier: Apache-2.0
// A client that moves to another address keeps its session, PROTOCOL.md 13.4.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/names.hpp"

namespace pawl::test::datagram_roaming_test {
namespace {

constexpr ByteArray<6> kOtherPlace{203, 0, 113, 9, 0x1F, 0x90};
constexpr Address kOther{Bytes(kOtherPlace)};

bool is_finish(Bytes datagram) {
  return datagram[0] == kFrameMarker && datagram[2] == static_cast<std::uint8_t>(FrameType::client_finish);
}

/// A network in which the client has one address at a time.
class OneAddress final : public DatagramTransport {
 public:
  explicit OneAddress(DatagramTransport& under) : under_(under) {}

  Result<Received> receive(MutBytes buffer) override { return under_.receive(buffer); }
  Status send(Bytes datagram, const Address& to) override { return to == there ? under_.send(datagram, to) : Status(); }
  [[nodiscard]] bool sending() const override { return under_.sending(); }
  void close() override { under_.close(); }
  [[nodiscard]] TransportCounters counters() const override { return under_.counters(); }

  Address there = DatagramPair::kClientAddress;

 private:
  DatagramTransport& under_;
};

/// A client that moves when its ClientFinish has left, so that the answer to that goes to where it no longer is.
class Moving : public testing::TestWithParam<Flow> {
 protected:
  void SetUp() override {
    pair.server_line = &network;
    pair.tap = [this](Side from, Buffer& datagram) {
      if (from == Side::server || !is_finish(datagram) || moved) return true;
      pair.inject(Side::server, datagram);
      network.there = kOther;
      pair.link.first().set_address(kOther);
      moved = true;
      return false;
    };
  }

  DatagramPair pair{GetParam()};
  OneAddress network{pair.link.second()};
  bool moved = false;
};

TEST_P(Moving, IsAnsweredWhereItAsksAgain) {
  pair.start();
  pair.pass(milliseconds(1300));
  EXPECT_TRUE(moved);
  ASSERT_TRUE(pair.client().is_open());
  const bool password = GetParam().kind == Kind::password;
  EXPECT_EQ(pair.session().peer(), password ? DatagramPair::kClientAddress : kOther);
  EXPECT_TRUE(!password || pair.client().send(pattern(1), pair.now()).ok());
  pair.deliver();
  EXPECT_EQ(pair.session().peer(), kOther);
  EXPECT_TRUE(pair.session().send(pattern(500), pair.now()).ok()) << "the pong has come from there";
  pair.deliver();
  EXPECT_EQ(pair.seen.fragments.size(), 1U);
  EXPECT_EQ(pair.seen.established, 1);
}

INSTANTIATE_TEST_SUITE_P(All, Moving, testing::ValuesIn(kFlows), name_of_flow);

class Roaming : public testing::TestWithParam<Flow> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(pair.open());
    pair.pass(seconds(2));
    place = pair.open_place();
  }
  void say() {
    EXPECT_TRUE(pair.client().send(pattern(10), pair.now()).ok());
    pair.deliver();
  }
  [[nodiscard]] std::size_t heard() const { return pair.server_seen[place].fragments.size(); }

  DatagramPair pair{GetParam()};
  std::size_t place = 0;
};

TEST_P(Roaming, TheServerFollows) {
  pair.link.first().set_address(kOther);
  say();
  EXPECT_EQ(pair.session().peer(), kOther);
  EXPECT_TRUE(pair.session().send(pattern(500), pair.now()).ok()) << "the pong has come from there";
  pair.pass(seconds(10));
  EXPECT_EQ(pair.session().peer(), kOther);
  EXPECT_EQ(pair.seen.fragments.size(), 1U);
  EXPECT_EQ(heard(), 1U);
}

/// Until the pong comes from there, it gets no more than three times what it sent; after 5 s the server turns back.
TEST_P(Roaming, AnAddressThatDoesNotAnswer) {
  Buffer record;
  pair.tap = [&](Side from, Buffer& datagram) {
    if (from == Side::client) record = datagram;
    return from == Side::server;
  };
  say();
  const std::size_t before = pair.sent_by_server.size();
  pair.tap = [&](Side from, Buffer&) { return from == Side::client || pair.session().peer() != kOther; };
  pair.inject(Side::server, record, kOther);
  pair.deliver();
  EXPECT_EQ(pair.session().peer(), kOther);
  EXPECT_EQ(pair.session().send(pattern(200), pair.now()).error(), Error::would_block);
  std::size_t data = 0;
  while (pair.session().send(pattern(1), pair.now()).ok()) {
    data += datagram_header_size(false) + 2 + kGcmTagSize;
    pair.deliver();
  }
  EXPECT_LE(data, 3 * record.size());
  EXPECT_GT(data, 0U);
  pair.pass(milliseconds(4900));
  EXPECT_EQ(pair.session().peer(), kOther);
  std::size_t pings = pair.sent_by_server.size() - before - data / (datagram_header_size(false) + 2 + kGcmTagSize);
  EXPECT_EQ(pings, 5U) << "at once, and then each second";
  pair.pass(milliseconds(200));
  EXPECT_EQ(pair.session().peer(), DatagramPair::kClientAddress);
  EXPECT_TRUE(pair.session().send(pattern(200), pair.now()).ok());
}

/// Somebody who only repeats or alters what he has seen moves nothing.
TEST_P(Roaming, ReplaysFromElsewhere) {
  say();
  const Buffer record = pair.sent_by_client.back();
  pair.inject(Side::server, record, kOther);
  Buffer altered = record;
  altered.back() ^= 1;
  pair.inject(Side::server, altered, kOther);
  EXPECT_EQ(pair.session().peer(), DatagramPair::kClientAddress);
  EXPECT_EQ(heard(), 1U);
  EXPECT_EQ(pair.session().counters().replayed, 2U);
}

/// An old record, delivered late from the old address, does not bring the server back there.
TEST_P(Roaming, AnOldRecordFromTheOldAddress) {
  Buffer late;
  pair.tap = [&](Side from, Buffer& datagram) {
    if (from == Side::client && late.empty()) {
      late = datagram;
      return false;
    }
    return true;
  };
  say();
  pair.link.first().set_address(kOther);
  say();
  EXPECT_EQ(pair.session().peer(), kOther);
  pair.inject(Side::server, late, DatagramPair::kClientAddress);
  pair.deliver();
  EXPECT_EQ(heard(), 2U) << "it is delivered all the same";
  EXPECT_EQ(pair.session().peer(), kOther);
}

/// A pong that was asked for elsewhere, and comes late from the new address, does not prove that somebody is there.
TEST_P(Roaming, ALatePongProvesNoAddress) {
  Buffer late;
  pair.tap = [&](Side from, Buffer& datagram) {
    if (from == Side::client) late = datagram;
    return from == Side::server;
  };
  EXPECT_TRUE(pair.session().send(pattern(1), pair.now()).ok());
  pair.deliver();
  EXPECT_TRUE(pair.session().rekey(pair.now()).ok());
  pair.deliver();
  ASSERT_FALSE(late.empty());
  pair.tap = [](Side from, Buffer&) { return from == Side::client; };
  pair.link.first().set_address(kOther);
  say();
  ASSERT_EQ(pair.session().peer(), kOther);
  pair.inject(Side::server, late, kOther);
  pair.deliver();
  EXPECT_EQ(pair.session().counters().replayed, 0U);
  EXPECT_EQ(pair.session().send(pattern(500), pair.now()).error(), Error::would_block);
  pair.tap = nullptr;
  pair.pass(seconds(2));
  EXPECT_TRUE(pair.session().send(pattern(500), pair.now()).ok()) << "the true one does";
}

/// The last record of an epoch that is over is the newest of that epoch, but not of all.
TEST_P(Roaming, ARecordOfTheEpochBeforeFromTheOldAddress) {
  const auto rekey = [&] {
    EXPECT_TRUE(pair.client().rekey(pair.now()).ok());
    pair.pass(seconds(2));
  };
  say();
  rekey();
  say();
  Buffer late;
  pair.tap = [&](Side from, Buffer& datagram) {
    if (from == Side::client) late = datagram;
    return from == Side::server;
  };
  say();
  pair.tap = nullptr;
  rekey();
  pair.link.first().set_address(kOther);
  say();
  ASSERT_EQ(pair.session().peer(), kOther);
  const std::size_t before = heard();
  pair.inject(Side::server, late, DatagramPair::kClientAddress);
  pair.deliver();
  EXPECT_EQ(heard(), before + 1) << "it is delivered all the same";
  EXPECT_EQ(pair.session().peer(), kOther);
}

TEST_P(Roaming, BackToTheOldAddressBeforeTheAnswer) {
  pair.tap = [&](Side from, Buffer&) { return from == Side::client; };
  pair.link.first().set_address(kOther);
  say();
  pair.link.first().set_address(DatagramPair::kClientAddress);
  say();
  EXPECT_EQ(pair.session().peer(), DatagramPair::kClientAddress);
  EXPECT_TRUE(pair.session().send(pattern(500), pair.now()).ok()) << "that one needs no proof";
}

/// Whoever has seen the ClientFinish of a session that is in use.
TEST_P(Roaming, AFinishRepeatedFromElsewhere) {
  const auto finish = std::find_if(pair.sent_by_client.begin(), pair.sent_by_client.end(), is_finish);
  const std::size_t before = pair.sent_by_server.size();
  pair.inject(Side::server, *finish, kOther);
  pair.deliver();
  EXPECT_EQ(pair.session().peer(), DatagramPair::kClientAddress);
  const std::size_t answers = GetParam().kind == Kind::password ? 1 : 0;
  EXPECT_EQ(pair.sent_by_server.size() - before, answers);
}

INSTANTIATE_TEST_SUITE_P(All, Roaming, testing::Values(kPasswordPsk, kRawKeyPsk), name_of_flow);

}  // namespace
}  // namespace pawl::test::datagram_roaming_test
