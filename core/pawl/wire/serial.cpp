// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/serial.hpp>

namespace pawl {
namespace {

/// The code of a block of 254 bytes after which no zero is implied.
constexpr std::uint8_t kFullCode = 0xff;

}  // namespace

std::uint16_t fcs16(Bytes bytes) {
  constexpr std::uint16_t kReversedPolynomial = 0x8408;
  std::uint16_t crc = 0xffff;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) {
      const bool carry = (crc & 1U) != 0;
      crc = static_cast<std::uint16_t>(crc >> 1U);
      if (carry) crc ^= kReversedPolynomial;
    }
  }
  return static_cast<std::uint16_t>(~crc);
}

// PacketEncoder

PacketEncoder::PacketEncoder(Bytes datagram) : datagram_(datagram), done_(false) {
  const std::uint16_t crc = fcs16(datagram);
  crc_ = {static_cast<std::uint8_t>(crc), static_cast<std::uint8_t>(crc >> 8U)};
}

std::size_t PacketEncoder::encode(MutBytes out) {
  std::size_t size = 0;
  while (size < out.size() && !done_) out[size++] = next();
  return size;
}

std::uint8_t PacketEncoder::next() {
  if (block_ > 0) {
    --block_;
    return content(position_++);
  }
  if (zero_) ++position_;
  if (position_ <= content_size()) return begin_block();
  done_ = true;
  return kPacketEnd;
}

std::uint8_t PacketEncoder::begin_block() {
  std::uint8_t code = 1;
  while (code < kFullCode && content(position_ + code - 1U) != 0) ++code;
  block_ = static_cast<std::uint8_t>(code - 1U);
  zero_ = code < kFullCode;
  return code;
}

std::uint8_t PacketEncoder::content(std::size_t at) const {
  if (at < datagram_.size()) return datagram_[at];
  return at < content_size() ? crc_[at - datagram_.size()] : std::uint8_t{0};
}

// PacketDecoder

std::size_t PacketDecoder::take(Bytes line) {
  datagram_size_ = 0;
  std::size_t taken = 0;
  while (taken < line.size() && datagram_size_ == 0) take(line[taken++]);
  return taken;
}

void PacketDecoder::take(std::uint8_t byte) {
  if (byte == kPacketEnd) {
    if (begun_) end_packet();
    return;
  }
  begun_ = true;
  if (block_ > 0) {
    --block_;
    store(byte);
    return;
  }
  if (zero_) store(0);
  block_ = static_cast<std::uint8_t>(byte - 1U);
  zero_ = byte != kFullCode;
}

void PacketDecoder::store(std::uint8_t byte) {
  too_long_ = size_ == buffer_.size();
  if (!too_long_) buffer_[size_++] = byte;
}

void PacketDecoder::end_packet() {
  if (too_long_) {
    count_bad(counters_.dropped);
  } else if (!intact()) {
    count_bad(counters_.corrupt);
  } else {
    datagram_size_ = size_ - kPacketCrcSize;
    if (lost_step_) ++counters_.resynchronised;
    lost_step_ = false;
  }
  size_ = 0;
  block_ = 0;
  zero_ = begun_ = too_long_ = false;
}

void PacketDecoder::count_bad(std::uint32_t& counter) {
  ++counter;
  lost_step_ = true;
}

/// Whether all blocks were whole, and the crc is that of a datagram.
bool PacketDecoder::intact() const {
  if (block_ > 0 || size_ <= kPacketCrcSize) return false;
  const std::size_t size = size_ - kPacketCrcSize;
  const std::uint16_t crc = fcs16(buffer_.first(size));
  return buffer_[size] == (crc & 0xffU) && buffer_[size + 1] == crc >> 8U;
}

}  // namespace pawl
