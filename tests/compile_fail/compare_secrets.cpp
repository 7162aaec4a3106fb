// SPDX-License-Identifier: Apache-2.0
// == takes a time that depends on the bytes; see equal() of crypto/constant_time.hpp.
// expect: deleted (function|operator).*operator==|overload resolution selected deleted operator '=='
#include <pawl/handshake/credential.hpp>

void use() {
  pawl::Psk first;
  pawl::Psk second;
#ifdef PAWL_MISUSE
  static_cast<void>(first == second);
#endif
}
