// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/key_exchange.hpp>

namespace pawl::test {

/// What a KeyExchange was asked for since it was last set to zero.
struct ExchangeCount {
  int draws = 0;
  int multiplications = 0;
  friend bool operator==(const ExchangeCount&, const ExchangeCount&) = default;
};

/// Curve P-256, with each draw and multiplication counted here.
extern const EcdheExchange counting_exchange;
extern const PakeExchange counting_pake;
extern ExchangeCount exchange_count;

/// That of the mode; null in mode psk.
inline const KeyExchange* counting(Mode mode) {
  if (mode == Mode::pake) return &counting_pake;
  return mode == Mode::psk ? nullptr : &counting_exchange;
}

}  // namespace pawl::test
