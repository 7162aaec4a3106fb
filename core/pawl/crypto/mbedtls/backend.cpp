// SPDX-License-Identifier: Apache-2.0
#include <mbedtls/build_info.h>

#include <pawl/crypto/backend.hpp>

namespace pawl {

CryptoBackend crypto_backend() { return {"Mbed TLS", MBEDTLS_VERSION_STRING, false, 900}; }

}  // namespace pawl
