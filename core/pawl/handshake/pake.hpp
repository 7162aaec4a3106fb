// SPDX-License-Identifier: Apache-2.0
/// Mode pake, which is SPAKE2+, PROTOCOL.md 7.1.
#pragma once

#include <pawl/handshake/key_exchange.hpp>

namespace pawl {

/// What mode pake adds to the credential of a client.
struct PakeBlinds {
  P256Scalar w0;
  /// w0 * M and w0 * N. Whoever has one of them can guess at the password.
  Secret<struct BlindTag, kP256PointSize> w0_m;
  Secret<struct BlindTag, kP256PointSize> w0_n;
};

/// What it adds to the enrolment of a server.
struct PakeVerifier {
  PakeBlinds blinds;
  /// L = w1 * G
  ByteArray<kP256PointSize> verifier{};
};

/// Computes the rest from w0, with two scalar multiplications. Error::crypto_failed if w0 is no valid scalar.
Status compute_blinds(const PakeExchange& exchange, PakeBlinds& blinds);

/// PakeExchange::derive, which makes w0 and what follows from it. credential.user is set. Error::invalid_argument
/// without credential.pake.
Status derive_pake(const PakeExchange& exchange, std::span<const std::uint8_t, 32> sp, ClientCredential& credential);

/// The steps of the mode. A client's share is blinded with Work::verify, because it may not have its password earlier.
/// Of a server, Handshake::share has the share once it is made.
Status pake_work(Handshake& handshake, std::span<std::uint8_t, kP256PointSize> share);

}  // namespace pawl
