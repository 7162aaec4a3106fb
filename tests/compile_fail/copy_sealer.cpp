// SPDX-License-Identifier: Apache-2.0
// Two Sealers with one key would use its nonces twice.
// expect: deleted (function|constructor).*Sealer
#include <pawl/record/sealer.hpp>

void use() {
  pawl::Sealer first(pawl::SendSecret(), pawl::Direction::client_to_server);
#ifdef PAWL_MISUSE
  pawl::Sealer second(first);
#endif
}
