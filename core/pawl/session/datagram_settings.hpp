// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/handshake.hpp>
#include <pawl/record/datagram_opener.hpp>

namespace pawl {

/// The least that the buffer of a datagram session holds, which is a whole handshake frame without tickets.
inline constexpr std::size_t kMinDatagram = 256;

/// The longest frames without tickets. So much has to be kept while a handshake works on one.
inline constexpr std::size_t kMaxHelloFrame = kFrameHeaderSize + 23 + kMaxUser + kShareSize + kCookieSize;
inline constexpr std::size_t kMaxServerHelloFrame = kFrameHeaderSize + 120;
static_assert(kMaxHelloFrame <= kMinDatagram && kMaxServerHelloFrame <= kMinDatagram);

/// Whether settings and a session's words for replay windows are in range for datagrams. That is as for a stream, but
/// an epoch has at least 8 records (PROTOCOL.md 10).
bool datagram_settings_valid(const Settings& settings, std::span<const std::uint32_t> windows);

/// The buffers of a StaticDatagramClient or StaticDatagramServerSession. They are a base, so that they outlive it.
template <std::size_t Tx, std::size_t Window>
struct DatagramStorage {
  static_assert(Tx >= kMinDatagram && Window % 64 == 0 && Window >= 64);
  ByteArray<Tx> tx;
  std::array<std::uint32_t, replay_words(Window)> windows;
};

}  // namespace pawl
