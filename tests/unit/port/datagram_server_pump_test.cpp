// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/port/sim/lossy_link.hpp>
#include <pawl/port/sim/manual_clock.hpp>

#include "tests/support/pumped_pair.hpp"

namespace pawl::test::datagram_server_pump_test {
namespace {

/// A way on which a ClientFinish is overtaken by the datagram after it.
class Overtaking final : public DatagramTransport {
 public:
  explicit Overtaking(DatagramTransport& under) : under_(under) {}

  Result<Received> receive(MutBytes buffer) override {
    const auto got = under_.receive(buffer);
    const std::size_t size = got.value().size;
    if (size > 0 && buffer[0] == kFrameMarker && buffer[2] == static_cast<std::uint8_t>(FrameType::client_finish)) {
      finish_.assign(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
      from_ = got.value().from;
      return Received{};
    }
    if (size > 0) overtaken_ = !finish_.empty();
    if (size > 0 || !overtaken_) return got;
    overtaken_ = false;
    copy(finish_, buffer);
    return Received{std::exchange(finish_, {}).size(), from_};
  }
  Status send(Bytes datagram, const Address& to) override { return under_.send(datagram, to); }
  [[nodiscard]] bool sending() const override { return under_.sending(); }
  void close() override { under_.close(); }
  [[nodiscard]] TransportCounters counters() const override { return under_.counters(); }

 private:
  DatagramTransport& under_;
  Buffer finish_;
  Address from_;
  bool overtaken_ = false;
};

/// PROTOCOL.md 13.1.
class EarlyRecord : public testing::Test {
 protected:
  /// The client is open, and its ClientFinish still on the way. Its first message is not.
  void overtake(const Address& from) {
    ASSERT_TRUE(rig.pass_until([&] { return rig.client->is_open(); }, seconds(1)));
    rig.settle();
    ASSERT_EQ(rig.server_established, 0);
    link.first().set_address(from);
    ASSERT_TRUE(rig.client->send(bytes_of("first"), clock.now()).ok());
    rig.pass_until([&] { return !rig.echoes.empty(); }, milliseconds(100));
    EXPECT_EQ(rig.server_established, 1);
    link.first().set_address(DatagramPair::kClientAddress);
    EXPECT_EQ(rig.client->counters().retransmitted, 0U);
  }

  ManualClock clock;
  LossyLink link{{}, 1, clock};
  Overtaking to_client{link.second()};
  PumpedPair rig{kRawKeyPsk, clock, link.first(), to_client};
};

TEST_F(EarlyRecord, IsReadOnceTheSessionIsOpen) {
  link.first().set_address(DatagramPair::kClientAddress);
  ASSERT_NO_FATAL_FAILURE(overtake(DatagramPair::kClientAddress));
  ASSERT_EQ(rig.echoes.size(), 1U);
  EXPECT_EQ(rig.echoes[0], bytes_of("first"));
  EXPECT_TRUE(rig.exchange(bytes_of("second")));
  EXPECT_EQ(rig.server().counters().dropped, 0U);
}

TEST_F(EarlyRecord, FromElsewhereIsLost) {
  link.first().set_address(DatagramPair::kClientAddress);
  ASSERT_NO_FATAL_FAILURE(overtake(Address(ByteArray<6>{203, 0, 113, 9, 0x1F, 0x90})));
  EXPECT_TRUE(rig.echoes.empty());
  EXPECT_TRUE(rig.exchange(bytes_of("second")));
}

/// PROTOCOL.md 13.5.
TEST(DatagramServerPump, SaysThatAPeerThatBeganAnewSupersededItself) {
  ManualClock clock;
  LossyLink link({}, 1, clock);
  PumpedPair rig(kRawKeyPsk, clock, link.first(), link.second());
  ASSERT_TRUE(rig.open());
  rig.start_client();
  ASSERT_TRUE(rig.pass_until([&] { return rig.server_established == 2; }, seconds(5)));
  rig.settle();
  ASSERT_EQ(rig.server_closed.size(), 1U);
  EXPECT_EQ(rig.server_closed[0].error, Error::superseded);
  EXPECT_TRUE(rig.exchange(bytes_of("anew")));
}

TEST(DatagramServerPump, AFloodIsTakenInBoundedSteps) {
  ManualClock clock;
  LossyLink link({}, 1, clock);
  link.first().set_address(DatagramPair::kClientAddress);
  PumpedPair rig(kRawKeyPsk, clock, link.first(), link.second());
  ASSERT_TRUE(rig.open());
  rig.hurries = 0;
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(link.first().send(pattern(30), Address()).ok());
  EXPECT_FALSE(rig.server_pump->run(clock.now()));
  EXPECT_TRUE(link.second().next_arrival()) << "not all at once";
  rig.settle();
  EXPECT_FALSE(link.second().next_arrival());
  EXPECT_GT(rig.hurries, 5);
  EXPECT_EQ(rig.server().counters().dropped, 1000U);
  EXPECT_TRUE(rig.exchange(bytes_of("unharmed")));
}

/// Nobody is looked at while nothing is due.
TEST(DatagramServerPump, SleepsUntilSomethingIsDue) {
  ManualClock clock;
  LossyLink link({}, 1, clock);
  link.first().set_address(DatagramPair::kClientAddress);
  PumpedPair rig(kRawKeyPsk, clock, link.first(), link.second());
  ASSERT_TRUE(rig.open());
  rig.settle();
  const auto deadline = rig.server_pump->deadline();
  ASSERT_TRUE(deadline);
  EXPECT_GT(*deadline, clock.now()) << "the next ping";
  EXPECT_FALSE(rig.server_pump->wants_write());
}

/// What an application does to a session that is not before it leads to an event as well, once the pump is told.
TEST(DatagramServerPump, GivesTheEventOfASessionThatWasTouched) {
  ManualClock clock;
  LossyLink link({}, 1, clock);
  PumpedPair rig(kRawKeyPsk, clock, link.first(), link.second());
  rig.client_pump->run(clock.now());
  const auto wanted = rig.server_pump->run(clock.now());
  ASSERT_TRUE(wanted);
  ASSERT_TRUE(std::holds_alternative<CredentialWanted>(wanted->event));
  EXPECT_FALSE(rig.server_pump->run(clock.now()));
  EXPECT_GT(rig.server_pump->deadline(), clock.now());
  DatagramServerSession& session = rig.server().session(wanted->place);
  EXPECT_FALSE(session.event_waits());
  session.close(clock.now());
  EXPECT_TRUE(session.event_waits());
  EXPECT_EQ(session.deadline(), std::nullopt);
  EXPECT_FALSE(session.vacant());
  rig.server_pump->touch(wanted->place, clock.now());
  EXPECT_EQ(rig.server_pump->deadline(), at_once());
  const auto closed = rig.server_pump->run(clock.now());
  ASSERT_TRUE(closed);
  EXPECT_TRUE(std::holds_alternative<Closed>(closed->event));
  EXPECT_FALSE(rig.server_pump->run(clock.now()));
  EXPECT_EQ(rig.server_pump->deadline(), std::nullopt);
  EXPECT_TRUE(session.vacant());
}

TEST(DatagramServerPump, KeepsTimeForAllSessions) {
  ManualClock clock;
  LossyLink link({}, 1, clock);
  link.first().set_address(DatagramPair::kClientAddress);
  PumpedPair rig(kRawKeyPsk, clock, link.first(), link.second());
  ASSERT_TRUE(rig.open());
  rig.start_client();
  link.first().set_address(Address(ByteArray<6>{203, 0, 113, 9, 0x1F, 0x90}));
  ASSERT_TRUE(rig.pass_until([&] { return rig.server_established == 2; }, seconds(5)));
  link.first().close();
  clock.advance(seconds(130));
  for (int i = 0; i < 100 && rig.server_closed.size() < 2; ++i) {
    clock.advance(seconds(10));
    while (const auto happening = rig.server_pump->run(clock.now())) {
      if (const auto* closed = std::get_if<Closed>(&happening->event)) rig.server_closed.push_back(*closed);
    }
  }
  ASSERT_EQ(rig.server_closed.size(), 2U);
  for (const Closed& closed : rig.server_closed) EXPECT_EQ(closed.error, Error::idle);
  EXPECT_EQ(rig.server_pump->deadline(), std::nullopt);
}

}  // namespace
}  // namespace pawl::test::datagram_server_pump_test
