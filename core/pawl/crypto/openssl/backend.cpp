// SPDX-License-Identifier: Apache-2.0
#include <openssl/crypto.h>

#include <pawl/crypto/backend.hpp>

namespace pawl {

CryptoBackend crypto_backend() { return {"OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING), true, 60}; }

}  // namespace pawl
