// SPDX-License-Identifier: Apache-2.0
/// Handshake frames, PROTOCOL.md 4.
///
///     0  1  0x00       marker
///     1  1  0x02       version
///     2  1  type
///     3  2  length     of the body
///     5  .  body
#pragma once

#include <pawl/base/bytes.hpp>
#include <pawl/base/result.hpp>

namespace pawl {

enum class FrameType : std::uint8_t {
  client_hello = 1,
  server_hello = 2,
  client_finish = 3,
  server_finish = 4,
  retry = 5,
  reject = 6,
};

inline constexpr std::uint8_t kFrameMarker = 0x00;
inline constexpr std::uint8_t kVersion = 0x02;
inline constexpr std::size_t kFrameHeaderSize = 5;
/// Where the type is in a frame.
inline constexpr std::size_t kFrameTypeAt = 2;
inline constexpr std::size_t kMaxFrameBody = 358;

/// The fields of the header of a frame that are not always the same.
struct FrameHeader {
  FrameType type = FrameType::client_hello;
  std::uint16_t length = 0;
};

/// Checks marker, then version, then type, then the length against the range of the type. Error::unsupported for the
/// version, Error::malformed for the others.
Result<FrameHeader> parse_frame_header(std::span<const std::uint8_t, kFrameHeaderSize> bytes);

/// The type of the frame that is the whole of `datagram`. Errors as above, and Error::malformed if the length differs.
Result<FrameType> parse_datagram_frame(Bytes datagram);

/// The header of a frame.
ByteArray<kFrameHeaderSize> frame_header(FrameType type, std::size_t body_length);

}  // namespace pawl
