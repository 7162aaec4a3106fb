// SPDX-License-Identifier: Apache-2.0
/// Credentials and how they are derived, PROTOCOL.md 3.
#pragma once

#include <pawl/crypto/pbkdf2.hpp>
#include <pawl/handshake/pake.hpp>

namespace pawl {

using Psk = Secret<struct PskTag, 32>;
using Salt = ByteArray<kSaltSize>;

/// What a client keeps. A password itself is in none of these. It goes into a PasswordDerivation and is forgotten.
struct ClientCredential {
  /// 1..128 bytes, owned by the application for as long as a session uses the credential.
  Bytes user;
  Kind kind = Kind::password;
  Mode mode = Mode::psk_ecdhe;
  /// Whether the fields below are filled in. With a password it may be false. The session then asks for the derivation
  /// (DerivationWanted) when the server has named salt and iterations.
  bool derived = false;
  /// Of the enrolment, for kind password only.
  std::uint32_t iterations = 0;
  Salt salt{};
  Psk psk;
  /// Modes psk_ecdhe and pake only.
  P256Scalar w1;
  /// For mode pake only. It belongs to the application and stays as long as a session uses the credential. Set it
  /// before the derivation, which fills it in.
  PakeBlinds* pake = nullptr;
};

/// What a server keeps of a user. Whoever steals it can pose as this server, and, in mode psk, as the user.
struct Enrolment {
  /// 1..128 bytes, owned by the application for as long as a session uses the enrolment.
  Bytes user;
  Kind kind = Kind::password;
  Mode mode = Mode::psk_ecdhe;
  /// Grows with each change of the credential.
  std::uint32_t generation = 0;
  /// Kind password only.
  std::uint32_t iterations = 0;
  Salt salt{};
  Psk psk;
  /// L = w1 * G, mode psk_ecdhe only.
  ByteArray<kP256PointSize> verifier{};
  /// For mode pake only. It belongs to the application and stays as long as a handshake uses the enrolment. Set it
  /// before make_enrolment(), which fills it in.
  PakeVerifier* pake = nullptr;
};

/// Derives a credential from a password in bounded steps (PBKDF2, then labels "psk", "w1" and "w0"). Wipes itself.
class PasswordDerivation {
 public:
  /// `user` must outlive the derivation and the credential. `password` and `salt` are not used after the constructor.
  /// There is at least one iteration.
  PasswordDerivation(Bytes user, Bytes password, const Salt& salt, std::uint32_t iterations);

  /// Does at most `iterations` more. True when all are done.
  bool step(std::uint32_t iterations) { return pbkdf2_.step(iterations); }
  [[nodiscard]] std::uint32_t done() const { return pbkdf2_.done(); }
  [[nodiscard]] std::uint32_t total() const { return pbkdf2_.total(); }

  /// Writes the credential once step() has returned true. `exchange` is that of the mode, and may be null in mode psk.
  /// In mode pake there are two scalar multiplications. Error::wrong_state before step() has returned true.
  /// Error::invalid_argument for a user name or mode out of range, a missing or another exchange, or a missing
  /// credential.pake.
  Status finish(Mode mode, const KeyExchange* exchange, ClientCredential& credential) const;

 private:
  Bytes user_;
  Salt salt_;
  Pbkdf2 pbkdf2_;
};

using RawKey = Secret<struct RawKeyTag, 32>;

/// Writes the credential of a raw key. `user` must outlive it. `exchange` may be null in mode psk. `key` must be
/// uniformly random and used for one user at one server only. Error::invalid_argument as PasswordDerivation::finish(),
/// and for mode pake, which is for passwords.
Status derive_from_raw_key(Bytes user, const RawKey& key, Mode mode, const KeyExchange* exchange,
                           ClientCredential& credential);

/// Writes the server's enrolment of a derived credential. Does one scalar multiplication, but none in mode psk.
/// enrolment.user views credential.user. Error::invalid_argument if the credential is not derived, the exchange is not
/// that of its mode, or enrolment.pake is missing.
Status make_enrolment(const ClientCredential& credential, std::uint32_t generation, const KeyExchange* exchange,
                      Enrolment& enrolment);

/// The first of 256 candidates under `label` that is a valid scalar, as w1 and w0 of PROTOCOL.md 3 are found. One
/// candidate in 2^32 is no valid scalar. `sp` is SP there. Error::crypto_failed if none is valid.
Status derive_scalar(std::span<const std::uint8_t, 32> sp, std::span<const std::uint8_t, 9> label, Bytes user,
                     const KeyExchange& exchange, P256Scalar& scalar);

}  // namespace pawl
