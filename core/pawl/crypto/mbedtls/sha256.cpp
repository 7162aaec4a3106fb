// SPDX-License-Identifier: Apache-2.0
// Of Mbed TLS's hash only the compression function is wanted. It works on a context's hash value.
#include <mbedtls/sha256.h>

#include <pawl/base/secret.hpp>
#include <pawl/crypto/sha256.hpp>

namespace pawl {

// It returns an error only from a hardware driver, which this configuration has not.
void sha256_compress(Sha256State& state, std::span<const std::uint8_t, kSha256BlockSize> block) {
  mbedtls_sha256_context context;
  auto& value = context.MBEDTLS_PRIVATE(state);
  std::copy(state.begin(), state.end(), value);
  static_cast<void>(mbedtls_internal_sha256_process(&context, block.data()));
  std::copy_n(value, state.size(), state.begin());
  wipe(value);
}

}  // namespace pawl
