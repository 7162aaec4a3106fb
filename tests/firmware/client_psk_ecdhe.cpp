// SPDX-License-Identifier: Apache-2.0
// A client with a raw key in mode psk_ecdhe: the curve is there, the server's side and the password flow are not.
#include <pawl/handshake/p256.hpp>

#include "client.hpp"

namespace {

/// Derived from the key 00 01 .. 1f.
constexpr pawl::ByteArray<32> kPsk{0x80, 0x07, 0xd5, 0x2b, 0x23, 0xd5, 0xec, 0x70, 0xb8, 0xf3, 0x03,
                                   0xa4, 0xeb, 0xef, 0xa9, 0xb7, 0x39, 0xb7, 0xff, 0x41, 0xf4, 0xe7,
                                   0x6c, 0x2e, 0xeb, 0x44, 0x78, 0xf1, 0xd1, 0x6a, 0x2f, 0xa6};
constexpr pawl::ByteArray<32> kW1{0x3e, 0xe4, 0x1f, 0x2e, 0x33, 0xdd, 0xa1, 0xee, 0xe6, 0x71, 0x0e,
                                  0x2c, 0x6c, 0xa3, 0x77, 0xd4, 0x81, 0xf4, 0x24, 0x6d, 0xd9, 0x60,
                                  0x6d, 0x52, 0x72, 0x1c, 0xce, 0xa7, 0xc0, 0x35, 0x54, 0x20};

}  // namespace

int main() {
  pawl::ClientCredential credential;
  credential.user = firmware::kUser;
  credential.kind = pawl::Kind::raw_key;
  credential.mode = pawl::Mode::psk_ecdhe;
  credential.derived = true;
  pawl::copy(kPsk, credential.psk.writable());
  pawl::copy(kW1, credential.w1.writable());
  pawl::ClientSettings settings(pawl::key_initiator, credential);
  settings.exchange = &pawl::p256_exchange;
  firmware::run(settings);
}
