// SPDX-License-Identifier: Apache-2.0
/// Both datagram pumps, each driving its end over simulated links in virtual time. What only a server's does is in
/// datagram_server_pump_test.cpp.
#include <gtest/gtest.h>

#include <pawl/port/serial_transport.hpp>
#include <pawl/port/sim/lossy_link.hpp>
#include <pawl/port/sim/manual_clock.hpp>
#include <pawl/port/sim/noise.hpp>
#include <pawl/port/sim/pipe.hpp>

#include "tests/support/names.hpp"
#include "tests/support/pumped_pair.hpp"

namespace pawl::test::datagram_pump_test {
namespace {

/// A transport that can be lost and come back.
class Fickle final : public DatagramTransport {
 public:
  explicit Fickle(DatagramTransport& under) : under_(under) {}

  Result<Received> receive(MutBytes buffer) override {
    return lost ? Result<Received>(Error::connection_lost) : under_.receive(buffer);
  }
  Status send(Bytes datagram, const Address& to) override {
    return lost ? Status(Error::connection_lost) : under_.send(datagram, to);
  }
  [[nodiscard]] bool sending() const override { return under_.sending(); }
  void close() override { under_.close(); }
  [[nodiscard]] TransportCounters counters() const override { return under_.counters(); }

  bool lost = false;

 private:
  DatagramTransport& under_;
};

/// Somebody whose answer to each ClientHello comes just before the server's.
class Impostor final : public DatagramTransport {
 public:
  explicit Impostor(DatagramTransport& under) : under_(under) {}

  Result<Received> receive(MutBytes buffer) override {
    if (!genuine_.empty()) {
      copy(genuine_, buffer);
      return Received{std::exchange(genuine_, {}).size(), {}};
    }
    const auto got = under_.receive(buffer);
    const std::size_t size = got.ok() ? got.value().size : 0;
    if (size > 0 && buffer[0] == kFrameMarker && buffer[2] == static_cast<std::uint8_t>(FrameType::server_hello)) {
      genuine_.assign(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
      buffer[size - 1] ^= 1U;
      ++forged;
    }
    return got;
  }
  Status send(Bytes datagram, const Address& to) override { return under_.send(datagram, to); }
  [[nodiscard]] bool sending() const override { return under_.sending(); }
  void close() override { under_.close(); }
  [[nodiscard]] TransportCounters counters() const override { return under_.counters(); }

  int forged = 0;

 private:
  DatagramTransport& under_;
  Buffer genuine_;
};

/// The client's end has an address: several peers are possible.
void as_network(LossyLink& link) { link.first().set_address(DatagramPair::kClientAddress); }

class DatagramPumps : public testing::TestWithParam<Flow> {};
INSTANTIATE_TEST_SUITE_P(, DatagramPumps, testing::ValuesIn(kFlows), name_of_flow);

TEST_P(DatagramPumps, CarryASessionFromStartToEnd) {
  ManualClock clock;
  LossyLink link({.min_delay = milliseconds(20), .max_delay = milliseconds(20)}, 1, clock);
  as_network(link);
  PumpedPair rig(GetParam(), clock, link.first(), link.second());
  ASSERT_TRUE(rig.open());
  EXPECT_TRUE(rig.exchange(bytes_of("question")));
  EXPECT_TRUE(rig.exchange(pattern(400)));
  EXPECT_FALSE(rig.client_pump->finished());
  rig.client->close(clock.now());
  ASSERT_TRUE(rig.pass_until([&] { return rig.client_pump->finished(); }, seconds(1)));
  EXPECT_EQ(rig.client_closed->error, Error::none);
  ASSERT_EQ(rig.server_closed.size(), 1U);
  EXPECT_EQ(rig.server_closed[0].error, Error::none);
}

TEST_P(DatagramPumps, ComeThroughABadLink) {
  ManualClock clock;
  LossyLink link({.loss = 200'000,
                  .duplication = 100'000,
                  .corruption = 50'000,
                  .min_delay = milliseconds(5),
                  .max_delay = milliseconds(200),
                  .reordering = 64},
                 3, clock);
  as_network(link);
  PumpedPair rig(GetParam(), clock, link.first(), link.second());
  ASSERT_TRUE(rig.open());
  for (std::size_t i = 0; i < 10; ++i) EXPECT_TRUE(rig.exchange(pattern(10 + i)));
  rig.client->close(clock.now());
  EXPECT_TRUE(rig.pass_until([&] { return rig.client_pump->finished() && !rig.server_closed.empty(); }, seconds(130)));
}

/// A line on which a datagram takes many turns to leave.
TEST_P(DatagramPumps, WaitForASlowLine) {
  ManualClock clock;
  Pipe pipe({.capacity = 16, .max_read = 7});
  std::vector<Buffer> buffers(4, Buffer(PumpedPair::kDatagram));
  SerialTransport client_end(pipe.first(), clock, buffers[0], buffers[1]);
  SerialTransport server_end(pipe.second(), clock, buffers[2], buffers[3]);
  PumpedPair rig(GetParam(), clock, client_end, server_end);
  EXPECT_TRUE(rig.client_pump->run(clock.now()).index() == 0);
  EXPECT_TRUE(rig.client_pump->wants_write());
  ASSERT_TRUE(rig.open());
  EXPECT_TRUE(rig.exchange(pattern(300)));
  rig.client->close(clock.now());
  ASSERT_TRUE(rig.pass_until([&] { return rig.client_pump->finished(); }, seconds(10)));
  EXPECT_EQ(rig.client_closed->error, Error::none);
  EXPECT_FALSE(rig.client_pump->wants_write());
}

TEST(DatagramPump, ComeThroughANoisyLine) {
  ManualClock clock;
  Pipe pipe;
  Noise to_client(pipe.first(), {.bit_error = 1000, .loss = 100, .insertion = 100}, 5);
  Noise to_server(pipe.second(), {.bit_error = 1000, .loss = 100, .insertion = 100}, 6);
  std::vector<Buffer> buffers(4, Buffer(PumpedPair::kDatagram));
  SerialTransport client_end(to_client, clock, buffers[0], buffers[1]);
  SerialTransport server_end(to_server, clock, buffers[2], buffers[3]);
  PumpedPair rig(kRawKeyPsk, clock, client_end, server_end);
  ASSERT_TRUE(rig.open());
  for (std::size_t i = 0; i < 20; ++i) EXPECT_TRUE(rig.exchange(pattern(20 + i)));
  EXPECT_GT(client_end.counters().resynchronised + server_end.counters().resynchronised, 0U);
}

/// PROTOCOL.md 11.3: in the key flow a forged ServerHello does not crowd out the genuine one.
TEST(DatagramPump, AnAnswerBeforeTheServersSpoilsNothing) {
  for (const Flow& flow : {kRawKeyPsk, kRawKeyEcdhe}) {
    ManualClock clock;
    LossyLink link({}, 1, clock);
    as_network(link);
    Impostor to_server(link.first());
    PumpedPair rig(flow, clock, to_server, link.second());
    ASSERT_TRUE(rig.open());
    EXPECT_EQ(to_server.forged, 1);
    EXPECT_EQ(rig.client->counters().dropped, 1U);
    EXPECT_TRUE(rig.exchange(bytes_of("unharmed")));
  }
}

TEST(DatagramPump, ALineThatComesBackInTimeCostsNothing) {
  ManualClock clock;
  LossyLink link({}, 1, clock);
  Fickle to_server(link.first());
  Fickle to_client(link.second());
  PumpedPair rig(kRawKeyPsk, clock, to_server, to_client);
  ASSERT_TRUE(rig.open());
  to_server.lost = to_client.lost = true;
  ASSERT_TRUE(rig.client->send(bytes_of("lost"), clock.now()).ok());
  rig.settle();
  EXPECT_TRUE(rig.client_pump->lost());
  EXPECT_TRUE(rig.server_pump->lost());
  EXPECT_TRUE(rig.client->is_open());
  clock.advance(seconds(10));
  to_server.lost = to_client.lost = false;
  EXPECT_TRUE(rig.exchange(bytes_of("not lost")));
  EXPECT_FALSE(rig.client_pump->lost());
  EXPECT_FALSE(rig.server_pump->lost());
}

TEST(DatagramPump, AClientThatEndsOnALostLineIsFinished) {
  ManualClock clock;
  LossyLink link({}, 1, clock);
  Fickle to_server(link.first());
  PumpedPair rig(kRawKeyPsk, clock, to_server, link.second());
  ASSERT_TRUE(rig.open());
  to_server.lost = true;
  rig.client->close(clock.now());
  ASSERT_TRUE(rig.pass_until([&] { return rig.client_pump->finished(); }, seconds(6)));
  EXPECT_EQ(rig.client_closed->error, Error::unconfirmed);
}

/// An event that comes of what the application did is no matter of time: the session tells none, the pump says now.
TEST(DatagramPump, IsDueAtOnceWhileAnEventWaits) {
  ManualClock clock;
  LossyLink link({}, 1, clock);
  PumpedPair rig(kRawKeyPsk, clock, link.first(), link.second());
  rig.client->close(clock.now());
  EXPECT_EQ(rig.client->deadline(), std::nullopt);
  EXPECT_EQ(rig.client_pump->deadline(), at_once());
  EXPECT_TRUE(std::holds_alternative<Closed>(rig.client_pump->run(clock.now())));
  EXPECT_EQ(rig.client_pump->deadline(), std::nullopt);
  EXPECT_TRUE(rig.client_pump->finished());
}

}  // namespace
}  // namespace pawl::test::datagram_pump_test
