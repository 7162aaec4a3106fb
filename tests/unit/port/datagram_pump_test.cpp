// SPDX-License-Identifier: Apache-2.0
/// Both datagram pumps, each driving its end over simulated links in virtual time.
#include <gtest/gtest.h>

#include <pawl/port/datagram_pump.hpp>
#include <pawl/port/datagram_server_pump.hpp>
#include <pawl/port/serial_transport.hpp>
#include <pawl/port/sim/lossy_link.hpp>
#include <pawl/port/sim/manual_clock.hpp>
#include <pawl/port/sim/noise.hpp>
#include <pawl/port/sim/pipe.hpp>

#include <deque>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/names.hpp"
#include "tests/support/remembered_exchange.hpp"

namespace pawl::test::datagram_pump_test {
namespace {

constexpr std::size_t kDatagram = 512;
constexpr std::size_t kPlaces = 3;

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

/// A client and an echoing server, each behind its pump.
class Rig {
 public:
  Rig(const Flow& flow, ManualClock& clock_of_both, DatagramTransport& to_server, DatagramTransport& to_client)
      : clock(clock_of_both),
        client_transport(to_server),
        enrolment_(Account{flow}),
        client_settings_(flow.kind == Kind::password ? password_initiator : key_initiator, enrolment_.credential),
        server_settings_(test_decoy()) {
    client_settings_.exchange = server_settings_.exchange = &remembered_exchange;
    client_settings_.iterations_floor = 1000;
    client_settings_.max_rx = server_settings_.max_rx = kDatagram - 16;
    server_settings_.password_flow = &password_responder;
    server_settings_.key_flow = &key_responder;
    for (std::size_t i = 0; i < kPlaces; ++i) {
      DatagramBuffers& buffers = buffers_.emplace_back(1024);
      places_.push_back(&sessions_.emplace_back(server_settings_, server_random_, MutBytes(buffers.tx).first(kDatagram),
                                                buffers.words));
    }
    server_.emplace(server_settings_, server_random_, places_, kPlaces);
    EXPECT_TRUE(server_->start(clock.now()).ok());
    server_pump.emplace(*server_, to_client, server_buffer_);
    start_client();
  }

  /// Another client, as after a restart.
  void start_client() {
    client_pump.reset();
    client.emplace(client_settings_, client_random_, client_tx_, client_words_);
    EXPECT_TRUE(client->start(clock.now()).ok());
    client_pump.emplace(*client, client_transport, client_buffer_);
    client_closed.reset();
  }

  /// Runs both ends at this moment, until nothing moves.
  void settle() {
    for (int i = 0; i < 1000; ++i) {
      const bool moved = run_client();
      if (!run_server() && !moved) return;
    }
    ADD_FAILURE() << "it never comes to rest";
  }
  /// Lets time pass in small steps until `done`, at most `limit`.
  template <class Done>
  bool pass_until(Done done, Duration limit) {
    const Instant end = clock.now() + limit;
    settle();
    while (!done() && clock.now() < end) {
      clock.advance(milliseconds(5));
      settle();
    }
    return done();
  }
  bool open() {
    return pass_until([&] { return client->is_open() && server_established > 0; }, seconds(31));
  }
  /// Sends a message again and again until its echo has come.
  bool exchange(Bytes message) {
    echoes.clear();
    for (int attempt = 0; attempt < 40 && echoes.empty(); ++attempt) {
      EXPECT_TRUE(client->send(message, clock.now()).ok());
      pass_until([&] { return !echoes.empty(); }, milliseconds(300));
    }
    return !echoes.empty() && echoes.back() == Buffer(message.begin(), message.end());
  }

  ManualClock& clock;
  DatagramTransport& client_transport;
  std::optional<DatagramClient> client;
  std::optional<DatagramPump> client_pump;
  std::optional<DatagramServerPump> server_pump;
  std::optional<Closed> client_closed;
  std::vector<Buffer> echoes;
  int server_established = 0;
  std::vector<Closed> server_closed;
  /// How often a pump gave no event and yet asked to be run at once.
  int hurries = 0;

  [[nodiscard]] const DatagramServer& server() const { return *server_; }

 private:
  bool run_client() {
    const Event event = client_pump->run(clock.now());
    if (const auto* message = std::get_if<Message>(&event)) {
      echoes.emplace_back(message->bytes.begin(), message->bytes.end());
    } else if (const auto* closed = std::get_if<Closed>(&event)) {
      EXPECT_FALSE(client_closed);
      client_closed = *closed;
    } else if (!is_event(event)) {
      return due(client_pump->deadline());
    }
    return true;
  }

  bool run_server() {
    const auto happening = server_pump->run(clock.now());
    if (!happening) return due(server_pump->deadline());
    const auto& [place, event] = *happening;
    if (std::holds_alternative<CredentialWanted>(event)) {
      EXPECT_TRUE(server_->provide(place, &enrolment_.record, clock.now()).ok());
    } else if (std::holds_alternative<Established>(event)) {
      ++server_established;
    } else if (const auto* message = std::get_if<Message>(&event)) {
      EXPECT_TRUE(server_->session(place).send(message->bytes, clock.now()).ok());
    } else if (const auto* closed = std::get_if<Closed>(&event)) {
      server_closed.push_back(*closed);
    }
    return true;
  }

  bool due(std::optional<Instant> deadline) {
    if (!deadline || *deadline > clock.now()) return false;
    ++hurries;
    return true;
  }

  Enrolment enrolment_;
  ClientSettings client_settings_;
  ServerSettings server_settings_;
  SeededRandom client_random_{1};
  SeededRandom server_random_{2};
  ByteArray<kDatagram> client_tx_{};
  ByteArray<kDatagram> client_buffer_{};
  ByteArray<kDatagram> server_buffer_{};
  std::vector<std::uint32_t> client_words_ = std::vector<std::uint32_t>(replay_words(128));
  std::deque<DatagramBuffers> buffers_;
  std::deque<DatagramServerSession> sessions_;
  std::vector<DatagramServerSession*> places_;
  std::optional<DatagramServer> server_;
};

/// The client's end has an address: several peers are possible.
void as_network(LossyLink& link) { link.first().set_address(DatagramPair::kClientAddress); }

class DatagramPumps : public testing::TestWithParam<Flow> {};
INSTANTIATE_TEST_SUITE_P(, DatagramPumps, testing::ValuesIn(kFlows), name_of_flow);

TEST_P(DatagramPumps, CarryASessionFromStartToEnd) {
  ManualClock clock;
  LossyLink link({.min_delay = milliseconds(20), .max_delay = milliseconds(20)}, 1, clock);
  as_network(link);
  Rig rig(GetParam(), clock, link.first(), link.second());
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
  Rig rig(GetParam(), clock, link.first(), link.second());
  ASSERT_TRUE(rig.open());
  for (std::size_t i = 0; i < 10; ++i) EXPECT_TRUE(rig.exchange(pattern(10 + i)));
  rig.client->close(clock.now());
  EXPECT_TRUE(rig.pass_until([&] { return rig.client_pump->finished() && !rig.server_closed.empty(); }, seconds(130)));
}

/// A line on which a datagram takes many turns to leave.
TEST_P(DatagramPumps, WaitForASlowLine) {
  ManualClock clock;
  Pipe pipe({.capacity = 16, .max_read = 7});
  std::vector<Buffer> buffers(4, Buffer(kDatagram));
  SerialTransport client_end(pipe.first(), clock, buffers[0], buffers[1]);
  SerialTransport server_end(pipe.second(), clock, buffers[2], buffers[3]);
  Rig rig(GetParam(), clock, client_end, server_end);
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
  std::vector<Buffer> buffers(4, Buffer(kDatagram));
  SerialTransport client_end(to_client, clock, buffers[0], buffers[1]);
  SerialTransport server_end(to_server, clock, buffers[2], buffers[3]);
  Rig rig(kRawKeyPsk, clock, client_end, server_end);
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
    Rig rig(flow, clock, to_server, link.second());
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
  Rig rig(kRawKeyPsk, clock, to_server, to_client);
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
  Rig rig(kRawKeyPsk, clock, to_server, link.second());
  ASSERT_TRUE(rig.open());
  to_server.lost = true;
  rig.client->close(clock.now());
  ASSERT_TRUE(rig.pass_until([&] { return rig.client_pump->finished(); }, seconds(6)));
  EXPECT_EQ(rig.client_closed->error, Error::unconfirmed);
}

/// PROTOCOL.md 13.5.
TEST(DatagramServerPump, SaysThatAPeerThatBeganAnewSupersededItself) {
  ManualClock clock;
  LossyLink link({}, 1, clock);
  Rig rig(kRawKeyPsk, clock, link.first(), link.second());
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
  as_network(link);
  Rig rig(kRawKeyPsk, clock, link.first(), link.second());
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
  as_network(link);
  Rig rig(kRawKeyPsk, clock, link.first(), link.second());
  ASSERT_TRUE(rig.open());
  rig.settle();
  const auto deadline = rig.server_pump->deadline();
  ASSERT_TRUE(deadline);
  EXPECT_GT(*deadline, clock.now()) << "the next ping";
  EXPECT_FALSE(rig.server_pump->wants_write());
}

}  // namespace
}  // namespace pawl::test::datagram_pump_test
