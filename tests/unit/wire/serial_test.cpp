// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/port/sim/seeded_random.hpp>
#include <pawl/wire/serial.hpp>

#include "tests/support/vectors.hpp"

namespace pawl::test::serial_test {
namespace {

constexpr std::size_t kBuffer = 512;

Buffer packet_of(Bytes datagram, std::size_t piece = 1000) {
  PacketEncoder encoder(datagram);
  Buffer packet;
  Buffer out(piece);
  while (!encoder.done()) append(packet, Bytes(out).first(encoder.encode(out)));
  return packet;
}

/// A receiver that keeps what it finds.
struct Receiver {
  explicit Receiver(std::size_t size = kBuffer) : buffer(size), decoder(buffer) {}

  /// Gives it `line` in pieces of that size.
  void hear(Bytes line, std::size_t piece = 1000) {
    while (!line.empty()) {
      const std::size_t taken = decoder.take(line.first(std::min(piece, line.size())));
      const MutBytes found = decoder.datagram();
      if (!found.empty()) datagrams.push_back(hex(found));
      // Where it is opened in place, nothing of it is left.
      std::ranges::fill(found, std::uint8_t{0xee});
      line = line.subspan(taken);
    }
  }
  [[nodiscard]] std::size_t bad() const { return decoder.counters().dropped + decoder.counters().corrupt; }

  Buffer buffer;
  PacketDecoder decoder;
  std::vector<std::string> datagrams;
};

const Json& serial() { return vectors().at("serial"); }

TEST(Serial, CheckSumOfTheVectors) {
  const std::uint16_t crc = fcs16(ascii("123456789"));
  EXPECT_EQ(crc, 0x906e);
  EXPECT_EQ(serial().at("check_123456789"), hex(Buffer{0x6e, 0x90})) << "low byte first";
}

TEST(Serial, PacketsOfTheVectors) {
  ASSERT_FALSE(serial().at("packets").empty());
  for (const Json& each : serial().at("packets")) {
    SCOPED_TRACE(each.at("name"));
    const Buffer line = bytes_in(each, "line");
    for (const std::size_t piece : {1U, 2U, 7U, 1000U}) {
      EXPECT_EQ(hex(packet_of(bytes_in(each, "packet"), piece)), hex(line));
      Receiver receiver(serial().at("buffer"));
      receiver.hear(line, piece);
      EXPECT_EQ(receiver.datagrams, std::vector<std::string>{each.at("packet")});
      EXPECT_EQ(receiver.bad(), 0U);
    }
  }
}

TEST(Serial, MalformedOfTheVectors) {
  ASSERT_FALSE(serial().at("malformed").empty());
  for (const Json& each : serial().at("malformed")) {
    SCOPED_TRACE(each.at("name"));
    Receiver receiver(serial().at("buffer"));
    receiver.hear(bytes_in(each, "line"));
    EXPECT_TRUE(receiver.datagrams.empty());
    const bool too_long = each.at("reason") == "buffer";
    EXPECT_EQ(receiver.decoder.counters().dropped, too_long ? 1U : 0U);
    EXPECT_EQ(receiver.decoder.counters().corrupt, too_long ? 0U : 1U);
    receiver.hear(packet_of(bytes_of("next")));
    EXPECT_EQ(receiver.datagrams, std::vector{hex(bytes_of("next"))});
    EXPECT_EQ(receiver.decoder.counters().resynchronised, 1U);
  }
}

TEST(Serial, SameOfTheVectors) {
  ASSERT_FALSE(serial().at("same").empty());
  for (const Json& each : serial().at("same")) {
    SCOPED_TRACE(each.at("name"));
    Receiver receiver(serial().at("buffer"));
    receiver.hear(bytes_in(each, "line"));
    EXPECT_EQ(receiver.datagrams, std::vector<std::string>{each.at("packet")});
  }
}

/// Every pattern of zeros around the ends of blocks.
TEST(Serial, EveryLengthWithZerosAnywhere) {
  SeededRandom random(1);
  for (std::size_t size = 1; size <= kBuffer - kPacketCrcSize; ++size) {
    for (const std::size_t zero : {std::size_t{0}, size / 2, size - 1, size}) {
      Buffer datagram(size);
      ASSERT_TRUE(random.fill(datagram).ok());
      for (std::uint8_t& byte : datagram) byte |= 1U;
      if (zero < size) datagram[zero] = 0;
      const Buffer packet = packet_of(datagram);
      ASSERT_LE(packet.size(), max_packet_size(size));
      ASSERT_EQ(std::ranges::count(packet, kPacketEnd), 1) << "but for its end";
      Receiver receiver;
      receiver.hear(packet);
      ASSERT_EQ(receiver.datagrams, std::vector{hex(datagram)});
    }
  }
}

TEST(Serial, OverheadIsAsTheProtocolSays) {
  EXPECT_EQ(max_packet_size(251) - 251, 4U);
  EXPECT_EQ(max_packet_size(252) - 252, 5U);
  EXPECT_EQ(max_packet_size(505) - 505, 5U);
  EXPECT_EQ(max_packet_size(506) - 506, 6U);
}

TEST(Serial, EmptyPacketsAreIgnored) {
  Receiver receiver;
  receiver.hear(Buffer(10));
  receiver.hear(packet_of(bytes_of("a")));
  receiver.hear(Buffer(10));
  EXPECT_EQ(receiver.datagrams, std::vector{hex(bytes_of("a"))});
  EXPECT_EQ(receiver.bad(), 0U);
  EXPECT_EQ(receiver.decoder.counters().resynchronised, 0U);
}

TEST(Serial, PacketsFollowOneAnother) {
  Buffer line;
  std::vector<std::string> sent;
  for (std::size_t size = 1; size < 100; ++size) {
    append(line, packet_of(pattern(size)));
    sent.push_back(hex(pattern(size)));
  }
  for (const std::size_t piece : {1U, 3U, 50U, 10'000U}) {
    Receiver receiver;
    receiver.hear(line, piece);
    EXPECT_EQ(receiver.datagrams, sent);
  }
}

TEST(Serial, TheBufferHoldsDatagramAndCrc) {
  for (const std::size_t over : {0U, 1U}) {
    Receiver receiver(20);
    receiver.hear(packet_of(pattern(18 + over)));
    EXPECT_EQ(receiver.datagrams.size(), 1 - over);
    EXPECT_EQ(receiver.decoder.counters().dropped, over);
  }
  Receiver none(0);
  none.hear(packet_of(pattern(5)));
  EXPECT_EQ(none.decoder.counters().dropped, 1U);
}

/// After one that was too long, the next is not: of a block without a byte, the check sum is missing.
TEST(Serial, ThatAPacketWasTooLongIsForgotten) {
  Receiver receiver(20);
  receiver.hear(packet_of(pattern(19)));
  receiver.hear(Buffer{1, kPacketEnd});
  EXPECT_EQ(receiver.decoder.counters().dropped, 1U);
  EXPECT_EQ(receiver.decoder.counters().corrupt, 1U);
}

/// Any single bit error costs at most the packet it is in and, where it made or destroyed an end, the one after.
TEST(Serial, ABitErrorCostsTwoPacketsAtMost) {
  const Buffer datagram = pattern(40);
  Buffer line;
  for (int i = 0; i < 4; ++i) append(line, packet_of(datagram));
  for (std::size_t bit = 0; bit < line.size() / 2 * 8; ++bit) {
    Buffer noisy = line;
    noisy[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    Receiver receiver;
    receiver.hear(noisy);
    ASSERT_GE(receiver.datagrams.size(), 2U);
    ASSERT_LE(receiver.datagrams.size(), 3U) << "noticed";
    for (const std::string& each : receiver.datagrams) ASSERT_EQ(each, hex(datagram));
    ASSERT_GE(receiver.bad(), 1U);
    ASSERT_EQ(receiver.decoder.counters().resynchronised, 1U);
  }
}

TEST(Serial, NoiseCostsNothingAfterAnEnd) {
  SeededRandom random(2);
  Receiver receiver;
  for (std::size_t i = 0; i < 1000; ++i) {
    Buffer noise(i % 700);
    ASSERT_TRUE(random.fill(noise).ok());
    receiver.hear(noise);
    receiver.datagrams.clear();  // noise may be a packet, once in 2^16 ends
    receiver.hear(Buffer{kPacketEnd});
    receiver.hear(packet_of(pattern(30)));
    ASSERT_EQ(receiver.datagrams.back(), hex(pattern(30)));
  }
}

TEST(Serial, AnEncoderOfNothingIsDone) {
  PacketEncoder encoder;
  ByteArray<8> out{};
  EXPECT_TRUE(encoder.done());
  EXPECT_EQ(encoder.encode(out), 0U);
}

}  // namespace
}  // namespace pawl::test::serial_test
