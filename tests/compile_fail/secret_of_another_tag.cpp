// SPDX-License-Identifier: Apache-2.0
// A secret of one purpose serves no other.
// expect: no match for .operator=|no viable overloaded '='
#include <pawl/handshake/credential.hpp>
#include <utility>

void use() {
  pawl::Psk psk;
  psk = pawl::Psk();
  pawl::RawKey raw_key;
#ifdef PAWL_MISUSE
  psk = std::move(raw_key);
#endif
}
