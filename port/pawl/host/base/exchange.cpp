// SPDX-License-Identifier: Apache-2.0
#include <pawl/handshake/p256.hpp>
#include <pawl/host/base/exchange.hpp>

namespace pawl::host {

const KeyExchange* exchange_of(Mode mode) {
  if (mode == Mode::pake) return &p256_pake;
  return &p256_exchange;
}

}  // namespace pawl::host
