// SPDX-License-Identifier: Apache-2.0
// Not in aes_gcm.cpp, in the place of which tests have files of their own.
#include <openssl/evp.h>

#include <pawl/crypto/aes_gcm_key.hpp>
#include <pawl/crypto/openssl/error_mark.hpp>

namespace pawl {
namespace {

/// Null if there is none. Looked up once, because that takes longer than to seal a record.
const EVP_CIPHER* cipher() {
  static const EVP_CIPHER* const kFetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return kFetched;
}

}  // namespace

AesGcmKey::AesGcmKey(std::span<const std::uint8_t, 32> bytes) : context_(nullptr) {
  const ErrorMark mark;
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  if (context != nullptr && EVP_EncryptInit_ex2(context, cipher(), bytes.data(), nullptr, nullptr) == 1) {
    context_ = context;
  } else {
    EVP_CIPHER_CTX_free(context);
  }
}

AesGcmKey& AesGcmKey::operator=(AesGcmKey&& other) noexcept {
  if (this != &other) {
    EVP_CIPHER_CTX_free(context_);
    context_ = other.context_;
    other.context_ = nullptr;
  }
  return *this;
}

/// Which wipes it.
AesGcmKey::~AesGcmKey() { EVP_CIPHER_CTX_free(context_); }

}  // namespace pawl
