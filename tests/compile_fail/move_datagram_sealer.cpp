// SPDX-License-Identifier: Apache-2.0
// Two sealers with one key would use its nonces twice.
// expect: deleted (function|constructor).*DatagramSealer
#include <pawl/record/datagram_sealer.hpp>
#include <utility>

void use() {
  pawl::DatagramSealer first(pawl::SendSecret(), pawl::Direction::client_to_server, {});
#ifdef PAWL_MISUSE
  pawl::DatagramSealer second(std::move(first));
#endif
}
