// SPDX-License-Identifier: Apache-2.0
// The AES-GCM seam without encryption, so that 2^24 records take no time.
#include "tests/nonces/counting_aes_gcm.hpp"

namespace pawl {

namespace test {

std::uint64_t gcm_calls = 0;
GcmNonce last_nonce{};

}  // namespace test

Status aes_gcm_seal(const AesGcmKey& /*key*/, const GcmNonce& nonce, Bytes /*aad*/, MutBytes /*sealed*/) {
  ++test::gcm_calls;
  test::last_nonce = nonce;
  return Error::none;
}

Status aes_gcm_open(const AesGcmKey& /*key*/, const GcmNonce& nonce, Bytes /*aad*/, MutBytes /*sealed*/) {
  ++test::gcm_calls;
  test::last_nonce = nonce;
  return Error::none;
}

}  // namespace pawl
