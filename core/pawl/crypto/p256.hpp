// SPDX-License-Identifier: Apache-2.0
/// The curve P-256 (FIPS 186-5, SP 800-186). Points are X || Y in 64 bytes. Scalars and coordinates have 32 bytes,
/// big-endian.
#pragma once

#include <pawl/base/random.hpp>
#include <pawl/base/secret.hpp>

namespace pawl {

using P256Scalar = Secret<struct P256ScalarTag, 32>;
inline constexpr std::size_t kP256PointSize = 64;
inline constexpr std::size_t kP256CoordinateSize = 32;

/// Whether `scalar` is in 1..n-1, in constant time.
[[nodiscard]] bool p256_scalar_valid(const P256Scalar& scalar);

/// Draws 32 bytes at a time until they are a valid scalar, so that tests can script the draws (PROTOCOL.md 18).
/// Error::random_failed if `random` fails or gives 64 invalid draws in a row, which no working source does.
Status p256_draw_scalar(Random& random, P256Scalar& scalar);

/// point = scalar * G. Error::crypto_failed if the scalar is not in 1..n-1.
Status p256_public(const P256Scalar& scalar, std::span<std::uint8_t, kP256PointSize> point);

/// The X coordinate of scalar * point (SP 800-56A 5.7.1.2). Error::crypto_failed if a coordinate is not below p, the
/// point is not on the curve, or the scalar is not in 1..n-1.
Status p256_ecdh(const P256Scalar& scalar, std::span<const std::uint8_t, kP256PointSize> point,
                 std::span<std::uint8_t, kP256CoordinateSize> x);

/// product = scalar * point, which may be the same 64 bytes. Error::crypto_failed as p256_ecdh().
Status p256_multiply(const P256Scalar& scalar, std::span<const std::uint8_t, kP256PointSize> point,
                     std::span<std::uint8_t, kP256PointSize> product);

/// sum = a + b. `sum` may be one of them. Error::crypto_failed if a coordinate is not below p or a point is not on the
/// curve. The same if the points are equal or opposite, since p256-m cannot add such points, and infinity has no 64
/// bytes.
Status p256_add(std::span<const std::uint8_t, kP256PointSize> a, std::span<const std::uint8_t, kP256PointSize> b,
                std::span<std::uint8_t, kP256PointSize> sum);

/// difference = a - b, of which it may be either. Error::crypto_failed as p256_add().
Status p256_subtract(std::span<const std::uint8_t, kP256PointSize> a, std::span<const std::uint8_t, kP256PointSize> b,
                     std::span<std::uint8_t, kP256PointSize> difference);

}  // namespace pawl
