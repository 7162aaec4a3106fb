// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/p256.hpp>

namespace pawl::test {

/// p256_exchange, p256_tickets and p256_pake with a memory: what was multiplied once is not multiplied again. Ends draw
/// from seeds, so thousands of handshakes that differ in one bit mostly ask for the same products.
extern const EcdheExchange remembered_exchange;
extern const EcdheExchange remembered_tickets;
extern const PakeExchange remembered_pake;

/// That of the mode; null in mode psk.
inline const KeyExchange* remembered(Mode mode) {
  if (mode == Mode::pake) return &remembered_pake;
  return mode == Mode::psk ? nullptr : &remembered_exchange;
}

}  // namespace pawl::test
