// SPDX-License-Identifier: Apache-2.0
// record/traffic_secret.cpp with a fault: the direction bit is 0 both ways.
#include <pawl/crypto/kdf.hpp>
#include <pawl/record/traffic_secret.hpp>
#include <pawl/wire/writer.hpp>

#define derive_record_keys genuine_derive_record_keys
#include "core/pawl/record/traffic_secret.cpp"
#undef derive_record_keys

namespace pawl {

void derive_record_keys(std::span<const std::uint8_t, 32> traffic_secret, Direction /*direction*/, RecordKeys& keys) {
  genuine_derive_record_keys(traffic_secret, Direction::client_to_server, keys);
}

}  // namespace pawl
