// SPDX-License-Identifier: Apache-2.0
/// The numbers of NSTP, the legacy protocol that core/NSTP.md describes. Nothing here is shared with version 2 of Pawl,
/// and nothing of version 2 leads here. An application chooses NSTP by name, or does not have it.
#pragma once

#include <pawl/crypto/aes_gcm.hpp>

namespace pawl::nstp {

inline constexpr std::size_t kMaxUser = 255;
inline constexpr std::size_t kClientNonceSize = 16;
inline constexpr std::size_t kSessionNonceSize = 8;
inline constexpr std::size_t kProofSize = 32;
/// The length of a device salt, which is 8 bytes in the published programs.
inline constexpr std::size_t kMinDeviceSalt = 8;
inline constexpr std::size_t kMaxDeviceSalt = 16;
inline constexpr std::uint32_t kIterations = 600'000;

using ClientNonce = ByteArray<kClientNonceSize>;
using SessionNonce = ByteArray<kSessionNonceSize>;

/// Bytes that a message adds to its text for nonce and tag.
inline constexpr std::size_t kMessageOverhead = kGcmNonceSize + kGcmTagSize;
/// The length before a response, and the longest text that it can announce.
inline constexpr std::size_t kResponseLengthSize = 2;
inline constexpr std::size_t kMaxResponseText = 0xFFFF - kMessageOverhead;
/// Bytes that a response adds to its text.
inline constexpr std::size_t kResponseOverhead = kResponseLengthSize + kMessageOverhead;

}  // namespace pawl::nstp
