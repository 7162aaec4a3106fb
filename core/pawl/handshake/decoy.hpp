// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/credential.hpp>

namespace pawl {

using EnumerationKey = Secret<struct EnumerationKeyTag, 32>;

/// What stands in for users that do not exist, so that nobody can tell which do (PROTOCOL.md 8.4). A server makes one
/// at start and keeps it for all its sessions.
class Decoy {
 public:
  /// `key` has 32 random bytes, which are persistent and secret. `iterations` is what the server enrols with by
  /// default.
  Decoy(EnumerationKey key, std::uint32_t iterations) : key_(key.bytes()), iterations_(iterations) {}
  Decoy(const Decoy&) = delete;
  Decoy& operator=(const Decoy&) = delete;
  /// Wipes the key.
  ~Decoy() = default;

  /// Computes the verifier share for mode psk_ecdhe, with one scalar multiplication. Error::crypto_failed for the one
  /// enumeration key in 2^32 that does not serve. Draw another then.
  Status prepare(const KeyExchange& exchange);

  /// Computes what mode pake needs into `pake`, which must outlive the decoy, with three scalar multiplications.
  /// Error::crypto_failed as prepare().
  Status prepare_pake(const PakeExchange& exchange, PakeVerifier& pake);

  [[nodiscard]] bool prepared() const { return prepared_; }
  /// The stand-in of mode pake, the same for all users. Null if it is not prepared.
  [[nodiscard]] const PakeVerifier* pake() const { return pake_; }

  /// Writes the stand-in for a user asked for with this kind and mode.
  void stand_in(Bytes user, Kind kind, Mode mode, Enrolment& enrolment) const;

 private:
  HmacKey key_;
  std::uint32_t iterations_;
  ByteArray<kP256PointSize> verifier_{};
  const PakeVerifier* pake_ = nullptr;
  bool prepared_ = false;
};

}  // namespace pawl
