// SPDX-License-Identifier: Apache-2.0
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include <memory>
#include <pawl/crypto/openssl/error_mark.hpp>
#include <pawl/crypto/p256.hpp>
#include <utility>

namespace pawl {
namespace {

struct Free {
  void operator()(BIGNUM* number) const { BN_clear_free(number); }
  void operator()(BN_CTX* context) const { BN_CTX_free(context); }
  void operator()(EC_POINT* point) const { EC_POINT_clear_free(point); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

/// The group's order n (SP 800-186 3.2.1.3).
constexpr ByteArray<32> kOrder{0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF,
                               0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17,
                               0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51};

/// What comes before X || Y where both are there (SEC 1, 2.3.3).
constexpr std::uint8_t kUncompressed = 4;
using Encoding = Secret<struct P256EncodingTag, 1 + kP256PointSize>;

/// Null if there is none.
const EC_GROUP* curve() {
  static const EC_GROUP* const kCurve = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  return kCurve;
}

Owned<BIGNUM> number_of(const P256Scalar& scalar) {
  Owned<BIGNUM> number(BN_secure_new());
  if (number == nullptr || BN_bin2bn(scalar.bytes().data(), P256Scalar::kSize, number.get()) == nullptr) return nullptr;
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  return number;
}

/// scalar * point, or scalar * G without one. The work is in constant time. Whether it failed is no secret.
Status multiply(const P256Scalar& scalar, const Encoding* point, Encoding& product) {
  const ErrorMark mark;
  if (!p256_scalar_valid(scalar)) return Error::crypto_failed;
  const EC_GROUP* const group = curve();
  const Owned<BN_CTX> memory(BN_CTX_secure_new());
  const Owned<BIGNUM> number = number_of(scalar);
  if (group == nullptr || memory == nullptr || number == nullptr) return Error::crypto_failed;
  const Owned<EC_POINT> from(EC_POINT_new(group));
  const Owned<EC_POINT> to(EC_POINT_new(group));
  if (from == nullptr || to == nullptr) return Error::crypto_failed;

  // Refuses coordinates that are not below p, and points that are not on the curve.
  if (point != nullptr &&
      EC_POINT_oct2point(group, from.get(), point->bytes().data(), Encoding::kSize, memory.get()) != 1) {
    return Error::crypto_failed;
  }
  const bool good = point != nullptr
                        ? EC_POINT_mul(group, to.get(), nullptr, from.get(), number.get(), memory.get()) == 1
                        : EC_POINT_mul(group, to.get(), number.get(), nullptr, nullptr, memory.get()) == 1;
  const auto bytes = product.writable();
  const bool written = good && EC_POINT_point2oct(group, to.get(), POINT_CONVERSION_UNCOMPRESSED, bytes.data(),
                                                  bytes.size(), memory.get()) == bytes.size();
  return written ? Error::none : Error::crypto_failed;
}

using PointBytes = std::span<const std::uint8_t, kP256PointSize>;

Encoding encoding_of(PointBytes point) {
  Encoding encoding;
  encoding.writable()[0] = kUncompressed;
  copy(point, encoding.writable().last<kP256PointSize>());
  return encoding;
}

/// Null if a coordinate is not below p, or the point is not on the curve.
Owned<EC_POINT> point_of(const EC_GROUP* group, PointBytes bytes, BN_CTX* memory) {
  const Encoding encoding = encoding_of(bytes);
  Owned<EC_POINT> point(EC_POINT_new(group));
  const bool good =
      point != nullptr && EC_POINT_oct2point(group, point.get(), encoding.bytes().data(), Encoding::kSize, memory) == 1;
  return good ? std::move(point) : nullptr;
}

/// a + b, or a - b. OpenSSL would add equal points, too, which the other backend does not.
Status combine(PointBytes a, PointBytes b, bool subtract, std::span<std::uint8_t, kP256PointSize> out) {
  const ErrorMark mark;
  const EC_GROUP* const group = curve();
  const Owned<BN_CTX> memory(BN_CTX_secure_new());
  if (group == nullptr || memory == nullptr) return Error::crypto_failed;
  const Owned<EC_POINT> first = point_of(group, a, memory.get());
  const Owned<EC_POINT> second = point_of(group, b, memory.get());
  if (first == nullptr || second == nullptr) return Error::crypto_failed;
  if (subtract && EC_POINT_invert(group, second.get(), memory.get()) != 1) return Error::crypto_failed;
  const bool distinct = EC_POINT_cmp(group, first.get(), second.get(), memory.get()) == 1;
  if (!distinct || EC_POINT_add(group, first.get(), first.get(), second.get(), memory.get()) != 1) {
    return Error::crypto_failed;
  }
  // Infinity, the sum of opposite points, has one byte.
  Encoding sum;
  const auto bytes = sum.writable();
  if (EC_POINT_point2oct(group, first.get(), POINT_CONVERSION_UNCOMPRESSED, bytes.data(), bytes.size(), memory.get()) !=
      bytes.size()) {
    return Error::crypto_failed;
  }
  copy(sum.bytes().last<kP256PointSize>(), out);
  return Error::none;
}

}  // namespace

bool p256_scalar_valid(const P256Scalar& scalar) {
  const auto bytes = scalar.bytes();
  unsigned any = 0;
  unsigned borrow = 0;  // of scalar - n
  for (std::size_t i = bytes.size(); i > 0; --i) {
    any |= bytes[i - 1];
    borrow = (unsigned{bytes[i - 1]} - kOrder[i - 1] - borrow) >> 31U;
  }
  return (static_cast<unsigned>(any != 0) & borrow) != 0;
}

Status p256_public(const P256Scalar& scalar, std::span<std::uint8_t, kP256PointSize> point) {
  Encoding product;
  PAWL_TRY(multiply(scalar, nullptr, product));
  copy(product.bytes().last<kP256PointSize>(), point);
  return Error::none;
}

Status p256_ecdh(const P256Scalar& scalar, PointBytes point, std::span<std::uint8_t, kP256CoordinateSize> x) {
  const Encoding encoded = encoding_of(point);
  Encoding product;
  PAWL_TRY(multiply(scalar, &encoded, product));
  copy(product.bytes().subspan<1, kP256CoordinateSize>(), x);
  return Error::none;
}

Status p256_multiply(const P256Scalar& scalar, PointBytes point, std::span<std::uint8_t, kP256PointSize> product) {
  const Encoding encoded = encoding_of(point);
  Encoding result;
  PAWL_TRY(multiply(scalar, &encoded, result));
  copy(result.bytes().last<kP256PointSize>(), product);
  return Error::none;
}

Status p256_add(PointBytes a, PointBytes b, std::span<std::uint8_t, kP256PointSize> sum) {
  return combine(a, b, false, sum);
}

Status p256_subtract(PointBytes a, PointBytes b, std::span<std::uint8_t, kP256PointSize> difference) {
  return combine(a, b, true, difference);
}

}  // namespace pawl
