// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/kdf.hpp>
#include <pawl/handshake/credential.hpp>
#include <pawl/wire/writer.hpp>

namespace pawl {
namespace {

constexpr auto kSaltPrefix = ascii("pawl2 salt");
constexpr auto kPsk = expand_label("psk");
constexpr auto kW1 = expand_label("w1");

/// What the stretched password, or the raw key, has come to, which is SP of PROTOCOL.md 3.
using Sp = std::span<const std::uint8_t, Pbkdf2::kSize>;

bool user_valid(Bytes user) { return !user.empty() && user.size() <= kMaxUser; }

bool mode_possible(Mode mode, const KeyExchange* exchange) {
  return mode == Mode::psk || (exchange != nullptr && exchange->mode == mode);
}

/// S of PROTOCOL.md 3. The user name is hashed into the salt, so a hostile server's salt serves nobody else.
Sha256::Digest pbkdf2_salt(Bytes user, const Salt& salt) {
  const ByteArray<1> size{static_cast<std::uint8_t>(user.size())};
  Sha256::Digest digest{};
  Sha256 hash;
  hash.update(kSaltPrefix);
  hash.update(size);
  hash.update(user);
  hash.update(salt);
  hash.finish(digest);
  return digest;
}

void derive_psk(Sp sp, Kind kind, Mode mode, Bytes user, Psk& psk) {
  ByteArray<2 + kMaxUser> buffer{};
  Writer context(buffer);
  context.u8(static_cast<std::uint8_t>(mode));
  context.u8(static_cast<std::uint8_t>(kind));
  context.bytes(user);
  Expansion(sp, context.written()).derive(kPsk, psk.writable());
}

void copy_blinds(const PakeBlinds& from, PakeBlinds& to) {
  copy(from.w0.bytes(), to.w0.writable());
  copy(from.w0_m.bytes(), to.w0_m.writable());
  copy(from.w0_n.bytes(), to.w0_n.writable());
}

/// From SP to the rest of the credential, the same for both kinds.
Status derive(Sp sp, Kind kind, Mode mode, Bytes user, const KeyExchange* exchange, ClientCredential& out) {
  if (!user_valid(user) || !mode_possible(mode, exchange)) return Error::invalid_argument;
  out.user = user;
  out.kind = kind;
  out.mode = mode;
  derive_psk(sp, kind, mode, user, out.psk);
  if (mode != Mode::psk) PAWL_TRY(derive_scalar(sp, kW1, user, *exchange, out.w1));
  if (mode == Mode::pake) {
    // Only a PakeExchange is of this mode.
    const auto& pake = static_cast<const PakeExchange&>(*exchange);
    PAWL_TRY(pake.derive(pake, sp, out));
  }
  out.derived = true;
  return Error::none;
}

}  // namespace

PasswordDerivation::PasswordDerivation(Bytes user, Bytes password, const Salt& salt, std::uint32_t iterations)
    : user_(user), salt_(salt), pbkdf2_(password, pbkdf2_salt(user, salt), iterations) {}

Status PasswordDerivation::finish(Mode mode, const KeyExchange* exchange, ClientCredential& credential) const {
  if (done() < total()) return Error::wrong_state;
  credential.salt = salt_;
  credential.iterations = total();
  return derive(pbkdf2_.key(), Kind::password, mode, user_, exchange, credential);
}

Status derive_from_raw_key(Bytes user, const RawKey& key, Mode mode, const KeyExchange* exchange,
                           ClientCredential& credential) {
  if (mode == Mode::pake) return Error::invalid_argument;
  return derive(key.bytes(), Kind::raw_key, mode, user, exchange, credential);
}

Status make_enrolment(const ClientCredential& credential, std::uint32_t generation, const KeyExchange* exchange,
                      Enrolment& enrolment) {
  const bool pake = credential.mode == Mode::pake;
  const bool complete = credential.derived && (!pake || (credential.pake != nullptr && enrolment.pake != nullptr));
  if (!complete || !mode_possible(credential.mode, exchange)) return Error::invalid_argument;
  enrolment.user = credential.user;
  enrolment.kind = credential.kind;
  enrolment.mode = credential.mode;
  enrolment.generation = generation;
  enrolment.iterations = credential.iterations;
  enrolment.salt = credential.salt;
  copy(credential.psk.bytes(), enrolment.psk.writable());
  if (credential.mode == Mode::psk) return Error::none;
  if (pake) copy_blinds(*credential.pake, enrolment.pake->blinds);
  return exchange->share(credential.w1, pake ? enrolment.pake->verifier : enrolment.verifier);
}

Status derive_scalar(Sp sp, std::span<const std::uint8_t, 9> label, Bytes user, const KeyExchange& exchange,
                     P256Scalar& scalar) {
  ByteArray<1 + kMaxUser> buffer{};
  for (unsigned i = 0; i < 256; ++i) {
    Writer context(buffer);
    context.u8(static_cast<std::uint8_t>(i));
    context.bytes(user);
    Expansion(sp, context.written()).derive(label, scalar.writable());
    if (exchange.valid(scalar)) return Error::none;
  }
  return Error::crypto_failed;
}

}  // namespace pawl
