// SPDX-License-Identifier: Apache-2.0
#include <openssl/crypto.h>

#include <pawl/crypto/constant_time.hpp>

namespace pawl {

bool equal(Bytes a, Bytes b) { return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0; }

}  // namespace pawl
