// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>

/// OpenSSL's EVP_CIPHER_CTX, whose header programs that use Pawl need not have.
struct evp_cipher_ctx_st;

namespace pawl {

/// A key for AES-256-GCM. With OpenSSL it is a context on the heap, in which all that follows from the key is ready.
/// Only the nonce is set for each record. If there was no memory for it, it is like one without a key, and it seals and
/// opens nothing. Sealing and opening change the context, so only one thread at a time uses a key.
class AesGcmKey {
 public:
  constexpr AesGcmKey() = default;
  explicit AesGcmKey(std::span<const std::uint8_t, 32> bytes);
  AesGcmKey(AesGcmKey&& other) noexcept : context_(other.context_) { other.context_ = nullptr; }
  AesGcmKey& operator=(AesGcmKey&& other) noexcept;
  AesGcmKey(const AesGcmKey&) = delete;
  AesGcmKey& operator=(const AesGcmKey&) = delete;
  ~AesGcmKey();

  /// Null without a key.
  [[nodiscard]] evp_cipher_ctx_st* context() const { return context_; }

 private:
  evp_cipher_ctx_st* context_ = nullptr;
};

}  // namespace pawl
