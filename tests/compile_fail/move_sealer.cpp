// SPDX-License-Identifier: Apache-2.0
// Nor can a Sealer be moved, lest one that was moved from is used again.
// expect: deleted (function|constructor).*Sealer
#include <pawl/record/sealer.hpp>
#include <utility>

void use() {
  pawl::Sealer first(pawl::SendSecret(), pawl::Direction::client_to_server);
#ifdef PAWL_MISUSE
  pawl::Sealer second(std::move(first));
#endif
}
