// SPDX-License-Identifier: Apache-2.0
// crypto/mbedtls/aes_gcm.cpp with a fault: it decrypts whatever comes. (In counter mode, to decrypt is to encrypt.)
#include <pawl/crypto/aes_gcm.hpp>

#define aes_gcm_open genuine_aes_gcm_open
#include "core/pawl/crypto/mbedtls/aes_gcm.cpp"
#undef aes_gcm_open

namespace pawl {

Status aes_gcm_open(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed) {
  return aes_gcm_seal(key, nonce, aad, sealed);
}

}  // namespace pawl
