// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/crypto/p256.hpp>

namespace pawl {

/// What mode psk_ecdhe needs of a curve. Settings name an exchange by address or leave it out; only then does the
/// linker take the curve along. The functions are those of crypto/p256.hpp, where their contracts stand.
struct KeyExchange {
  bool (*valid)(const P256Scalar& scalar);
  Status (*draw)(Random& random, P256Scalar& scalar);
  Status (*share)(const P256Scalar& scalar, std::span<std::uint8_t, kP256PointSize> point);
  Status (*agree)(const P256Scalar& scalar, std::span<const std::uint8_t, kP256PointSize> point,
                  std::span<std::uint8_t, kP256CoordinateSize> x);
};

}  // namespace pawl
