// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace pawl {

/// Which crypto library does the work, PAWL_CRYPTO of the build.
struct CryptoBackend {
  /// "Mbed TLS" or "OpenSSL".
  const char* library;
  /// Of the library that runs, which need not be the one that Pawl was compiled with.
  const char* version;
  /// Whether it takes memory from the heap for each AesGcmKey, and while it computes with P-256.
  bool allocates;
  /// About what a multiplication on P-256 takes on one core of a server, in microseconds (tools/bench).
  std::uint32_t multiplication_us;
};

CryptoBackend crypto_backend();

}  // namespace pawl
