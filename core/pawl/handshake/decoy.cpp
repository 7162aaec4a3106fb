// SPDX-License-Identifier: Apache-2.0
#include <pawl/handshake/decoy.hpp>

namespace pawl {
namespace {

constexpr auto kSaltLabel = ascii("pawl2 decoy salt");
constexpr auto kPskLabel = ascii("pawl2 decoy psk");
constexpr auto kVerifierLabel = ascii("pawl2 decoy L");
constexpr auto kW0Label = ascii("pawl2 decoy w0");

struct DecoySaltTag;

/// HMAC(key, label || u8 mode || u8 kind || user)
void decoy_hmac(const HmacKey& key, Bytes label, Mode mode, Kind kind, Bytes user,
                std::span<std::uint8_t, Hmac::kSize> out) {
  const ByteArray<2> parameters{static_cast<std::uint8_t>(mode), static_cast<std::uint8_t>(kind)};
  Hmac mac(key);
  mac.update(label);
  mac.update(parameters);
  mac.update(user);
  mac.finish(out);
}

}  // namespace

Status Decoy::prepare(const KeyExchange& exchange) {
  P256Scalar scalar;
  hmac(key_, kVerifierLabel, scalar.writable());
  PAWL_TRY(exchange.share(scalar, verifier_));
  prepared_ = true;
  return Error::none;
}

Status Decoy::prepare_pake(const PakeExchange& exchange, PakeVerifier& pake) {
  P256Scalar scalar;
  hmac(key_, kVerifierLabel, scalar.writable());
  PAWL_TRY(exchange.share(scalar, pake.verifier));
  hmac(key_, kW0Label, pake.blinds.w0.writable());
  PAWL_TRY(compute_blinds(exchange, pake.blinds));
  pake_ = &pake;
  return Error::none;
}

void Decoy::stand_in(Bytes user, Kind kind, Mode mode, Enrolment& enrolment) const {
  enrolment.user = user;
  enrolment.kind = kind;
  enrolment.mode = mode;
  enrolment.iterations = iterations_;
  Secret<DecoySaltTag, Hmac::kSize> salt;
  decoy_hmac(key_, kSaltLabel, mode, kind, user, salt.writable());
  copy(salt.bytes().first<kSaltSize>(), enrolment.salt);
  decoy_hmac(key_, kPskLabel, mode, kind, user, enrolment.psk.writable());
  enrolment.verifier = verifier_;
}

}  // namespace pawl
