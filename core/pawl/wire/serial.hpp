// SPDX-License-Identifier: Apache-2.0
/// Packets on a serial line, PROTOCOL.md 13.5.
///
///     COBS( datagram ‖ crc 2 ) ‖ 0x00      crc: FCS-16 of RFC 1662, low byte first
///
/// COBS cuts what it encodes at the zeros. Each block is a code and the bytes that follow it, and the code is one more
/// than their count. The zero after them is implied. Code 0xff has 254 bytes and implies none. So 0x00 is the end of a
/// packet and nothing else. Neither side needs a second buffer. The sender encodes from where the datagram is, byte by
/// byte if it likes, and the receiver decodes into the buffer in which the datagram is then opened.
#pragma once

#include <pawl/base/bytes.hpp>

namespace pawl {

inline constexpr std::uint8_t kPacketEnd = 0x00;
inline constexpr std::size_t kPacketCrcSize = 2;

/// The bytes on the line of the longest packet with a datagram of `size` bytes, its end included.
constexpr std::size_t max_packet_size(std::size_t size) {
  constexpr std::size_t kFullBlock = 254;
  return size + kPacketCrcSize + (size + kPacketCrcSize) / kFullBlock + 2;
}

/// FCS-16 of RFC 1662, that is CRC-16/X-25.
std::uint16_t fcs16(Bytes bytes);

/// Gives the packet of one datagram, in pieces of any size.
class PacketEncoder {
 public:
  /// Encodes nothing, so it is done() at once.
  PacketEncoder() = default;
  /// `datagram` is not empty, belongs to the caller and stays as it is until done().
  explicit PacketEncoder(Bytes datagram);

  /// Writes the next bytes of the packet to the front of `out` and returns how many. That is all that fit, or the rest.
  std::size_t encode(MutBytes out);
  /// Whether the whole packet was given, its end included.
  [[nodiscard]] bool done() const { return done_; }

 private:
  std::uint8_t next();
  std::uint8_t begin_block();
  [[nodiscard]] std::uint8_t content(std::size_t at) const;
  [[nodiscard]] std::size_t content_size() const { return datagram_.size() + kPacketCrcSize; }

  Bytes datagram_{};
  ByteArray<kPacketCrcSize> crc_{};
  /// The position in datagram ‖ crc ‖ 0. The zero at the end is the one that the last block implies, and is in no
  /// packet.
  std::size_t position_ = 0;
  /// Bytes of the present block that are still to come.
  std::uint8_t block_ = 0;
  /// The present block implies a zero after it.
  bool zero_ = false;
  bool done_ = true;
};

/// Finds the datagrams in what a serial line gives. Bytes that are no packet of this protocol cost packets and never
/// more, since it is in step again at the next 0x00.
class PacketDecoder {
 public:
  /// What the line has done to the packets so far.
  struct Counters {
    std::uint32_t dropped = 0;         ///< Packets that were longer than the buffer.
    std::uint32_t corrupt = 0;         ///< Packets that did not decode or whose crc was wrong.
    std::uint32_t resynchronised = 0;  ///< Good packets that came right after one or more of those.
  };

  /// `buffer` belongs to the caller, outlives the decoder and has room for datagram and crc. What does not fit is
  /// dropped.
  explicit PacketDecoder(MutBytes buffer) : buffer_(buffer) {}

  /// Takes bytes off the front of `line` until a packet is whole, and returns how many. This ends the packet before.
  std::size_t take(Bytes line);
  /// The datagram that the last take() completed, empty if it completed none. In the buffer, the caller's to change
  /// until the next take().
  [[nodiscard]] MutBytes datagram() const { return buffer_.first(datagram_size_); }
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  void take(std::uint8_t byte);
  void store(std::uint8_t byte);
  void end_packet();
  void count_bad(std::uint32_t& counter);
  [[nodiscard]] bool intact() const;

  MutBytes buffer_;
  Counters counters_{};
  std::size_t datagram_size_ = 0;
  /// Bytes of the present packet that are in the buffer.
  std::size_t size_ = 0;
  /// Bytes of the present block that are still to come.
  std::uint8_t block_ = 0;
  /// The block before implies a zero, if another follows.
  bool zero_ = false;
  /// The present packet has a byte at least.
  bool begun_ = false;
  bool too_long_ = false;
  /// The packet before was bad.
  bool lost_step_ = false;
};

}  // namespace pawl
