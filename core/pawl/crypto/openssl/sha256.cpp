// SPDX-License-Identifier: Apache-2.0
// OpenSSL has called these functions deprecated since 3.0. Those that it has instead take the state of a running hash
// neither in nor out, and allocate.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <pawl/base/secret.hpp>
#include <pawl/crypto/sha256.hpp>

namespace pawl {

// Of the context it uses the hash value alone.
void sha256_compress(Sha256State& state, std::span<const std::uint8_t, kSha256BlockSize> block) {
  SHA256_CTX context;
  std::copy(state.begin(), state.end(), context.h);
  SHA256_Transform(&context, block.data());
  std::copy_n(context.h, state.size(), state.begin());
  wipe(context.h);
}

}  // namespace pawl
