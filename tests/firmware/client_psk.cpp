// SPDX-License-Identifier: Apache-2.0
// A client with a raw key in mode psk: neither a curve nor a server's side nor the password flow is in its image.
#include "raw_key_psk.hpp"

int main() {
  pawl::ClientCredential credential;
  firmware::take_raw_key(credential);
  pawl::ClientSettings settings(pawl::key_initiator, credential);
  firmware::run(settings);
}
