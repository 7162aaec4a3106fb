// SPDX-License-Identifier: Apache-2.0
// Nor can what holds a secret be copied.
// expect: deleted.*ClientCredential
#include <pawl/handshake/credential.hpp>

void use() {
  pawl::ClientCredential first;
#ifdef PAWL_MISUSE
  pawl::ClientCredential second(first);
#endif
}
