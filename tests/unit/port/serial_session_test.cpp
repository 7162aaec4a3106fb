// SPDX-License-Identifier: Apache-2.0
// Sessions over a serial line that alters, loses and inserts bytes, and whose ends restart at any moment: the link
// recovers by itself, and nothing false is ever delivered.
#include <gtest/gtest.h>

#include <cstdio>
#include <pawl/port/serial_transport.hpp>
#include <pawl/port/sim/noise.hpp>
#include <pawl/port/sim/pipe.hpp>
#include <random>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/names.hpp"

namespace pawl::test::serial_session_test {
namespace {

#ifdef PAWL_FEW_ROUNDS
constexpr int kRestarts = 50;
constexpr int kMessages = 500;
#else
constexpr int kRestarts = 1000;
constexpr int kMessages = 3000;
#endif

/// One end of the line, as a device has it.
struct LineEnd {
  LineEnd(Transport& line, Clock& clock, std::uint64_t seed) : noise(line, {}, seed), serial(noise, clock, in, out) {}

  ByteArray<1280> in{};
  ByteArray<1280> out{};
  Noise noise;
  SerialTransport serial;
};

class SerialSession : public testing::TestWithParam<Flow> {
 protected:
  SerialSession() {
    pair.client_settings.idle = 5;
    pair.quiet_rounds = 40;
    make_client_end();
    make_server_end();
  }

  void make_client_end() {
    client_end.emplace(pipe.first(), pair.clock, ++seed);
    client_end->noise.set_rates(rates);
    pair.client_line = &client_end->serial;
  }
  void make_server_end() {
    server_end.emplace(pipe.second(), pair.clock, ++seed);
    server_end->noise.set_rates(rates);
    pair.server_line = &server_end->serial;
  }
  void set_rates(const NoiseRates& to) {
    rates = to;
    client_end->noise.set_rates(to);
    server_end->noise.set_rates(to);
  }
  void restart_client() {
    make_client_end();
    pair.restart_client();
  }
  void restart_server() {
    make_server_end();
    pair.restart_server();
  }

  /// Lets time pass until a message sent by the client is heard by the server, starting the client again whenever its
  /// session ends; how long it took.
  Duration recover() {
    const Instant began = pair.now();
    while (pair.now() - began < seconds(120)) {
      if (pair.seen.closed) pair.restart_client();
      const Buffer question = bytes_of("question " + std::to_string(++questions));
      static_cast<void>(pair.client().send(question, pair.now()));
      pair.pass(milliseconds(100));
      for (const Seen& seen : pair.server_seen) {
        for (const auto& fragment : seen.fragments) {
          if (fragment.bytes == question) return pair.now() - began;
        }
      }
    }
    ADD_FAILURE() << "the link does not recover";
    return pair.now() - began;
  }

  /// Everything that was delivered was sent.
  void expect_nothing_false() {
    for (const Seen& seen : pair.server_seen) {
      for (const auto& fragment : seen.fragments) {
        const std::string text(fragment.bytes.begin(), fragment.bytes.end());
        EXPECT_EQ(text.substr(0, 9), "question ");
        EXPECT_LE(std::stoi(text.substr(9)), questions);
      }
    }
  }

  DatagramPair pair{GetParam()};
  /// Reads of a few bytes at a time: between any two, something may happen.
  Pipe pipe{{4096, 8, 8}};
  NoiseRates rates;
  std::uint64_t seed = 0;
  std::optional<LineEnd> client_end;
  std::optional<LineEnd> server_end;
  int questions = 0;
};

/// One bit in a thousand is wrong: nearly every packet of over 100 bytes is lost, and the handshake's are as long.
TEST_P(SerialSession, ABitInAThousandIsWrong) {
  set_rates({1000, 0, 0});
  pair.start();
  Duration longest;
  int heard = 0;
  for (int i = 0; i < kMessages / 100; ++i) {
    longest = std::max(longest, recover());
    ++heard;
    expect_nothing_false();
  }
  const auto counters = server_end->serial.counters();
  std::printf("%s: %d messages heard, longest wait %.1f s, %llu packets corrupt, %llu times in step again\n",
              flow_name(GetParam()).c_str(), heard, static_cast<double>(longest.ms) / 1000,
              static_cast<unsigned long long>(counters.corrupt),
              static_cast<unsigned long long>(counters.resynchronised));
  EXPECT_GT(counters.corrupt, 0U);
}

TEST_P(SerialSession, RandomBytesBetweenPackets) {
  pair.start();
  recover();
  const std::uint32_t before = pair.client().counters().dropped;
  for (int i = 0; i < 200; ++i) {
    server_end->noise.burst(static_cast<std::size_t>(1 + i));
    client_end->noise.burst(static_cast<std::size_t>(1 + i % 7));
    pair.pass(milliseconds(150));
    EXPECT_LE(recover(), milliseconds(200)) << "the packet that ends the noise is lost, the next is not";
  }
  EXPECT_TRUE(pair.client().is_open());
  EXPECT_EQ(pair.client().counters().dropped, before);
  expect_nothing_false();
}

TEST_P(SerialSession, BytesThatAreLostAndInserted) {
  set_rates({50, 500, 500});
  pair.start();
  for (int i = 0; i < 50; ++i) recover();
  expect_nothing_false();
}

/// The line is cut for a while in the middle of whatever is on it, the handshake included.
TEST_P(SerialSession, TheLineIsCut) {
  pair.start();
  std::mt19937_64 random(3);
  Duration longest;
  for (int i = 0; i < 50; ++i) {
    int steps = static_cast<int>(random() % 40);
    pair.meanwhile = [&] {
      if (--steps != 0) return;
      client_end->noise.set_cut(true);
      server_end->noise.set_cut(true);
    };
    static_cast<void>(pair.client().send(bytes_of("question 0"), pair.now()));
    pair.pass(milliseconds(50));
    pair.meanwhile = nullptr;
    pair.pass(seconds(random() % 8));
    client_end->noise.set_cut(false);
    server_end->noise.set_cut(false);
    longest = std::max(longest, recover());
    expect_nothing_false();
  }
  std::printf("%s: after a cut of up to 8 s the link recovers within %.1f s\n", flow_name(GetParam()).c_str(),
              static_cast<double>(longest.ms) / 1000);
  // A client that has heard no record yet waits 35 s for a server that is gone (section 11.1).
  EXPECT_LE(longest, seconds(40));
}

/// Either end, or both, lose power at any byte of a handshake or of a record.
TEST_P(SerialSession, EndsThatRestart) {
  pair.start();
  std::mt19937_64 random(5);
  Duration longest;
  for (int i = 0; i < kRestarts; ++i) {
    int steps = static_cast<int>(random() % 60);
    const std::uint64_t who = random() % 3;
    pair.meanwhile = [&] {
      if (--steps != 0) return;
      if (who != 0) restart_client();
      if (who != 1) restart_server();
    };
    static_cast<void>(pair.client().send(bytes_of("question 0"), pair.now()));
    pair.pass(milliseconds(static_cast<std::uint64_t>(random() % 300)));
    pair.meanwhile = nullptr;
    longest = std::max(longest, recover());
    expect_nothing_false();
  }
  std::printf("%s: %d restarts, the longest time to a message was %.1f s\n", flow_name(GetParam()).c_str(), kRestarts,
              static_cast<double>(longest.ms) / 1000);
  // A server that has forgotten the session is noticed by the client's idle time-out of 5 s; one that has forgotten the
  // handshake, when the client's schedule is over, at 31 s.
  EXPECT_LE(longest, seconds(40));
}

INSTANTIATE_TEST_SUITE_P(All, SerialSession, testing::Values(kPasswordPsk, kRawKeyPsk), name_of_flow);

}  // namespace
}  // namespace pawl::test::serial_session_test
