// SPDX-License-Identifier: Apache-2.0
#include <p256-m.h>

#include <pawl/crypto/p256.hpp>

// p256-m refers to this symbol for key generation and signing, which Pawl does not use: scalars are drawn in
// crypto/p256.cpp. Should anything reach it, it fails rather than give out bytes of unknown quality.
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

}  // namespace pawl
