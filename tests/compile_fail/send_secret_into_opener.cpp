// SPDX-License-Identifier: Apache-2.0
// What was derived for sending opens nothing.
// expect: no matching (function|constructor).*StreamOpener
#include <pawl/record/stream_opener.hpp>

void use() {
  pawl::StreamOpener first(pawl::ReceiveSecret(), pawl::Direction::client_to_server);
#ifdef PAWL_MISUSE
  pawl::StreamOpener second(pawl::SendSecret(), pawl::Direction::client_to_server);
#endif
}
