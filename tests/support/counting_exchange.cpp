// SPDX-License-Identifier: Apache-2.0
#include "tests/support/counting_exchange.hpp"

#include <pawl/handshake/p256.hpp>

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

Status multiply(const P256Scalar& scalar, std::span<const std::uint8_t, kP256PointSize> point,
                std::span<std::uint8_t, kP256PointSize> product) {
  ++exchange_count.multiplications;
  return p256_multiply(scalar, point, product);
}

}  // namespace

const EcdheExchange counting_exchange{
    {Mode::psk_ecdhe, p256_exchange.ikm_size, p256_exchange.valid, &draw, &share, p256_exchange.work}, &agree};
const PakeExchange counting_pake{
    {Mode::pake, p256_pake.ikm_size, p256_pake.valid, &draw, &share, p256_pake.work}, &multiply, p256_pake.derive};
ExchangeCount exchange_count;

}  // namespace pawl::test
