// SPDX-License-Identifier: Apache-2.0
// Nor can a StreamSealer be moved, lest one that was moved from is used again.
// expect: deleted (function|constructor).*StreamSealer
#include <pawl/record/stream_sealer.hpp>
#include <utility>

void use() {
  pawl::StreamSealer first(pawl::SendSecret(), pawl::Direction::client_to_server);
#ifdef PAWL_MISUSE
  pawl::StreamSealer second(std::move(first));
#endif
}
