// SPDX-License-Identifier: Apache-2.0
// The curve as it is: a memory of products would look them up by their secret factors.
#include "tests/support/remembered_exchange.hpp"

namespace pawl::test {

const EcdheExchange remembered_exchange = p256_exchange;
const EcdheExchange remembered_tickets = p256_tickets;
const PakeExchange remembered_pake = p256_pake;

}  // namespace pawl::test
