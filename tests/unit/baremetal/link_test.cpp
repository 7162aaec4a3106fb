// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <pawl/handshake/p256.hpp>
#include <pawl/port/baremetal/client_link.hpp>
#include <pawl/port/baremetal/server_link.hpp>
#include <pawl/port/sim/seeded_random.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::link_test {
namespace {

constexpr auto kUser = ascii("sensor");

/// Random that works until it is broken.
class BreakableRandom final : public Random {
 public:
  explicit BreakableRandom(std::uint64_t seed) : random_(seed) {}
  Status fill(MutBytes out) override { return broken ? Error::random_failed : random_.fill(out); }
  bool broken = false;

 private:
  SeededRandom random_;
};

/// Two UARTs joined by a wire on which 11 bytes a millisecond pass, as at 115,200 baud.
class Wire {
 public:
  class End final : public Uart {
   public:
    explicit End(std::size_t queue) : storage_(queue), queue_(storage_) {}

    bool transmit(std::uint8_t byte) override {
      if (room_ == 0) return false;
      --room_;
      ++sent;
      said.push_back(byte);
      if (!cut) peer->arrive(byte);
      return true;
    }
    void allow_receive() override {}
    ReceiveQueue& queue() { return queue_; }
    void millisecond() { room_ = 11; }
    void arrive(std::uint8_t byte) {
      if (queue_.full()) {
        ++lost;
      } else {
        queue_.put(byte);
      }
    }

    End* peer = nullptr;
    /// What is sent is lost.
    bool cut = false;
    std::size_t sent = 0;
    /// The bytes of it.
    Buffer said;
    /// Bytes for which there was no room.
    std::size_t lost = 0;

   private:
    Buffer storage_;
    ReceiveQueue queue_;
    int room_ = 0;
  };

  Wire() {
    device.peer = &laptop;
    laptop.peer = &device;
  }
  void millisecond() {
    device.millisecond();
    laptop.millisecond();
  }

  End device{320};
  End laptop{320};
};

/// Both links over a wire, in virtual time.
class Links {
 public:
  explicit Links(std::uint64_t seed, Mode mode = Mode::psk) : client_random(seed), server_random(~seed) {
    const KeyExchange* const exchange = mode == Mode::psk ? nullptr : &p256_exchange;
    EXPECT_TRUE(derive_from_raw_key(kUser, RawKey(ByteArray<32>{7}), mode, exchange, credential).ok());
    EXPECT_TRUE(make_enrolment(credential, 1, exchange, record_).ok());
    client_settings_.exchange = server_settings_.exchange = exchange;
    if (exchange != nullptr) static_cast<void>(decoy_.prepare(*exchange));
    start();
  }
  /// The client has a password, from which it is yet to derive its credential.
  struct Password {};
  Links(std::uint64_t seed, Password) : client_random(seed), server_random(~seed) {
    client_settings_.flow = &password_initiator;
    client_settings_.iterations_floor = 1;
    server_settings_.password_flow = &password_responder;
    EXPECT_TRUE(derive({{}, 1}).ok());
    EXPECT_TRUE(make_enrolment(credential, 1, nullptr, record_).ok());
    credential.derived = false;
    start();
  }

  Status derive(const DerivationWanted& how) {
    PasswordDerivation derivation(kUser, ascii("correct horse"), how.salt, how.iterations);
    EXPECT_TRUE(derivation.step(how.iterations));
    return derivation.finish(Mode::psk, nullptr, credential);
  }

  void restart_server() {
    server.reset();
    server.emplace(server_settings_, record_, server_random, server_line_);
    EXPECT_TRUE(server->start(now).ok());
  }

  /// Until `done`, at most `limit` longer; whether it came.
  template <class Done>
  bool run_until(const Done& done, Duration limit) {
    for (const Instant end = now + limit; now < end; now = now + milliseconds(1)) {
      wire.millisecond();
      for (int round = 0; round < 4; ++round) {
        client_took(client->serve(now));
        server_took(server->serve(now));
        if (done()) return true;
      }
    }
    return false;
  }
  void run(Duration time) {
    static_cast<void>(run_until([] { return false; }, time));
  }
  bool run_until_open(Duration limit) {
    return run_until([&] { return client->is_open() && server->is_open(); }, limit);
  }

  Wire wire;
  BreakableRandom client_random;
  BreakableRandom server_random;
  Instant now{5000};
  std::optional<ClientLink> client;
  std::optional<ServerLink> server;
  std::vector<Instant> client_closed;
  Error client_error = Error::none;
  Buffer client_got;
  Buffer server_got;
  std::optional<DerivationWanted> wanted;
  ClientCredential credential;

 private:
  void start() {
    client_settings_.max_rx = ClientLink::kMaxRx;
    client_settings_.idle = 9;
    server_settings_.max_rx = ServerLink::kMaxRx;
    server_settings_.key_flow = &key_responder;
    restart_server();
    client.emplace(client_settings_, client_random, client_line_);
  }

  void client_took(const Event& event) {
    if (const auto* how = std::get_if<DerivationWanted>(&event)) wanted = *how;
    if (const auto* message = std::get_if<Message>(&event)) append(client_got, message->bytes);
    if (const auto* closed = std::get_if<Closed>(&event)) {
      client_closed.push_back(now);
      client_error = closed->error;
    }
  }
  void server_took(const Event& event) {
    if (const auto* message = std::get_if<Message>(&event)) append(server_got, message->bytes);
  }

  Enrolment record_;
  Decoy decoy_{EnumerationKey(ByteArray<32>{9}), 600'000};
  ClientSettings client_settings_{key_initiator, credential};
  ServerSettings server_settings_{decoy_};
  ByteArray<ClientLink::kLineBuffer> client_buffer_{};
  ByteArray<ServerLink::kLineBuffer> server_buffer_{};
  UartLine client_line_{wire.device, wire.device.queue(), client_buffer_};
  UartLine server_line_{wire.laptop, wire.laptop.queue(), server_buffer_};
};

TEST(Links, OpenWhateverIsDrawn) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Links links(seed);
    ASSERT_TRUE(links.run_until_open(seconds(1))) << seed;
    EXPECT_EQ(links.wire.device.lost + links.wire.laptop.lost, 0U);
  }
}

TEST(Links, CarryMessagesBothWays) {
  Links links(1, Mode::psk_ecdhe);
  ASSERT_TRUE(links.run_until_open(seconds(1)));
  const Buffer long_one = pattern(200);
  EXPECT_TRUE(links.run_until([&] { return links.client->send(long_one, links.now).ok(); }, seconds(1)));
  EXPECT_TRUE(links.run_until([&] { return links.server_got == long_one; }, seconds(1)));
  EXPECT_TRUE(links.run_until([&] { return links.server->send(bytes_of("led on"), links.now).ok(); }, seconds(1)));
  EXPECT_TRUE(links.run_until([&] { return links.client_got == bytes_of("led on"); }, seconds(1)));
  EXPECT_TRUE(links.run_until([&] { return links.client->rekey(links.now).ok(); }, seconds(1)));
  EXPECT_TRUE(links.run_until([&] { return links.client->send(bytes_of("x"), links.now).ok(); }, seconds(2)));
}

/// A wrong answer on the line before the server's: that one waits in the queue until the wrong one has been found out.
TEST(ClientLink, LosesNoAnswerBehindAWrongOne) {
  constexpr std::size_t kServerHelloPacket = kFrameHeaderSize + 120 + kPacketCrcSize;
  Links links(8, Mode::psk_ecdhe);
  links.wire.laptop.cut = true;
  ASSERT_TRUE(links.run_until([&] { return links.wire.laptop.said.size() > kServerHelloPacket; }, milliseconds(500)));
  links.run(milliseconds(5));
  Buffer hello(ClientLink::kLineBuffer);
  PacketDecoder decoder(hello);
  for (Bytes said = links.wire.laptop.said; decoder.datagram().empty();) said = said.subspan(decoder.take(said));
  decoder.datagram().back() ^= 1;
  Buffer wrong(max_packet_size(hello.size()));
  wrong.resize(PacketEncoder(decoder.datagram()).encode(wrong));
  for (const auto byte : wrong) links.wire.device.arrive(byte);
  for (const auto byte : links.wire.laptop.said) links.wire.device.arrive(byte);
  links.wire.laptop.cut = false;
  EXPECT_TRUE(links.run_until_open(milliseconds(100))) << "before it says hello again";
  EXPECT_EQ(links.wire.device.lost, 0U);
}

TEST(ClientLink, GoesOnWithADerivedPassword) {
  Links links(9, Links::Password{});
  EXPECT_EQ(links.client->provide(links.credential, links.now).error(), Error::wrong_state);
  ASSERT_TRUE(links.run_until([&] { return links.wanted.has_value(); }, seconds(1)));
  ASSERT_TRUE(links.derive(*links.wanted).ok());
  links.now = links.now + seconds(15);
  EXPECT_TRUE(links.client->provide(links.credential, links.now).ok());
  EXPECT_TRUE(links.run_until_open(seconds(1)));
  EXPECT_TRUE(links.client_closed.empty());
}

TEST(ClientLink, ConnectsAgainWithAPasswordThatTookLong) {
  Links links(10, Links::Password{});
  ASSERT_TRUE(links.run_until([&] { return links.wanted.has_value(); }, seconds(1)));
  ASSERT_TRUE(links.derive(*links.wanted).ok());
  links.wanted.reset();
  links.now = links.now + seconds(600);
  EXPECT_TRUE(links.client->provide(links.credential, links.now).ok());
  ASSERT_TRUE(links.run_until([&] { return !links.client_closed.empty(); }, seconds(1)));
  EXPECT_EQ(links.client_error, Error::derivation_slow);
  EXPECT_TRUE(links.run_until_open(seconds(3)));
  EXPECT_FALSE(links.wanted.has_value()) << "once is enough";
}

TEST(ClientLink, ConnectsAgainAfterTheServerRestarted) {
  Links links(2);
  ASSERT_TRUE(links.run_until_open(seconds(1)));
  links.run(seconds(1));
  links.restart_server();
  const Instant restarted = links.now;
  ASSERT_TRUE(links.run_until([&] { return !links.client_closed.empty(); }, seconds(60)));
  EXPECT_EQ(links.client_error, Error::idle);
  EXPECT_TRUE(links.run_until_open(seconds(3)));
  EXPECT_LT(links.now - restarted, seconds(60));
}

TEST(ClientLink, BacksOffWhileNobodyAnswers) {
  Links links(3);
  links.wire.device.cut = true;
  ASSERT_TRUE(links.run_until([&] { return links.client_closed.size() == 5; }, seconds(5 * 31 + 15)));
  EXPECT_EQ(links.client_error, Error::timeout);
  Duration longest;
  for (std::size_t i = 1; i < 5; ++i) {
    // An attempt takes 31 s; what is longer is the pause, and a step of this loop.
    const Duration pause = milliseconds((links.client_closed[i] - links.client_closed[i - 1]).ms - 31'000);
    EXPECT_LT(pause, milliseconds((std::uint64_t{1000} << (i - 1)) + 100)) << i;
    longest = std::max(longest, pause);
  }
  EXPECT_GT(longest, seconds(1)) << "the bound grows";
  links.wire.device.cut = false;
  EXPECT_TRUE(links.run_until_open(seconds(60)));
}

TEST(ClientLink, WithoutRandomnessItSendsNothingEver) {
  Links links(4);
  links.client_random.broken = true;
  ASSERT_TRUE(links.run_until([&] { return !links.client_closed.empty(); }, seconds(1)));
  EXPECT_EQ(links.client_error, Error::random_failed);
  links.client_random.broken = false;
  EXPECT_FALSE(links.run_until_open(seconds(120)));
  EXPECT_EQ(links.wire.device.sent, 0U);
}

TEST(ClientLink, MakesNoFurtherSessionAfterItsOwnClose) {
  Links links(5);
  ASSERT_TRUE(links.run_until_open(seconds(1)));
  links.client->close(links.now);
  ASSERT_TRUE(links.run_until([&] { return !links.client_closed.empty(); }, seconds(6)));
  EXPECT_EQ(links.client_error, Error::none);
  EXPECT_FALSE(links.server->is_open());
  EXPECT_FALSE(links.run_until_open(seconds(60)));
  EXPECT_EQ(links.client->send(bytes_of("x"), links.now).error(), Error::wrong_state);
}

TEST(ServerLink, GivesThePlaceToAClientThatRestarted) {
  Links links(6);
  ASSERT_TRUE(links.run_until_open(seconds(1)));
  Links again(7);  // the same credential, after a reset
  again.wire.device.peer = &links.wire.laptop;
  links.wire.laptop.peer = &again.wire.device;
  const auto both = [&] {
    again.wire.millisecond();
    static_cast<void>(again.client->serve(links.now));
    return again.client->is_open() && again.client->send(bytes_of("it is me"), links.now).ok();
  };
  links.wire.device.cut = true;
  ASSERT_TRUE(links.run_until(both, seconds(3)));
  const auto arrived = [&] {
    again.wire.millisecond();
    static_cast<void>(again.client->serve(links.now));
    return links.server_got == bytes_of("it is me");
  };
  EXPECT_TRUE(links.run_until(arrived, seconds(3)));
}

}  // namespace
}  // namespace pawl::test::link_test
