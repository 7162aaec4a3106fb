// SPDX-License-Identifier: Apache-2.0
// The AES-GCM seam with a recorder in it. It defines what core/pawl/crypto/mbedtls/aes_gcm.cpp defines, so a program
// that has this file does not take that one from the library; its code is here under other names.
#include <mbedtls/gcm.h>

#include <pawl/crypto/aes_gcm.hpp>

#include "tests/nonces/recorder.hpp"

#define aes_gcm_seal backend_seal
#define aes_gcm_open backend_open
#include "core/pawl/crypto/mbedtls/aes_gcm.cpp"
#undef aes_gcm_seal
#undef aes_gcm_open

namespace pawl {
namespace {

test::Use use_of(const AesGcmKey& key, const GcmNonce& nonce) {
  test::Use use{{}, nonce, test::uses.at_work};
  copy(key.bytes(), use.key);
  return use;
}

}  // namespace

Status aes_gcm_seal(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed) {
  test::uses.sealed.push_back(use_of(key, nonce));
  return backend_seal(key, nonce, aad, sealed);
}

Status aes_gcm_open(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed) {
  test::uses.opened.push_back(use_of(key, nonce));
  return backend_open(key, nonce, aad, sealed);
}

}  // namespace pawl
