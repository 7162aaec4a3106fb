// SPDX-License-Identifier: Apache-2.0
// The AES-256-GCM of devices (SP 800-38D), composed on Mbed TLS's AES as HMAC is on its SHA-256. It has a third of the
// code and half of the context of Mbed TLS's own, because GHASH has no tables here.
#include <mbedtls/aes.h>

#include <pawl/crypto/aes_gcm.hpp>
#include <pawl/crypto/constant_time.hpp>

namespace pawl {
namespace {

constexpr unsigned kKeyBits = 256;
constexpr std::size_t kGcmBlockSize = 16;
using GcmBlock = ByteArray<kGcmBlockSize>;
/// The number of the block of the key stream that masks the tag. Those of the text follow.
constexpr std::uint32_t kOfTag = 1;

/// A polynomial over GF(2) below x^128. The highest bit of the first word is the coefficient of x^0.
using Polynomial = std::array<std::uint32_t, 4>;
/// The first word of x^128 modulo the polynomial of GCM. It is 1 + x + x^2 + x^7.
constexpr std::uint32_t kReduced = 0xE1000000;

/// How far up in its word byte `i` of a block is.
constexpr unsigned shift_of(std::size_t i) { return static_cast<unsigned>(24 - 8 * (i % 4)); }

/// Adds up to a block, as if zeros followed.
void add(Polynomial& sum, const std::uint8_t* data, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) sum[i / 4] ^= std::uint32_t{data[i]} << shift_of(i);
}

/// All ones or all zeros, as the last bit is. The empty instruction keeps the compiler from making it a branch.
std::uint32_t mask_of(std::uint32_t bits) {
  std::uint32_t mask = 0U - (bits & 1U);
  __asm__ volatile("" : "+r"(mask));
  return mask;
}

/// sum = sum * key. Goes from the last coefficient of the sum to the first. Each step multiplies the product by x and,
/// where the coefficient is 1, adds the key.
void multiply(Polynomial& sum, const Polynomial& key) {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t c = 0;
  std::uint32_t d = 0;
  for (std::size_t i = sum.size(); i-- > 0;) {
    std::uint32_t bits = sum[i];
    for (int n = 0; n < 32; ++n, bits >>= 1U) {
      const std::uint32_t reduced = mask_of(d) & kReduced;
      const std::uint32_t taken = mask_of(bits);
      d = (d >> 1U | c << 31U) ^ (key[3] & taken);
      c = (c >> 1U | b << 31U) ^ (key[2] & taken);
      b = (b >> 1U | a << 31U) ^ (key[1] & taken);
      a = a >> 1U ^ reduced ^ (key[0] & taken);
    }
  }
  sum = {a, b, c, d};
}

/// One message. Wipes itself.
class Gcm {
 public:
  Gcm(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed);
  Gcm(const Gcm&) = delete;
  Gcm& operator=(const Gcm&) = delete;
  ~Gcm() { wipe(reinterpret_cast<std::uint8_t*>(this), sizeof(*this)); }

  /// Encrypts the text, or decrypts it.
  void crypt();
  /// The tag of the text as it is now, which is encrypted.
  const GcmBlock& make_tag();

 private:
  void make_stream(std::uint32_t number);
  void hash(const std::uint8_t* data, std::size_t size);

  Bytes aad_;
  std::uint8_t* text_;
  std::size_t size_;
  Polynomial sum_{};
  Polynomial hash_key_{};
  GcmBlock counter_{};
  /// A block of the key stream, and at last the tag.
  GcmBlock stream_;
  mbedtls_aes_context aes_;
};

Gcm::Gcm(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed)
    : aad_(aad), text_(sealed.data()), size_(sealed.size() - kGcmTagSize) {
  static_cast<void>(mbedtls_aes_setkey_enc(&aes_, key.bytes().data(), kKeyBits));
  make_stream(0);
  add(hash_key_, stream_.data(), kGcmBlockSize);
  copy(nonce, counter_);
}

/// AES returns an error only for a length of the key that it does not know.
void Gcm::make_stream(std::uint32_t number) {
  put_u32(number, &counter_[kGcmNonceSize]);
  static_cast<void>(mbedtls_aes_crypt_ecb(&aes_, MBEDTLS_AES_ENCRYPT, counter_.data(), stream_.data()));
}

void Gcm::crypt() {
  std::uint32_t number = kOfTag;
  for (std::size_t i = 0; i < size_; ++i) {
    if (i % kGcmBlockSize == 0) make_stream(++number);
    text_[i] ^= stream_[i % kGcmBlockSize];
  }
}

/// Its last block has both lengths in bits, of 64 bits each. No device has 512 MB for a text, so 32 are enough.
const GcmBlock& Gcm::make_tag() {
  hash(aad_.data(), aad_.size());
  hash(text_, size_);
  sum_[1] ^= static_cast<std::uint32_t>(8 * aad_.size());
  sum_[3] ^= static_cast<std::uint32_t>(8 * size_);
  multiply(sum_, hash_key_);
  make_stream(kOfTag);
  for (std::size_t i = 0; i < kGcmBlockSize; ++i) stream_[i] ^= static_cast<std::uint8_t>(sum_[i / 4] >> shift_of(i));
  return stream_;
}

/// GHASH goes on with a byte string, padded with zeros to whole blocks.
void Gcm::hash(const std::uint8_t* data, std::size_t size) {
  while (size > 0) {
    const std::size_t part = std::min(size, kGcmBlockSize);
    add(sum_, data, part);
    multiply(sum_, hash_key_);
    data += part;
    size -= part;
  }
}

}  // namespace

// Optimised at link time, a caller would otherwise have the context in its own frame, also while it does other things.
[[gnu::noinline]] Status aes_gcm_seal(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed) {
  Gcm gcm(key, nonce, aad, sealed);
  gcm.crypt();
  copy(gcm.make_tag(), sealed.last(kGcmTagSize));
  return Error::none;
}

// Nothing is decrypted before the tag has verified.
[[gnu::noinline]] Status aes_gcm_open(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed) {
  Gcm gcm(key, nonce, aad, sealed);
  if (!equal(gcm.make_tag(), sealed.last(kGcmTagSize))) {
    wipe(sealed.first(sealed.size() - kGcmTagSize));
    return Error::crypto_failed;
  }
  gcm.crypt();
  return Error::none;
}

}  // namespace pawl
