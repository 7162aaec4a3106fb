// SPDX-License-Identifier: Apache-2.0
/// The numbers of PROTOCOL.md that several wire structures share.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pawl {

/// How keys are agreed on (PROTOCOL.md 1).
enum class Mode : std::uint8_t { psk = 1, psk_ecdhe = 2, pake = 3 };

/// What the shared secret is (PROTOCOL.md 1). It decides between the password flow and the key flow. A ticket is the
/// kind of a handshake only. No credential and no enrolment is of it.
enum class Kind : std::uint8_t { password = 1, raw_key = 2, ticket = 3 };

inline constexpr std::size_t kMaxUser = 128;
inline constexpr std::size_t kMaxTicket = 255;
inline constexpr std::size_t kNonceSize = 16;
inline constexpr std::size_t kSaltSize = 16;
inline constexpr std::size_t kShareSize = 64;
inline constexpr std::size_t kConfirmSize = 32;
/// For datagrams, the name that a server gives a session, and the field for a Retry's cookie (PROTOCOL.md 4).
inline constexpr std::size_t kCidSize = 4;
inline constexpr std::size_t kCookieSize = 16;
/// Length of a record, ciphertext and tag (PROTOCOL.md 4.1, 9).
inline constexpr std::uint16_t kMinMaxRx = 64;
inline constexpr std::uint16_t kMaxMaxRx = 8191;
/// The shortest idle time-out in seconds. 0 is none, and 1 and 2 do not exist.
inline constexpr std::uint16_t kMinIdle = 3;

constexpr bool max_rx_valid(std::uint16_t max_rx) { return max_rx >= kMinMaxRx && max_rx <= kMaxMaxRx; }
constexpr bool idle_valid(std::uint16_t idle) { return idle == 0 || idle >= kMinIdle; }

}  // namespace pawl
