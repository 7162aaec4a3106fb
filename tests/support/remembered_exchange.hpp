// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/p256.hpp>

namespace pawl::test {

/// p256_exchange with a memory: what was multiplied once is not multiplied again. Ends draw from seeds, so thousands of
/// handshakes that differ in one bit mostly ask for the same products.
extern const KeyExchange remembered_exchange;

}  // namespace pawl::test
