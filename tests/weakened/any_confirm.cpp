// SPDX-License-Identifier: Apache-2.0
// crypto/mbedtls/constant_time.cpp with a fault: what has the right length is equal, so any confirm is right.
#include <pawl/crypto/constant_time.hpp>

#define equal genuine_equal
#include "core/pawl/crypto/mbedtls/constant_time.cpp"
#undef equal

namespace pawl {

bool equal(Bytes a, Bytes b) { return a.size() == b.size(); }

}  // namespace pawl
