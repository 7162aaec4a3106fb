// SPDX-License-Identifier: Apache-2.0
/// What the modes other than psk need of a curve, and how they use it in a handshake. Settings name an exchange by
/// address or leave it out. Only an exchange that is named takes the curve along into the program.
#pragma once

#include <pawl/crypto/p256.hpp>
#include <pawl/wire/parameters.hpp>

namespace pawl {

struct ClientCredential;
struct Handshake;

/// What both have. The functions of the curve are those of crypto/p256.hpp, where their contracts stand.
struct KeyExchange {
  /// The mode that it is for.
  Mode mode;
  /// The length of ikm (PROTOCOL.md 7).
  std::uint8_t ikm_size;
  bool (*valid)(const P256Scalar& scalar);
  Status (*draw)(Random& random, P256Scalar& scalar);
  Status (*share)(const P256Scalar& scalar, std::span<std::uint8_t, kP256PointSize> point);
  /// Does next_work of a handshake of either side, with one scalar multiplication. Work::share writes our share to
  /// `share`. Work::agree and Work::verify complete ikm, in any order.
  Status (*work)(Handshake& handshake, std::span<std::uint8_t, kP256PointSize> share);
};

/// The exchange of mode psk_ecdhe, which is p256_exchange.
struct EcdheExchange : KeyExchange {
  Status (*agree)(const P256Scalar& scalar, std::span<const std::uint8_t, kP256PointSize> point,
                  std::span<std::uint8_t, kP256CoordinateSize> x);
};

/// The exchange of mode pake, which is p256_pake.
struct PakeExchange : KeyExchange {
  Status (*multiply)(const P256Scalar& scalar, std::span<const std::uint8_t, kP256PointSize> point,
                     std::span<std::uint8_t, kP256PointSize> product);
  /// Fills in what the mode adds to a credential. `sp` is SP of PROTOCOL.md 3.
  Status (*derive)(const PakeExchange& exchange, std::span<const std::uint8_t, 32> sp, ClientCredential& credential);
};

}  // namespace pawl
