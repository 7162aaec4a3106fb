// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>

#include <pawl/base/secret.hpp>
#include <pawl/crypto/aes_gcm.hpp>
#include <pawl/crypto/openssl/error_mark.hpp>

namespace pawl {
namespace {

constexpr int kTagSize = kGcmTagSize;

/// Begins with a nonce and takes in all bytes, `text` in place.
bool crypt(EVP_CIPHER_CTX* context, bool encrypt, const GcmNonce& nonce, Bytes aad, MutBytes text) {
  int size = 0;
  return context != nullptr &&
         EVP_CipherInit_ex2(context, nullptr, nullptr, nonce.data(), encrypt ? 1 : 0, nullptr) == 1 &&
         (aad.empty() || EVP_CipherUpdate(context, nullptr, &size, aad.data(), static_cast<int>(aad.size())) == 1) &&
         (text.empty() ||
          EVP_CipherUpdate(context, text.data(), &size, text.data(), static_cast<int>(text.size())) == 1);
}

/// Ends it; there are no bytes left.
bool finish(EVP_CIPHER_CTX* context) {
  ByteArray<kGcmTagSize> nothing;
  int size = 0;
  return EVP_CipherFinal_ex(context, nothing.data(), &size) == 1;
}

}  // namespace

Status aes_gcm_seal(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed) {
  const ErrorMark mark;
  const MutBytes tag = sealed.last(kGcmTagSize);
  const bool good = crypt(key.context(), true, nonce, aad, sealed.first(sealed.size() - kGcmTagSize)) &&
                    finish(key.context()) &&
                    EVP_CIPHER_CTX_ctrl(key.context(), EVP_CTRL_AEAD_GET_TAG, kTagSize, tag.data()) == 1;
  return good ? Error::none : Error::crypto_failed;
}

Status aes_gcm_open(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed) {
  const ErrorMark mark;
  const MutBytes text = sealed.first(sealed.size() - kGcmTagSize);
  const MutBytes tag = sealed.last(kGcmTagSize);
  const bool good = crypt(key.context(), false, nonce, aad, text) &&
                    EVP_CIPHER_CTX_ctrl(key.context(), EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1 &&
                    finish(key.context());
  if (!good) wipe(text);
  return good ? Error::none : Error::crypto_failed;
}

}  // namespace pawl
