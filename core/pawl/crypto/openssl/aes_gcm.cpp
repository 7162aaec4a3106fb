// SPDX-License-Identifier: Apache-2.0
// A tag that is wrong puts nothing on OpenSSL's list of errors, so no ErrorMark is needed here.
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <pawl/base/secret.hpp>
#include <pawl/crypto/aes_gcm.hpp>

namespace pawl {
namespace {

/// The tag is given as a parameter, because EVP_CIPHER_CTX_ctrl() takes longer.
class Tag {
 public:
  explicit Tag(std::span<std::uint8_t, kGcmTagSize> bytes)
      : parameters_{OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, bytes.data(), bytes.size()),
                    OSSL_PARAM_construct_end()} {}
  bool get(EVP_CIPHER_CTX* context) { return EVP_CIPHER_CTX_get_params(context, parameters_.data()) == 1; }
  bool set(EVP_CIPHER_CTX* context) { return EVP_CIPHER_CTX_set_params(context, parameters_.data()) == 1; }

 private:
  std::array<OSSL_PARAM, 2> parameters_;
};

/// Begins with a nonce and takes in all bytes, `text` in place.
bool crypt(EVP_CIPHER_CTX* context, bool encrypt, const GcmNonce& nonce, Bytes aad, MutBytes text) {
  int size = 0;
  return context != nullptr &&
         EVP_CipherInit_ex2(context, nullptr, nullptr, nonce.data(), encrypt ? 1 : 0, nullptr) == 1 &&
         (aad.empty() || EVP_CipherUpdate(context, nullptr, &size, aad.data(), static_cast<int>(aad.size())) == 1) &&
         (text.empty() ||
          EVP_CipherUpdate(context, text.data(), &size, text.data(), static_cast<int>(text.size())) == 1);
}

/// Ends it. There are no bytes left.
bool finish(EVP_CIPHER_CTX* context) {
  ByteArray<kGcmTagSize> nothing;
  int size = 0;
  return EVP_CipherFinal_ex(context, nothing.data(), &size) == 1;
}

}  // namespace

Status aes_gcm_seal(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed) {
  Tag tag(sealed.last<kGcmTagSize>());
  const bool good = crypt(key.context(), true, nonce, aad, sealed.first(sealed.size() - kGcmTagSize)) &&
                    finish(key.context()) && tag.get(key.context());
  return good ? Error::none : Error::crypto_failed;
}

Status aes_gcm_open(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed) {
  const MutBytes text = sealed.first(sealed.size() - kGcmTagSize);
  Tag tag(sealed.last<kGcmTagSize>());
  const bool good = crypt(key.context(), false, nonce, aad, text) && tag.set(key.context()) && finish(key.context());
  if (!good) wipe(text);
  return good ? Error::none : Error::crypto_failed;
}

}  // namespace pawl
