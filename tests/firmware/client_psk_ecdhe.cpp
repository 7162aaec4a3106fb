// SPDX-License-Identifier: Apache-2.0
// A client with a raw key in mode psk_ecdhe: the curve is there, the server's side and the password flow are not.
#include <pawl/handshake/p256.hpp>

#include "client.hpp"

int main() {
  pawl::ClientCredential credential;
  credential.user = pawl::Bytes(reinterpret_cast<const std::uint8_t*>("device"), 6);
  credential.kind = pawl::Kind::raw_key;
  credential.mode = pawl::Mode::psk_ecdhe;
  credential.derived = true;
  pawl::ClientSettings settings(pawl::key_initiator, credential);
  settings.exchange = &pawl::p256_exchange;
  firmware::run(settings);
}
