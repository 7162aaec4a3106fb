// SPDX-License-Identifier: Apache-2.0
// An StreamOpener is as its StreamSealer: its counter goes one way.
// expect: deleted (function|constructor).*StreamOpener
#include <pawl/record/stream_opener.hpp>

void use() {
  pawl::StreamOpener first(pawl::ReceiveSecret(), pawl::Direction::client_to_server);
#ifdef PAWL_MISUSE
  pawl::StreamOpener second(first);
#endif
}
