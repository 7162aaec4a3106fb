// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/crypto/kdf.hpp>

#include "tests/support/names.hpp"
#include "tests/support/pair.hpp"
#include "tests/support/vectors.hpp"

namespace pawl::test::credential_test {
namespace {

constexpr std::array kModes{Mode::psk, Mode::psk_ecdhe, Mode::pake};
const std::string kNoScalar(2 * P256Scalar::kSize, '0');
const std::string kNoPoint(2 * kP256PointSize, '0');

// The vectors.

std::string psk_field(Mode mode) { return "psk_mode" + std::to_string(static_cast<int>(mode)); }

void expect_blinds(const Json& vector, const PakeBlinds& blinds) {
  EXPECT_EQ(hex(blinds.w0.bytes()), vector["w0"]);
  EXPECT_EQ(hex(blinds.w0_m.bytes()), vector["w0M"]);
  EXPECT_EQ(hex(blinds.w0_n.bytes()), vector["w0N"]);
}

/// `credential` and the enrolment made of it are those of the vector.
void expect_vector(const Json& vector, const ClientCredential& credential) {
  const bool ecdhe = credential.mode == Mode::psk_ecdhe;
  const bool pake = credential.mode == Mode::pake;
  EXPECT_TRUE(credential.derived);
  EXPECT_EQ(hex(credential.user), vector["user"]);
  EXPECT_EQ(hex(credential.psk.bytes()), vector[psk_field(credential.mode)]);
  EXPECT_EQ(hex(credential.w1.bytes()), ecdhe || pake ? vector["w1"].get<std::string>() : kNoScalar);
  Enrolment enrolment;
  PakeVerifier verifier;
  enrolment.pake = &verifier;
  EXPECT_TRUE(make_enrolment(credential, 7, exchange_for(credential.mode), enrolment).ok());
  EXPECT_EQ(hex(enrolment.user), vector["user"]);
  EXPECT_EQ(enrolment.kind, credential.kind);
  EXPECT_EQ(enrolment.mode, credential.mode);
  EXPECT_EQ(enrolment.generation, 7U);
  EXPECT_EQ(enrolment.iterations, vector.value("iterations", 0U));
  EXPECT_EQ(hex(enrolment.salt), vector.value("salt", std::string(2 * kSaltSize, '0')));
  EXPECT_EQ(hex(enrolment.psk.bytes()), vector[psk_field(credential.mode)]);
  EXPECT_EQ(hex(enrolment.verifier), ecdhe ? vector["L"].get<std::string>() : kNoPoint);
  EXPECT_EQ(hex(verifier.verifier), pake ? vector["L"].get<std::string>() : kNoPoint);
  if (!pake) return;
  expect_blinds(vector, *credential.pake);
  expect_blinds(vector, verifier.blinds);
}

class CredentialVector : public testing::TestWithParam<std::size_t> {};

TEST_P(CredentialVector, ForEachMode) {
  const Json& vector = vectors()["credentials"][GetParam()];
  const Buffer user = bytes_in(vector, "user");
  if (vector["kind"] == 2) {
    const RawKey key{Bytes(bytes_in(vector, "key")).first<RawKey::kSize>()};
    for (const Mode mode : {Mode::psk, Mode::psk_ecdhe}) {
      ClientCredential credential;
      EXPECT_TRUE(derive_from_raw_key(user, key, mode, &p256_exchange, credential).ok());
      EXPECT_EQ(credential.kind, Kind::raw_key);
      expect_vector(vector, credential);
    }
    return;
  }
  Salt salt{};
  copy(bytes_in(vector, "salt"), salt);
  PasswordDerivation derivation(user, bytes_in(vector, "password"), salt, vector["iterations"]);
  EXPECT_TRUE(derivation.step(vector["iterations"]));
  for (const Mode mode : kModes) {
    PakeBlinds blinds;
    ClientCredential credential;
    credential.pake = &blinds;
    EXPECT_TRUE(derivation.finish(mode, exchange_for(mode), credential).ok());
    EXPECT_EQ(credential.kind, Kind::password);
    EXPECT_EQ(credential.salt, salt);
    expect_vector(vector, credential);
  }
}

INSTANTIATE_TEST_SUITE_P(Vectors, CredentialVector, testing::Range(std::size_t{0}, vectors()["credentials"].size()));

class HandshakeCredential : public testing::TestWithParam<std::string> {};

TEST_P(HandshakeCredential, IsWhatItsSecretsSay) {
  const Json& handshake = handshake_vector(GetParam());
  const Json& secret = handshake["secret"];
  const Enrolled enrolled(account_in(handshake));
  EXPECT_EQ(hex(enrolled.enrolment.psk.bytes()), secret["psk"]);
  EXPECT_EQ(hex(enrolled.credential.w1.bytes()), secret.value("w1", kNoScalar));
  const bool pake = enrolled.enrolment.mode == Mode::pake;
  EXPECT_EQ(hex(pake ? enrolled.verifier.verifier : enrolled.enrolment.verifier), secret.value("L", kNoPoint));
  EXPECT_EQ(hex(enrolled.verifier.blinds.w0.bytes()), secret.value("w0", kNoScalar));
}

INSTANTIATE_TEST_SUITE_P(Vectors, HandshakeCredential, testing::ValuesIn(session_vectors()),
                         [](const auto& test) { return test_name(test.param); });

/// One scalar in 2^32 is none; then the next candidate is taken.
TEST(Credential, TakesTheNextCandidateForAScalarThatIsNone) {
  static int refused = 0;
  EcdheExchange picky = p256_exchange;
  picky.valid = [](const P256Scalar&) { return refused++ == 2; };
  const RawKey key{ByteArray<32>{7}};
  const Buffer user = bytes_of("alice");
  ClientCredential credential;
  ASSERT_TRUE(derive_from_raw_key(user, key, Mode::psk_ecdhe, &picky, credential).ok());
  ByteArray<32> third{};
  Buffer context{2};
  append(context, user);
  Expansion(key.bytes(), context).derive(expand_label("w1"), third);
  EXPECT_EQ(hex(credential.w1.bytes()), hex(third));
}

/// Of 256, the last that there are.
TEST(Credential, IsNoneIfNoCandidateIsAScalar) {
  static int asked = 0;
  static int good = 0;
  EcdheExchange picky = p256_exchange;
  picky.valid = [](const P256Scalar&) { return ++asked == good; };
  const Buffer user = bytes_of("alice");
  for (good = 256; good <= 257; ++good) {
    asked = 0;
    ClientCredential credential;
    const Error error = good == 256 ? Error::none : Error::crypto_failed;
    EXPECT_EQ(derive_from_raw_key(user, RawKey{}, Mode::psk_ecdhe, &picky, credential).error(), error);
    EXPECT_EQ(credential.derived, error == Error::none);
    EXPECT_EQ(asked, 256);
  }
}

/// Nor in mode pake, for w0, which is drawn behind w1.
TEST(Credential, OfModePakeIsNoneWithoutW0) {
  static int asked = 0;
  PakeExchange picky = p256_pake;
  picky.valid = [](const P256Scalar&) { return ++asked == 1; };
  const Buffer user = bytes_of("alice");
  PasswordDerivation derivation(user, bytes_of("secret"), Salt{}, 1);
  ASSERT_TRUE(derivation.step(1));
  PakeBlinds blinds;
  ClientCredential credential;
  credential.pake = &blinds;
  EXPECT_EQ(derivation.finish(Mode::pake, &picky, credential).error(), Error::crypto_failed);
  EXPECT_FALSE(credential.derived);
  EXPECT_EQ(asked, 1 + 256);
}

// Errors.

TEST(PasswordDerivation, GivesNothingBeforeItIsDone) {
  const Buffer user = bytes_of("alice");
  PasswordDerivation derivation(user, bytes_of("secret"), Salt{}, 10);
  ClientCredential credential;
  EXPECT_EQ(derivation.finish(Mode::psk, nullptr, credential).error(), Error::wrong_state);
  EXPECT_FALSE(derivation.step(8));
  EXPECT_EQ(derivation.done(), 9U);
  EXPECT_EQ(derivation.total(), 10U);
  EXPECT_EQ(derivation.finish(Mode::psk, nullptr, credential).error(), Error::wrong_state);
  EXPECT_FALSE(credential.derived);
  EXPECT_TRUE(derivation.step(1));
  EXPECT_TRUE(derivation.finish(Mode::psk, nullptr, credential).ok());
  EXPECT_EQ(credential.iterations, 10U);
}

/// Of a user name, a mode and whether there is an exchange: what both derivations and the making of an enrolment say.
void expect_error(Bytes user, Mode mode, const KeyExchange* exchange, Error error) {
  ClientCredential credential;
  EXPECT_EQ(derive_from_raw_key(user, RawKey(), mode, exchange, credential).error(), error);
  EXPECT_EQ(credential.derived, error == Error::none);
  PasswordDerivation derivation(user, bytes_of("secret"), Salt{}, 1);
  EXPECT_TRUE(derivation.step(1));
  ClientCredential from_password;
  EXPECT_EQ(derivation.finish(mode, exchange, from_password).error(), error);
  EXPECT_EQ(from_password.derived, error == Error::none);
}

TEST(Credential, NamesHave1To128Bytes) {
  const Buffer name(129, 'u');
  expect_error({}, Mode::psk, nullptr, Error::invalid_argument);
  expect_error(Bytes(name).first(1), Mode::psk, nullptr, Error::none);
  expect_error(Bytes(name).first(128), Mode::psk, nullptr, Error::none);
  expect_error(Bytes(name).first(128), Mode::psk_ecdhe, &p256_exchange, Error::none);
  expect_error(name, Mode::psk, nullptr, Error::invalid_argument);
}

TEST(Credential, OnlyModesThatThisBuildHas) {
  const Buffer user = bytes_of("alice");
  expect_error(user, Mode::psk_ecdhe, nullptr, Error::invalid_argument);
  expect_error(user, Mode::pake, &p256_exchange, Error::invalid_argument);
  expect_error(user, Mode::psk_ecdhe, &p256_pake, Error::invalid_argument);
  // Without room for what it adds.
  expect_error(user, Mode::pake, &p256_pake, Error::invalid_argument);
}

TEST(Credential, NoRawKeyIsOfModePake) {
  const Buffer user = bytes_of("alice");
  PakeBlinds blinds;
  ClientCredential credential;
  credential.pake = &blinds;
  EXPECT_EQ(derive_from_raw_key(user, RawKey(), Mode::pake, &p256_pake, credential).error(), Error::invalid_argument);
}

TEST(Enrolment, OfModePakeNeedsRoomForItAndWhatItIsMadeOf) {
  Enrolled enrolled{Account{kPasswordPake}};
  Enrolment enrolment;
  EXPECT_EQ(make_enrolment(enrolled.credential, 1, &p256_pake, enrolment).error(), Error::invalid_argument);
  enrolment.pake = &enrolled.verifier;
  enrolled.credential.pake = nullptr;
  EXPECT_EQ(make_enrolment(enrolled.credential, 1, &p256_pake, enrolment).error(), Error::invalid_argument);
}

TEST(Enrolment, IsMadeOnlyOfADerivedCredential) {
  const Enrolled enrolled{Account{kPasswordEcdhe}};
  Enrolment enrolment;
  EXPECT_EQ(make_enrolment(ClientCredential(), 1, &p256_exchange, enrolment).error(), Error::invalid_argument);
  EXPECT_EQ(make_enrolment(enrolled.credential, 1, nullptr, enrolment).error(), Error::invalid_argument);
}

// An enrolment of one kind or mode completes no handshake in another, even at a server that was told it is one: the
// second line of PROTOCOL.md 3.

class Relabelled : public testing::TestWithParam<std::tuple<Flow, Flow>> {};

TEST_P(Relabelled, ARecordCompletesOnlyItsOwnFlow) {
  const auto& [made_for, used_in] = GetParam();
  Pair pair(used_in);
  const Enrolled other{Account{made_for}};
  // The secret is the same, the label is that of the flow in use, and all else is there that this flow needs.
  Enrolment& enrolment = pair.enrolled.enrolment;
  copy(other.enrolment.psk.bytes(), enrolment.psk.writable());
  if (made_for.mode == Mode::psk_ecdhe) enrolment.verifier = other.enrolment.verifier;
  pair.start();
  pair.deliver();
  const bool same = made_for == used_in;
  EXPECT_EQ(pair.server.seen.established, same ? 1 : 0);
  EXPECT_EQ(pair.client.seen.established, same ? 1 : 0);
  if (same) return;
  EXPECT_EQ(pair.client.seen.closed.value_or(Closed{}).error, Error::authentication_failed);
}

INSTANTIATE_TEST_SUITE_P(Flows, Relabelled, testing::Combine(testing::ValuesIn(kFlows), testing::ValuesIn(kFlows)),
                         [](const auto& test) {
                           return flow_name(std::get<0>(test.param)) + "_in_" + flow_name(std::get<1>(test.param));
                         });

TEST(Verifier, IsAnotherForTheOtherKind) {
  const Enrolled password{Account{kPasswordEcdhe}};
  const Enrolled raw_key{Account{kRawKeyEcdhe}};
  EXPECT_NE(hex(password.enrolment.verifier), hex(raw_key.enrolment.verifier));
}

}  // namespace
}  // namespace pawl::test::credential_test
