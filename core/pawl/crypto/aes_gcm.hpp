// SPDX-License-Identifier: Apache-2.0
/// AES-256-GCM (SP 800-38D), 96-bit nonces, 128-bit tags, in place. The context lives on the stack for one call:
/// setting a key up is cheap beside a record, and a session that keeps 32 bytes of key is far smaller.
#pragma once

#include <pawl/base/result.hpp>
#include <pawl/base/secret.hpp>

namespace pawl {

using AesKey = Secret<struct AesKeyTag, 32>;
inline constexpr std::size_t kGcmNonceSize = 12;
inline constexpr std::size_t kGcmTagSize = 16;
using GcmNonce = ByteArray<kGcmNonceSize>;

/// Encrypts `text` in place and writes the tag. A backend need not support overlap of `text` with `aad` or `tag`.
/// The caller must never use (key, nonce) twice; only record/sealer and nstp/cipher call this.
Status aes_gcm_seal(const AesKey& key, const GcmNonce& nonce, Bytes aad, MutBytes text,
                    std::span<std::uint8_t, kGcmTagSize> tag);

/// Decrypts `text` in place and checks the tag in constant time. Error::crypto_failed if it does not verify; then
/// `text` is zeros.
Status aes_gcm_open(const AesKey& key, const GcmNonce& nonce, Bytes aad, MutBytes text,
                    std::span<const std::uint8_t, kGcmTagSize> tag);

}  // namespace pawl
