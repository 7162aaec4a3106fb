// SPDX-License-Identifier: Apache-2.0
// Two Sealers with one key would use its nonces twice.
// expect: deleted (function|constructor).*StreamSealer
#include <pawl/record/stream_sealer.hpp>

void use() {
  pawl::StreamSealer first(pawl::SendSecret(), pawl::Direction::client_to_server);
#ifdef PAWL_MISUSE
  pawl::StreamSealer second(first);
#endif
}
