// SPDX-License-Identifier: Apache-2.0
/// The keys and proofs of NSTP.md 2.
#pragma once

#include <pawl/crypto/pbkdf2.hpp>
#include <pawl/nstp/parameters.hpp>

namespace pawl::nstp {

/// What is derived from a password for one user of one device, and what both sides keep. No psk of version 2 is one.
/// The compiler sees to it, because `pawl` has no tag of this name. Whoever has it can pose as the user, and as the
/// server.
using Psk = Secret<struct NstpPskTag, 32>;

/// Derives a Psk from a password in bounded steps. Wipes itself.
class PskDerivation {
 public:
  /// Nothing is used after the constructor. There is at least one iteration, and every peer expects kIterations.
  PskDerivation(Bytes device_salt, Bytes user, Bytes password, std::uint32_t iterations = kIterations);

  /// Does at most `iterations` more. True when all are done.
  bool step(std::uint32_t iterations) { return pbkdf2_.step(iterations); }
  [[nodiscard]] std::uint32_t done() const { return pbkdf2_.done(); }
  [[nodiscard]] std::uint32_t total() const { return pbkdf2_.total(); }

  /// Writes the key once step() has returned true. Error::wrong_state before that. Error::invalid_argument if the salt
  /// has not 8..16 bytes or the name not 1..255.
  Status finish(Psk& psk) const;

 private:
  bool in_range_;
  Pbkdf2 pbkdf2_;
};

using Proof = Secret<struct NstpProofTag, kProofSize>;

/// What comes of one handshake. The one key serves both proofs and both directions, because the wire dictates that.
struct SessionKeys {
  AesKey key{};
  /// What each side sends to prove that it has the psk.
  Proof client{};
  Proof server{};
};

/// Derives them all.
void derive_session_keys(const Psk& psk, const ClientNonce& client_nonce, const SessionNonce& session_nonce, Bytes user,
                         SessionKeys& keys);

}  // namespace pawl::nstp
