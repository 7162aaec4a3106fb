// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/mbedtls/mbedtls_symbols.h>

#include <p256-m.h>

#include <pawl/crypto/p256.hpp>

// p256_points.c
extern "C" int pawl_p256_multiply(std::uint8_t* product, const std::uint8_t* scalar, const std::uint8_t* point);
extern "C" int pawl_p256_combine(std::uint8_t* sum, const std::uint8_t* a, const std::uint8_t* b, int subtract);

// p256-m refers to this symbol for key generation and signing. Pawl does not use them, since crypto/p256.cpp draws the
// scalars. Should anything reach it, it fails rather than give out bytes of unknown quality.
extern "C" int psa_generate_random(std::uint8_t* output, std::size_t size);
extern "C" int psa_generate_random(std::uint8_t* /*output*/, std::size_t /*size*/) { return -1; }

namespace pawl {

bool p256_scalar_valid(const P256Scalar& scalar) {
  return p256_validate_privkey(scalar.bytes().data()) == P256_SUCCESS;
}

Status p256_public(const P256Scalar& scalar, std::span<std::uint8_t, kP256PointSize> point) {
  return p256_public_from_private(point.data(), scalar.bytes().data()) == P256_SUCCESS ? Error::none
                                                                                       : Error::crypto_failed;
}

Status p256_ecdh(const P256Scalar& scalar, std::span<const std::uint8_t, kP256PointSize> point,
                 std::span<std::uint8_t, kP256CoordinateSize> x) {
  return p256_ecdh_shared_secret(x.data(), scalar.bytes().data(), point.data()) == P256_SUCCESS ? Error::none
                                                                                                : Error::crypto_failed;
}

Status p256_multiply(const P256Scalar& scalar, std::span<const std::uint8_t, kP256PointSize> point,
                     std::span<std::uint8_t, kP256PointSize> product) {
  const bool done = pawl_p256_multiply(product.data(), scalar.bytes().data(), point.data()) == 0;
  return done ? Error::none : Error::crypto_failed;
}

Status p256_add(std::span<const std::uint8_t, kP256PointSize> a, std::span<const std::uint8_t, kP256PointSize> b,
                std::span<std::uint8_t, kP256PointSize> sum) {
  return pawl_p256_combine(sum.data(), a.data(), b.data(), 0) == 0 ? Error::none : Error::crypto_failed;
}

Status p256_subtract(std::span<const std::uint8_t, kP256PointSize> a, std::span<const std::uint8_t, kP256PointSize> b,
                     std::span<std::uint8_t, kP256PointSize> difference) {
  return pawl_p256_combine(difference.data(), a.data(), b.data(), 1) == 0 ? Error::none : Error::crypto_failed;
}

}  // namespace pawl
