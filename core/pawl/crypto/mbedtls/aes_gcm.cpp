// SPDX-License-Identifier: Apache-2.0
#include <mbedtls/gcm.h>

#include <pawl/crypto/aes_gcm.hpp>

namespace pawl {
namespace {

constexpr unsigned kKeyBits = 256;

/// A GCM context for one call, which frees itself at the end. That wipes it.
class Context {
 public:
  Context() { mbedtls_gcm_init(&gcm_); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { mbedtls_gcm_free(&gcm_); }

  bool set_key(const AesGcmKey& key) {
    return mbedtls_gcm_setkey(&gcm_, MBEDTLS_CIPHER_ID_AES, key.bytes().data(), kKeyBits) == 0;
  }
  mbedtls_gcm_context* get() { return &gcm_; }

 private:
  mbedtls_gcm_context gcm_;
};

}  // namespace

Status aes_gcm_seal(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed) {
  const MutBytes text = sealed.first(sealed.size() - kGcmTagSize);
  Context context;
  if (!context.set_key(key)) return Error::crypto_failed;
  const int failed =
      mbedtls_gcm_crypt_and_tag(context.get(), MBEDTLS_GCM_ENCRYPT, text.size(), nonce.data(), nonce.size(), aad.data(),
                                aad.size(), text.data(), text.data(), kGcmTagSize, sealed.last(kGcmTagSize).data());
  return failed == 0 ? Error::none : Error::crypto_failed;
}

Status aes_gcm_open(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed) {
  const MutBytes text = sealed.first(sealed.size() - kGcmTagSize);
  Context context;
  if (!context.set_key(key)) return Error::crypto_failed;
  const int failed =
      mbedtls_gcm_auth_decrypt(context.get(), text.size(), nonce.data(), nonce.size(), aad.data(), aad.size(),
                               sealed.last(kGcmTagSize).data(), kGcmTagSize, text.data(), text.data());
  if (failed != 0) wipe(text);
  return failed == 0 ? Error::none : Error::crypto_failed;
}

}  // namespace pawl
