// SPDX-License-Identifier: Apache-2.0
// A server never proves itself first with a password record (PROTOCOL.md 1, 8.4): nobody has the key of the proof that
// it gives instead, and who had it would be refused.
#include <gtest/gtest.h>

#include <pawl/crypto/hmac.hpp>
#include <pawl/crypto/pbkdf2.hpp>

#include "tests/support/names.hpp"
#include "tests/support/pair.hpp"

namespace pawl::test::password_proof_test {
namespace {

constexpr Instant kNow{1'000'000};

class PasswordRecord : public testing::TestWithParam<Mode> {
 protected:
  Enrolled user{Account{Flow{Kind::password, GetParam()}}};

  /// A K hello with this credential; the client must refuse what the server gives as its proof.
  void expect_no_proof(const ClientCredential& credential) {
    Server server;
    server.users.push_back(&user);
    Enrolled unused{Account{Flow{Kind::raw_key, GetParam()}}};
    Client client(unused);
    client.settings.credential = &credential;
    EXPECT_TRUE(server.start(kNow).ok());
    EXPECT_TRUE(client.start(kNow).ok());
    server.give(client.take(kNow), kNow);
    const Buffer hello = server.take(kNow);
    EXPECT_EQ(hello.size(), GetParam() == Mode::psk ? 57U : 121U);
    client.give(hello, kNow);
    EXPECT_TRUE(client.take(kNow).empty());
    EXPECT_EQ(client.seen.established, 0);
    EXPECT_EQ(client.seen.closed.value_or(Closed{}).error, Error::authentication_failed);
  }
};

TEST_P(PasswordRecord, GivesNoProofUnderItsPskInTheKeyFlow) {
  ClientCredential credential;
  credential.user = user.account.user;
  credential.kind = Kind::raw_key;
  credential.mode = GetParam();
  credential.derived = true;
  credential.psk = Psk(user.credential.psk.bytes());
  credential.w1 = P256Scalar(user.credential.w1.bytes());
  expect_no_proof(credential);
}

TEST_P(PasswordRecord, GivesNoProofUnderAKeyMadeOfThePasswordInTheKeyFlow) {
  const Buffer& account_user = user.account.user;
  Buffer salted = bytes_of("pawl2 salt");
  salted.push_back(static_cast<std::uint8_t>(account_user.size()));
  append(salted, account_user);
  append(salted, user.account.salt);
  Pbkdf2 derivation(user.account.secret, sha256(salted), user.account.iterations);
  ASSERT_TRUE(derivation.step(user.account.iterations));
  ClientCredential credential;
  ASSERT_TRUE(derive_from_raw_key(account_user, RawKey(derivation.key()), GetParam(), &p256_exchange, credential).ok());
  expect_no_proof(credential);
}

INSTANTIATE_TEST_SUITE_P(Modes, PasswordRecord, testing::Values(Mode::psk, Mode::psk_ecdhe),
                         [](const auto& test) { return std::string(test.param == Mode::psk ? "psk" : "psk_ecdhe"); });

// Even somebody who has the decoy's own secrets, and so makes a proof that matches, is refused.

class DecoySecrets : public testing::TestWithParam<Flow> {
 protected:
  Server server;
  PakeBlinds blinds;

  /// What derives to the decoy's record; k of section 8.4 is to the decoy what w1 is to a user.
  void make_credential(Bytes user, ClientCredential& credential) {
    Enrolment record;
    server.settings.decoy->stand_in(user, GetParam().kind, GetParam().mode, record);
    credential.user = user;
    credential.kind = record.kind;
    credential.mode = record.mode;
    credential.derived = true;
    credential.iterations = GetParam().kind == Kind::password ? record.iterations : 0;
    credential.salt = record.salt;
    credential.psk = Psk(record.psk.bytes());
    hmac(HmacKey::of_any_length(pattern(EnumerationKey::kSize)), ascii("pawl2 decoy L"), credential.w1.writable());
    hmac(HmacKey::of_any_length(pattern(EnumerationKey::kSize)), ascii("pawl2 decoy w0"), blinds.w0.writable());
    ASSERT_TRUE(compute_blinds(p256_pake, blinds).ok());
    credential.pake = &blinds;
    ByteArray<kP256PointSize> verifier{};
    ASSERT_TRUE(p256_public(credential.w1, verifier).ok());
    ASSERT_EQ(hex(verifier), hex(record.verifier)) << "the enumeration key of tests/support/end.cpp is another";
  }
};

TEST_P(DecoySecrets, DoNotLetAnybodyIn) {
  const Enrolled enrolled{Account{GetParam()}};
  ClientCredential credential;
  ASSERT_NO_FATAL_FAILURE(make_credential(enrolled.account.user, credential));
  Client client(enrolled);
  client.settings.credential = &credential;
  ASSERT_TRUE(server.start(kNow).ok());
  ASSERT_TRUE(client.start(kNow).ok());
  server.give(client.take(kNow), kNow);
  client.give(server.take(kNow), kNow);
  const Buffer finish = client.take(kNow);
  ASSERT_FALSE(finish.empty());
  EXPECT_EQ(client.seen.established, GetParam().kind == Kind::raw_key ? 1 : 0) << "the secrets are the decoy's";
  server.give(finish, kNow);
  const Buffer answer = server.take(kNow);
  EXPECT_EQ(hex(answer), "0002060003010000");
  EXPECT_EQ(server.seen.established, 0);
  EXPECT_TRUE(server.session().user().empty());
  client.give(answer, kNow);
  EXPECT_EQ(client.seen.closed.value_or(Closed{}).error, Error::authentication_failed);
}

TEST_P(DecoySecrets, AreRightControl) {
  // A record of the very same secrets lets the same client in: so it is the decoy that is refused, not the proof.
  Enrolled enrolled{Account{GetParam()}};
  ClientCredential credential;
  ASSERT_NO_FATAL_FAILURE(make_credential(enrolled.account.user, credential));
  ASSERT_TRUE(make_enrolment(credential, 1, exchange_for(GetParam().mode), enrolled.enrolment).ok());
  Client client(enrolled);
  client.settings.credential = &credential;
  server.users.push_back(&enrolled);
  ASSERT_TRUE(server.start(kNow).ok());
  ASSERT_TRUE(client.start(kNow).ok());
  server.give(client.take(kNow), kNow);
  client.give(server.take(kNow), kNow);
  server.give(client.take(kNow), kNow);
  EXPECT_EQ(server.seen.established, 1);
}

INSTANTIATE_TEST_SUITE_P(Flows, DecoySecrets, testing::ValuesIn(kFlows), name_of_flow);

}  // namespace
}  // namespace pawl::test::password_proof_test
