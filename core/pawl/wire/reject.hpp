// SPDX-License-Identifier: Apache-2.0
/// Reject, PROTOCOL.md 4.4.
///
///   1   code         1 failed   2 unsupported version or mode   3 busy
///   2   retry_after  seconds, 0 unknown; 0 with codes 1 and 2
#pragma once

#include <pawl/wire/frame.hpp>

namespace pawl {

enum class RejectCode : std::uint8_t { failed = 1, unsupported = 2, busy = 3 };

inline constexpr std::size_t kRejectSize = 3;
inline constexpr std::size_t kRejectFrameSize = kFrameHeaderSize + kRejectSize;

struct Reject {
  RejectCode code = RejectCode::failed;
  std::uint16_t retry_after = 0;
};

/// Error::malformed for any other code, and for a retry_after that is not 0 with codes 1 and 2.
Result<Reject> parse_reject(Bytes body);
/// A whole frame.
ByteArray<kRejectFrameSize> reject_frame(const Reject& reject);

}  // namespace pawl
