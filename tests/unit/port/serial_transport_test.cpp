// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/port/serial_transport.hpp>
#include <pawl/port/sim/manual_clock.hpp>
#include <pawl/port/sim/noise.hpp>
#include <pawl/port/sim/pipe.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::serial_transport_test {
namespace {

constexpr std::size_t kRoom = 512;

/// Everything that comes at the raw end of a line.
Buffer read_all(Transport& line) {
  Buffer all;
  ByteArray<64> piece{};
  while (const std::size_t got = line.read(piece).value()) append(all, Bytes(piece).first(got));
  return all;
}

Buffer packet_of(Bytes datagram) {
  PacketEncoder encoder(datagram);
  Buffer packet(max_packet_size(datagram.size()));
  packet.resize(encoder.encode(packet));
  return packet;
}

/// A transport at one end of a line in memory; the test holds the other.
struct Rig {
  explicit Rig(const PipeLimits& limits = {}, std::size_t room = kRoom)
      : pipe(limits),
        receive_buffer(room),
        send_buffer(room),
        transport(pipe.first(), clock, receive_buffer, send_buffer) {}

  /// What the transport has now; empty if there is nothing.
  Buffer receive(std::size_t size = kRoom) {
    Buffer buffer(size);
    const auto got = transport.receive(buffer);
    EXPECT_TRUE(got.ok());
    buffer.resize(got.value().size);
    return buffer;
  }
  Error send(Bytes datagram) { return transport.send(datagram, Address()).error(); }
  void hear(Bytes line) { EXPECT_EQ(pipe.second().write(line).value(), line.size()); }

  Pipe pipe;
  ManualClock clock;
  Buffer receive_buffer;
  Buffer send_buffer;
  SerialTransport transport;
};

TEST(SerialTransport, BeginsWithAnEndAfterPowerUpAndSilence) {
  Rig rig;
  const Buffer packet = packet_of(pattern(20));
  Buffer led{kPacketEnd};
  append(led, packet);
  ASSERT_EQ(rig.send(pattern(20)), Error::none);
  EXPECT_EQ(read_all(rig.pipe.second()), led) << "after power-up";
  rig.clock.advance(milliseconds(99));
  ASSERT_EQ(rig.send(pattern(20)), Error::none);
  EXPECT_EQ(read_all(rig.pipe.second()), packet) << "soon after";
  rig.clock.advance(milliseconds(100));
  ASSERT_EQ(rig.send(pattern(20)), Error::none);
  EXPECT_EQ(read_all(rig.pipe.second()), led) << "after silence";
}

TEST(SerialTransport, GivesOneDatagramAtATime) {
  Rig rig;
  Buffer line = packet_of(bytes_of("one"));
  append(line, packet_of(bytes_of("two")));
  append(line, packet_of(pattern(400)));
  rig.hear(line);
  EXPECT_EQ(rig.receive(), bytes_of("one"));
  EXPECT_EQ(rig.receive(), bytes_of("two"));
  Buffer third;
  for (int i = 0; i < 3 && third.empty(); ++i) third = rig.receive();
  EXPECT_EQ(third, pattern(400)) << "in several reads";
  EXPECT_TRUE(rig.receive().empty());
}

TEST(SerialTransport, HoldsOneDatagramWhileTheLineIsSlow) {
  Rig rig({.capacity = 10});
  ASSERT_EQ(rig.send(pattern(50)), Error::none);
  EXPECT_TRUE(rig.transport.sending());
  EXPECT_EQ(rig.send(bytes_of("next")), Error::would_block);
  Buffer heard;
  while (rig.transport.sending()) {
    append(heard, read_all(rig.pipe.second()));
    rig.receive();
  }
  append(heard, read_all(rig.pipe.second()));
  Buffer expected{kPacketEnd};
  append(expected, packet_of(pattern(50)));
  EXPECT_EQ(heard, expected);
  EXPECT_EQ(rig.send(bytes_of("next")), Error::none);
}

TEST(SerialTransport, RefusesWhatNoPacketHolds) {
  Rig rig({}, 100);
  EXPECT_EQ(rig.send(pattern(101)), Error::too_long);
  EXPECT_EQ(rig.send({}), Error::invalid_argument);
  EXPECT_EQ(rig.send(pattern(100)), Error::none);
}

TEST(SerialTransport, DropsAndCounts) {
  Rig rig({}, 100);
  rig.hear(packet_of(pattern(99)));  // with its crc longer than the transport's buffer
  Buffer bad = packet_of(pattern(30));
  bad[10] ^= 1U;
  rig.hear(bad);
  rig.hear(packet_of(pattern(50)));  // longer than the caller's
  rig.hear(packet_of(pattern(40)));
  Buffer got;
  for (int i = 0; i < 5 && got.empty(); ++i) got = rig.receive(40);
  EXPECT_EQ(got, pattern(40));
  EXPECT_EQ(rig.transport.counters().dropped, 2U);
  EXPECT_EQ(rig.transport.counters().corrupt, 1U);
  EXPECT_EQ(rig.transport.counters().resynchronised, 1U);
}

TEST(SerialTransport, ReadsNoiseInBoundedSteps) {
  Rig rig;
  const Buffer noise(10'000, 0x55);
  rig.hear(noise);
  EXPECT_TRUE(rig.receive().empty());
  EXPECT_GT(read_all(rig.pipe.first()).size(), 9000U) << "one receive() reads once";
}

TEST(SerialTransport, SaysThatTheLineIsLost) {
  Rig rig;
  rig.hear(packet_of(bytes_of("last words")));
  rig.pipe.second().close();
  EXPECT_EQ(rig.receive(), bytes_of("last words"));
  Buffer buffer(kRoom);
  EXPECT_EQ(rig.transport.receive(buffer).error(), Error::connection_lost);
  EXPECT_EQ(rig.send(bytes_of("anybody?")), Error::connection_lost);
  EXPECT_FALSE(rig.transport.sending()) << "nothing can leave any more";
}

/// A line with a bit error in a thousand, lost bytes and inserted ones.
TEST(SerialTransport, DeliversNothingFalseOverANoisyLine) {
  ManualClock clock;
  Pipe pipe;
  Noise noise(pipe.second(), {.bit_error = 1000, .loss = 200, .insertion = 200}, 9);
  Buffer buffers[4] = {Buffer(kRoom), Buffer(kRoom), Buffer(kRoom), Buffer(kRoom)};
  SerialTransport sender(pipe.first(), clock, buffers[0], buffers[1]);
  SerialTransport receiver(noise, clock, buffers[2], buffers[3]);
  constexpr std::size_t kCount = 2000;
  std::size_t arrived = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    const Buffer datagram = pattern(20 + i % 60);
    ASSERT_TRUE(sender.send(datagram, Address()).ok());
    Buffer buffer(kRoom);
    const auto got = receiver.receive(buffer);
    ASSERT_TRUE(got.ok());
    buffer.resize(got.value().size);
    if (buffer.empty()) continue;
    EXPECT_EQ(buffer, datagram);
    ++arrived;
  }
  const TransportCounters counters = receiver.counters();
  EXPECT_EQ(arrived + counters.corrupt >= kCount * 95 / 100, true) << arrived << " and " << counters.corrupt;
  EXPECT_GT(arrived, kCount / 2);
  EXPECT_GT(counters.corrupt, kCount / 5);
  EXPECT_GT(counters.resynchronised, 100U);
}

}  // namespace
}  // namespace pawl::test::serial_transport_test
