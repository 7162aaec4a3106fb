// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/crypto/aes_gcm.hpp>

namespace pawl::test {

/// How often the seam was called, and the nonce of the last time.
extern std::uint64_t gcm_calls;
extern GcmNonce last_nonce;

}  // namespace pawl::test
