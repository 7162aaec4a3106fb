// SPDX-License-Identifier: Apache-2.0
/// AES-256-GCM (SP 800-38D), 96-bit nonces, 128-bit tags, in place. What is sealed ends with its tag (RFC 5116 5.1).
///
/// The backend says what an AesGcmKey is. It has a key, and whatever of it is best computed once. It is made of 32
/// bytes and can be moved, which wipes what it was moved from. It wipes itself, and it cannot be copied. One without a
/// key is good only for being assigned to. A backend may say Error::crypto_failed where there is no key, even if only
/// memory was missing, and it may let only one thread at a time use a key.
#pragma once

#include <pawl/base/result.hpp>
#include <pawl/base/secret.hpp>
#include <pawl/crypto/aes_gcm_key.hpp>

namespace pawl {

/// The 32 bytes that an AesGcmKey is made of.
using AesKey = Secret<struct AesKeyTag, 32>;
inline constexpr std::size_t kGcmNonceSize = 12;
inline constexpr std::size_t kGcmTagSize = 16;
using GcmNonce = ByteArray<kGcmNonceSize>;

/// Encrypts in place. `sealed` is the text and 16 bytes of room behind it, into which the tag is written. `aad` does
/// not overlap it. The caller must never use (key, nonce) twice, so only record/protection, nstp/cipher,
/// ticket/ticket_keys and the store of the host library call this.
Status aes_gcm_seal(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed);

/// The reverse. Checks the tag, which is the last 16 bytes of `sealed`, in constant time, and decrypts the text in
/// place. If the tag does not verify, it fails with Error::crypto_failed and the text is zeros.
Status aes_gcm_open(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed);

}  // namespace pawl
