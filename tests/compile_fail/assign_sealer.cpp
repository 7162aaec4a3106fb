// SPDX-License-Identifier: Apache-2.0
// Nor can a Sealer be assigned: its key and counter would come back.
// expect: deleted (function|operator)
// expect: Sealer
#include <pawl/record/sealer.hpp>

void use() {
  pawl::Sealer first(pawl::SendSecret(), pawl::Direction::client_to_server);
  pawl::Sealer second(pawl::SendSecret(), pawl::Direction::client_to_server);
#ifdef PAWL_MISUSE
  second = first;
#endif
}
