// SPDX-License-Identifier: Apache-2.0
// A secret never reaches a log.
// expect: no match for .operator<<|invalid operands to binary expression
#include <iostream>
#include <pawl/handshake/credential.hpp>

void use() {
  pawl::Psk psk;
  std::cout << psk.kSize;
#ifdef PAWL_MISUSE
  std::cout << psk;
#endif
}
