// SPDX-License-Identifier: Apache-2.0
// What was derived for sending opens nothing.
// expect: no matching (function|constructor).*Opener
#include <pawl/record/opener.hpp>

void use() {
  pawl::Opener first(pawl::ReceiveSecret(), pawl::Direction::client_to_server);
#ifdef PAWL_MISUSE
  pawl::Opener second(pawl::SendSecret(), pawl::Direction::client_to_server);
#endif
}
