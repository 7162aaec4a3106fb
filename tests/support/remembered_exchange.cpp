// SPDX-License-Identifier: Apache-2.0
#include "tests/support/remembered_exchange.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "tests/support/bytes.hpp"

namespace pawl::test {
namespace {

/// Fuzzing would fill the memory.
constexpr std::size_t kMost = 10'000;

struct Product {
  Status status;
  Buffer bytes;
};

/// What `multiply` gives for these factors, into `out`; at most once each.
template <class Multiply>
Status remember(Bytes scalar, Bytes point, MutBytes out, const Multiply& multiply) {
  // Each place that calls has a memory of its own.
  static std::map<std::pair<Buffer, Buffer>, Product> products;
  if (products.size() > kMost) products.clear();
  const auto [place, is_new] =
      products.try_emplace({Buffer(scalar.begin(), scalar.end()), Buffer(point.begin(), point.end())});
  Product& product = place->second;
  if (is_new) {
    product.status = multiply();
    product.bytes.assign(out.begin(), out.end());
  }
  std::copy(product.bytes.begin(), product.bytes.end(), out.begin());
  return product.status;
}

Status share(const P256Scalar& scalar, std::span<std::uint8_t, kP256PointSize> point) {
  return remember(scalar.bytes(), {}, point, [&] { return p256_exchange.share(scalar, point); });
}

Status agree(const P256Scalar& scalar, std::span<const std::uint8_t, kP256PointSize> point,
             std::span<std::uint8_t, kP256CoordinateSize> x) {
  return remember(scalar.bytes(), point, x, [&] { return p256_exchange.agree(scalar, point, x); });
}

Status multiply(const P256Scalar& scalar, std::span<const std::uint8_t, kP256PointSize> point,
                std::span<std::uint8_t, kP256PointSize> product) {
  return remember(scalar.bytes(), point, product, [&] { return p256_pake.multiply(scalar, point, product); });
}

}  // namespace

const EcdheExchange remembered_exchange{
    {Mode::psk_ecdhe, p256_exchange.ikm_size, p256_exchange.valid, p256_exchange.draw, &share, p256_exchange.work},
    &agree};
const EcdheExchange remembered_tickets{
    {Mode::psk_ecdhe, p256_tickets.ikm_size, p256_tickets.valid, p256_tickets.draw, &share, p256_tickets.work}, &agree};
const PakeExchange remembered_pake{
    {Mode::pake, p256_pake.ikm_size, p256_pake.valid, p256_pake.draw, &share, p256_pake.work},
    &multiply,
    p256_pake.derive};

}  // namespace pawl::test
