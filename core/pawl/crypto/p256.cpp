// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/p256.hpp>

namespace pawl {

Status p256_draw_scalar(Random& random, P256Scalar& scalar) {
  constexpr int kDraws = 64;
  for (int draw = 0; draw < kDraws; ++draw) {
    PAWL_TRY(random.fill(scalar.writable()));
    if (p256_scalar_valid(scalar)) return Error::none;
  }
  return Error::random_failed;
}

}  // namespace pawl
