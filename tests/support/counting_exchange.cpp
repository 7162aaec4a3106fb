// SPDX-License-Identifier: Apache-2.0
#include "tests/support/counting_exchange.hpp"

#include <pawl/crypto/p256.hpp>

namespace pawl::test {
namespace {

Status draw(Random& random, P256Scalar& scalar) {
  ++exchange_count.draws;
  return p256_draw_scalar(random, scalar);
}

Status share(const P256Scalar& scalar, std::span<std::uint8_t, kP256PointSize> point) {
  ++exchange_count.multiplications;
  return p256_public(scalar, point);
}

Status agree(const P256Scalar& scalar, std::span<const std::uint8_t, kP256PointSize> point,
             std::span<std::uint8_t, kP256CoordinateSize> x) {
  ++exchange_count.multiplications;
  return p256_ecdh(scalar, point, x);
}

}  // namespace

const KeyExchange counting_exchange{&p256_scalar_valid, &draw, &share, &agree};
ExchangeCount exchange_count;

}  // namespace pawl::test
