// SPDX-License-Identifier: Apache-2.0
// Nor can a StreamSealer be assigned: its key and counter would come back.
// expect: deleted (function|operator)
// expect: StreamSealer
#include <pawl/record/stream_sealer.hpp>

void use() {
  pawl::StreamSealer first(pawl::SendSecret(), pawl::Direction::client_to_server);
  pawl::StreamSealer second(pawl::SendSecret(), pawl::Direction::client_to_server);
#ifdef PAWL_MISUSE
  second = first;
#endif
}
