// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/key_exchange.hpp>

namespace pawl {

/// The steps of mode psk_ecdhe that make Z and V, PROTOCOL.md 7. A server's verifier L is in Handshake::share until
/// Work::verify.
Status ecdhe_work(Handshake& handshake, std::span<std::uint8_t, kP256PointSize> share);

/// As ecdhe_work(), without V. For tickets, whose sessions are known to both ends by their secret alone.
Status ticket_work(Handshake& handshake, std::span<std::uint8_t, kP256PointSize> share);

}  // namespace pawl
