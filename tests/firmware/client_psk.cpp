// SPDX-License-Identifier: Apache-2.0
// A client with a raw key in mode psk: neither a curve nor a server's side nor the password flow is in its image.
#include "client.hpp"

int main() {
  pawl::ClientCredential credential;
  credential.user = pawl::Bytes(reinterpret_cast<const std::uint8_t*>("device"), 6);
  credential.kind = pawl::Kind::raw_key;
  credential.mode = pawl::Mode::psk;
  credential.derived = true;
  const pawl::ClientSettings settings(pawl::key_initiator, credential);
  firmware::run(settings);
}
