// SPDX-License-Identifier: Apache-2.0
// What was derived for receiving seals nothing.
// expect: no matching (function|constructor).*StreamSealer
#include <pawl/record/stream_sealer.hpp>

void use() {
  pawl::StreamSealer first(pawl::SendSecret(), pawl::Direction::client_to_server);
#ifdef PAWL_MISUSE
  pawl::StreamSealer second(pawl::ReceiveSecret(), pawl::Direction::client_to_server);
#endif
}
