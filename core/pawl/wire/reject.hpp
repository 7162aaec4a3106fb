// SPDX-License-Identifier: Apache-2.0
/// Reject, PROTOCOL.md 4.4.
///
///     1   code         1 failed   2 unsupported version or mode   3 busy
///     2   retry_after  seconds, 0 unknown; 0 with codes 1 and 2
///     8   echo         datagrams only: the start of a hash of the frame that is answered
#pragma once

#include <pawl/wire/frame.hpp>

namespace pawl {

enum class RejectCode : std::uint8_t { failed = 1, unsupported = 2, busy = 3 };

inline constexpr std::size_t kRejectSize = 3;
inline constexpr std::size_t kRejectFrameSize = kFrameHeaderSize + kRejectSize;
inline constexpr std::size_t kEchoSize = 8;
inline constexpr std::size_t kDatagramRejectFrameSize = kRejectFrameSize + kEchoSize;

/// The fields of a Reject without its echo.
struct Reject {
  RejectCode code = RejectCode::failed;
  std::uint16_t retry_after = 0;
};

using RejectEcho = ByteArray<kEchoSize>;

/// Of a stream. Error::malformed for any other code, for a retry_after that is not 0 with codes 1 and 2, and for any
/// other length.
Result<Reject> parse_reject(Bytes body);
/// Of a datagram transport. Error::malformed, too, unless it has this echo.
Result<Reject> parse_datagram_reject(Bytes body, const RejectEcho& echo);

/// A whole frame for a stream.
ByteArray<kRejectFrameSize> reject_frame(const Reject& reject);
/// A whole frame for a datagram transport.
ByteArray<kDatagramRejectFrameSize> datagram_reject_frame(const Reject& reject, const RejectEcho& echo);

}  // namespace pawl
