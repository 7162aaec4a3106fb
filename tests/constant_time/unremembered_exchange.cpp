// SPDX-License-Identifier: Apache-2.0
// The curve as it is: a memory of products would look them up by their secret factors.
#include "tests/support/remembered_exchange.hpp"

namespace pawl::test {

const KeyExchange remembered_exchange = p256_exchange;

}  // namespace pawl::test
