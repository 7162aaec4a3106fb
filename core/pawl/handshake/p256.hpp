// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/key_exchange.hpp>

namespace pawl {

/// The key exchange of mode psk_ecdhe.
// NOLINTNEXTLINE(readability-identifier-naming): named as the other parts that settings can name
inline constexpr KeyExchange p256_exchange{&p256_scalar_valid, &p256_draw_scalar, &p256_public, &p256_ecdh};

}  // namespace pawl
