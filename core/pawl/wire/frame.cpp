// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/frame.hpp>

namespace pawl {
namespace {

/// Which lengths a body can have. They go from `least` to `most`, and of the bits above `least` only those in `bits`
/// are set.
struct Lengths {
  std::uint16_t least;
  std::uint16_t most;
  std::uint16_t bits;
};

/// The table of PROTOCOL.md 4, from type 1 on.
constexpr std::uint16_t kAll = 0xFFFF;
constexpr std::array<Lengths, 6> kLengths{{
    {24, kMaxFrameBody, kAll},
    {40, 120, kAll},
    {32, 100, 64 | 4},  // with a share, with a cid
    {32, 32, 0},
    {16, 16, 0},
    {3, 11, 8},  // with an echo
}};

bool length_valid(std::size_t type, std::uint16_t length) {
  if (type < 1 || type > kLengths.size()) return false;
  const Lengths& lengths = kLengths[type - 1];
  return length >= lengths.least && length <= lengths.most && ((length - lengths.least) & ~unsigned{lengths.bits}) == 0;
}

}  // namespace

Result<FrameHeader> parse_frame_header(std::span<const std::uint8_t, kFrameHeaderSize> bytes) {
  if (bytes[0] != kFrameMarker) return Error::malformed;
  if (bytes[1] != kVersion) return Error::unsupported;
  const std::uint8_t type = bytes[kFrameTypeAt];
  const std::uint16_t length = u16_at(&bytes[3]);
  if (!length_valid(type, length)) return Error::malformed;
  return FrameHeader{static_cast<FrameType>(type), length};
}

Result<FrameType> parse_datagram_frame(Bytes datagram) {
  if (datagram.size() < kFrameHeaderSize) return Error::malformed;
  const auto header = parse_frame_header(datagram.first<kFrameHeaderSize>());
  if (!header.ok()) return header.error();
  if (datagram.size() != kFrameHeaderSize + header.value().length) return Error::malformed;
  return header.value().type;
}

ByteArray<kFrameHeaderSize> frame_header(FrameType type, std::size_t body_length) {
  return {kFrameMarker, kVersion, static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(body_length >> 8),
          static_cast<std::uint8_t>(body_length)};
}

}  // namespace pawl
