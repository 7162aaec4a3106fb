// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/handshake.hpp>

namespace pawl {

/// The least that the buffer of a datagram session holds: a whole handshake frame without tickets.
inline constexpr std::size_t kMinDatagram = 256;

/// The longest frames without tickets: what has to be kept while a handshake works on it.
inline constexpr std::size_t kMaxHelloFrame = kFrameHeaderSize + 23 + kMaxUser + kShareSize + kCookieSize;
inline constexpr std::size_t kMaxServerHelloFrame = kFrameHeaderSize + 120;
static_assert(kMaxHelloFrame <= kMinDatagram && kMaxServerHelloFrame <= kMinDatagram);

/// Whether settings and a session's words for replay windows are in range for datagrams: as for a stream, but that an
/// epoch has at least 8 records (PROTOCOL.md 10).
bool datagram_settings_valid(const Settings& settings, std::span<const std::uint32_t> windows);

}  // namespace pawl
