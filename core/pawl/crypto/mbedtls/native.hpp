// SPDX-License-Identifier: Apache-2.0
/// The context types that the Mbed TLS backend puts into the seam's classes.
#pragma once

#include <mbedtls/sha256.h>

#ifndef PAWL_MBEDTLS_CONFIG
#error "These are the headers of another Mbed TLS: its contexts may differ from those that Pawl was compiled with."
#endif

namespace pawl::native {

using Sha256Context = mbedtls_sha256_context;

}  // namespace pawl::native
