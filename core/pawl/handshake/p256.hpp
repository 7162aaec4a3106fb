// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/ecdhe.hpp>
#include <pawl/handshake/pake.hpp>

namespace pawl {

// NOLINTBEGIN(readability-identifier-naming): named as the other parts that settings can name

/// The key exchange of mode psk_ecdhe.
inline constexpr EcdheExchange p256_exchange{
    {Mode::psk_ecdhe, 96, &p256_scalar_valid, &p256_draw_scalar, &p256_public, &ecdhe_work}, &p256_ecdh};

/// That of sessions of mode psk_ecdhe that begin with a ticket.
inline constexpr EcdheExchange p256_tickets{
    {Mode::psk_ecdhe, 64, &p256_scalar_valid, &p256_draw_scalar, &p256_public, &ticket_work}, &p256_ecdh};

/// The key exchange of mode pake.
inline constexpr PakeExchange p256_pake{
    {Mode::pake, 64, &p256_scalar_valid, &p256_draw_scalar, &p256_public, &pake_work}, &p256_multiply, &derive_pake};

// NOLINTEND(readability-identifier-naming)

}  // namespace pawl
