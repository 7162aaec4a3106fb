// SPDX-License-Identifier: Apache-2.0
// crypto/mbedtls/aes_gcm.cpp with a fault: it decrypts whatever comes. (In counter mode, to decrypt is to encrypt.)
#include <pawl/crypto/aes_gcm.hpp>

#define aes_gcm_open genuine_aes_gcm_open
#include "core/pawl/crypto/mbedtls/aes_gcm.cpp"
#undef aes_gcm_open

namespace pawl {

Status aes_gcm_open(const AesKey& key, const GcmNonce& nonce, Bytes aad, MutBytes text,
                    std::span<const std::uint8_t, kGcmTagSize> /*tag*/) {
  ByteArray<kGcmTagSize> unused{};
  return aes_gcm_seal(key, nonce, aad, text, unused);
}

}  // namespace pawl
