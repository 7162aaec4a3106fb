// SPDX-License-Identifier: Apache-2.0
// A secret is in one place.
// expect: deleted (function|constructor).*Secret<
#include <pawl/handshake/credential.hpp>

void use() {
  pawl::Psk first;
#ifdef PAWL_MISUSE
  pawl::Psk second(first);
#endif
}
