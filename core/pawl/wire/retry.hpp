// SPDX-License-Identifier: Apache-2.0
/// Retry, PROTOCOL.md 4.4, for datagram transports only.
///
///     16  cookie
#pragma once

#include <pawl/wire/frame.hpp>
#include <pawl/wire/parameters.hpp>

namespace pawl {

inline constexpr std::size_t kRetryFrameSize = kFrameHeaderSize + kCookieSize;

/// A whole Retry frame.
ByteArray<kRetryFrameSize> retry_frame(const ByteArray<kCookieSize>& cookie);

}  // namespace pawl
