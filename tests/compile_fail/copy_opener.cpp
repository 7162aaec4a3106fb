// SPDX-License-Identifier: Apache-2.0
// An Opener is as its Sealer: its counter goes one way.
// expect: deleted (function|constructor).*Opener
#include <pawl/record/opener.hpp>

void use() {
  pawl::Opener first(pawl::ReceiveSecret(), pawl::Direction::client_to_server);
#ifdef PAWL_MISUSE
  pawl::Opener second(first);
#endif
}
