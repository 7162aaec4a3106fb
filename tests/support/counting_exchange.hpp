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

/// Curve P-256, with each call counted here.
extern const KeyExchange counting_exchange;
extern ExchangeCount exchange_count;

}  // namespace pawl::test
