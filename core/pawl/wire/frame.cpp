// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/frame.hpp>
#include <pawl/wire/reader.hpp>

namespace pawl {
namespace {

/// The table of body lengths in PROTOCOL.md 4.
bool length_valid(std::uint8_t type, std::uint16_t length) {
  switch (static_cast<FrameType>(type)) {
    case FrameType::client_hello:
      return length >= 24 && length <= kMaxFrameBody;
    case FrameType::server_hello:
      return length >= 40 && length <= 120;
    case FrameType::client_finish:
      return length == 32 || length == 36 || length == 96 || length == 100;
    case FrameType::server_finish:
      return length == 32;
    case FrameType::retry:
      return length == 16;
    case FrameType::reject:
      return length == 3 || length == 11;
  }
  return false;
}

}  // namespace

Result<FrameHeader> parse_frame_header(std::span<const std::uint8_t, kFrameHeaderSize> bytes) {
  Reader reader(bytes);
  if (reader.u8() != kFrameMarker) return Error::malformed;
  if (reader.u8() != kVersion) return Error::unsupported;
  const std::uint8_t type = reader.u8();
  const std::uint16_t length = reader.u16();
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
