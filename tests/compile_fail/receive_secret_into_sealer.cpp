// SPDX-License-Identifier: Apache-2.0
// What was derived for receiving seals nothing.
// expect: no matching (function|constructor).*Sealer
#include <pawl/record/sealer.hpp>

void use() {
  pawl::Sealer first(pawl::SendSecret(), pawl::Direction::client_to_server);
#ifdef PAWL_MISUSE
  pawl::Sealer second(pawl::ReceiveSecret(), pawl::Direction::client_to_server);
#endif
}
