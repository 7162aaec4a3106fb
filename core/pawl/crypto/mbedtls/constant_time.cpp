// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/mbedtls/mbedtls_symbols.h>

extern "C" {
// Unlike its siblings this header does not say so itself.
#include <mbedtls/constant_time.h>
}

#include <pawl/crypto/constant_time.hpp>

namespace pawl {

bool equal(Bytes a, Bytes b) { return a.size() == b.size() && mbedtls_ct_memcmp(a.data(), b.data(), a.size()) == 0; }

}  // namespace pawl
