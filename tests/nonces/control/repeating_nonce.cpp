// SPDX-License-Identifier: Apache-2.0
// record/traffic_secret.cpp with a fault: every second record has the nonce of the one before.
#include <pawl/crypto/kdf.hpp>
#include <pawl/record/traffic_secret.hpp>
#include <pawl/wire/writer.hpp>

#define record_nonce genuine_record_nonce
#include "core/pawl/record/traffic_secret.cpp"
#undef record_nonce

namespace pawl {

GcmNonce record_nonce(const RecordKeys& keys, std::uint32_t counter) {
  return genuine_record_nonce(keys, counter & ~std::uint32_t{1});
}

}  // namespace pawl
