// SPDX-License-Identifier: Apache-2.0
/// Users with their secrets, as both sides hold them.
#pragma once

#include <array>
#include <pawl/handshake/credential.hpp>
#include <pawl/handshake/p256.hpp>
#include <string>

#include "tests/support/bytes.hpp"

namespace pawl::test {

/// One of the five flows of this build.
struct Flow {
  Kind kind = Kind::password;
  Mode mode = Mode::psk;
  friend bool operator==(const Flow&, const Flow&) = default;
};

inline constexpr Flow kPasswordPsk{Kind::password, Mode::psk};
inline constexpr Flow kPasswordEcdhe{Kind::password, Mode::psk_ecdhe};
inline constexpr Flow kPasswordPake{Kind::password, Mode::pake};
inline constexpr Flow kRawKeyPsk{Kind::raw_key, Mode::psk};
inline constexpr Flow kRawKeyEcdhe{Kind::raw_key, Mode::psk_ecdhe};
inline constexpr std::array kFlows{kPasswordPsk, kPasswordEcdhe, kPasswordPake, kRawKeyPsk, kRawKeyEcdhe};

/// "password psk_ecdhe" and so on, as the vectors name their handshakes.
std::string name_of(const Flow& flow);

/// The exchange of a mode; null in mode psk.
inline const KeyExchange* exchange_for(Mode mode) {
  if (mode == Mode::pake) return &p256_pake;
  return mode == Mode::psk ? nullptr : &p256_exchange;
}

/// What a user is enrolled with.
struct Account {
  Flow flow;
  Buffer user = bytes_of("alice");
  /// The password, or the 32 bytes of the raw key.
  Buffer secret = pattern(32);
  /// Kind password only.
  Salt salt{0xA0, 0xA1};
  std::uint32_t iterations = 1000;
};

/// A user as the client and the server keep him. Stays where it is, since both hold views of its user name.
class Enrolled {
 public:
  /// Derives everything; an account that cannot be enrolled fails the test.
  explicit Enrolled(Account from);
  Enrolled(const Enrolled&) = delete;
  Enrolled& operator=(const Enrolled&) = delete;
  ~Enrolled() = default;

  Account account;
  PakeBlinds blinds;
  PakeVerifier verifier;
  ClientCredential credential;
  Enrolment enrolment;
};

/// Derives a client's credential from a password at once.
Status derive_from_password(const Account& account, const Salt& salt, std::uint32_t iterations, ClientCredential& out);

}  // namespace pawl::test
