// SPDX-License-Identifier: Apache-2.0
// Where Pawl handles secrets, run under valgrind with the secrets marked: any branch and any address that depends on
// one is an error there. Lengths are no secrets, nor is what goes over the wire.
#include <gtest/gtest.h>

#include <pawl/handshake/decoy.hpp>
#include <pawl/record/stream_opener.hpp>
#include <pawl/record/stream_sealer.hpp>

#include "tests/constant_time/aes_instructions.hpp"
#include "tests/constant_time/secret.hpp"
#include "tests/constant_time/verdicts.hpp"
#include "tests/support/names.hpp"
#include "tests/support/pair.hpp"

namespace pawl::test {
namespace {

constexpr std::uint32_t kIterations = 3;

/// A user whose password or raw key is secret.
Account secret_account(const Flow& flow) {
  Account account{flow};
  account.iterations = kIterations;
  classify(account.secret);
  return account;
}

template <class Tag>
void fill_secret(Secret<Tag, 32>& secret) {
  copy(pattern(32), secret.writable());
  classify(secret.bytes());
}

/// Bytes from a seed; of the sizes that a session draws, only that of a scalar is not sent in clear.
class MarkedRandom final : public Random {
 public:
  explicit MarkedRandom(std::uint64_t seed) : seeded_(seed) {}

  Status fill(MutBytes out) override {
    const Status filled = seeded_.fill(out);
    if (out.size() == P256Scalar::kSize) classify(out);
    return filled;
  }

 private:
  SeededRandom seeded_;
};

// Credentials.

class ConstantTimeCredential : public testing::TestWithParam<Flow> {};

TEST_P(ConstantTimeCredential, Derivation) {
  const Enrolled enrolled(secret_account(GetParam()));
  EXPECT_TRUE(is_secret(enrolled.credential.psk.bytes()));
  EXPECT_TRUE(is_secret(enrolled.enrolment.psk.bytes()));
  if (GetParam().mode == Mode::psk) return;
  EXPECT_TRUE(is_secret(enrolled.credential.w1.bytes()));
  const bool pake = GetParam().mode == Mode::pake;
  EXPECT_TRUE(is_secret(pake ? enrolled.verifier.verifier : enrolled.enrolment.verifier))
      << "who has it can guess the password";
  if (!pake) return;
  EXPECT_TRUE(is_secret(enrolled.verifier.blinds.w0.bytes()));
  EXPECT_TRUE(is_secret(enrolled.verifier.blinds.w0_m.bytes()));
  EXPECT_TRUE(is_secret(enrolled.verifier.blinds.w0_n.bytes()));
}

INSTANTIATE_TEST_SUITE_P(Flows, ConstantTimeCredential, testing::ValuesIn(kFlows), name_of_flow);

TEST(ConstantTime, Decoy) {
  EnumerationKey key;
  fill_secret(key);
  Decoy decoy(std::move(key), kIterations);
  ASSERT_TRUE(decoy.prepare(p256_exchange).ok());
  Enrolment record;
  decoy.stand_in(bytes_of("nobody"), Kind::password, Mode::psk_ecdhe, record);
  EXPECT_TRUE(is_secret(record.psk.bytes()));
  EXPECT_TRUE(is_secret(record.verifier));
  PakeVerifier pake;
  ASSERT_TRUE(decoy.prepare_pake(p256_pake, pake).ok());
  EXPECT_TRUE(is_secret(pake.blinds.w0_m.bytes()));
  EXPECT_TRUE(is_secret(pake.blinds.w0_n.bytes()));
}

// The key schedule.

TEST(ConstantTime, KeySchedule) {
  Buffer ikm = pattern(96);
  classify(ikm);
  const Sha256::Digest hash = sha256(bytes_of("what was said"));
  HandshakeSecret hs;
  derive_handshake_secret(ikm, hs);
  ConfirmKeys keys;
  derive_confirm_keys(hs, hash, keys);
  ConfirmKey mac;
  confirm(keys.client, hash, mac.writable());
  EXPECT_TRUE(is_secret(mac.bytes()));
  SessionSecrets secrets;
  derive_session_secrets(hs, hash, Side::server, secrets);
  ExporterSecret exported;
  export_secret(secrets.exporter, bytes_of("label"), bytes_of("context"), exported.writable());
  EXPECT_TRUE(is_secret(exported.bytes()));
  update_traffic_secret(secrets.send.writable(), {});
  RecordKeys record_keys;
  derive_record_keys(secrets.send.bytes(), secrets.sends, record_keys);
  EXPECT_TRUE(is_secret(record_keys.key.bytes()));
  EXPECT_TRUE(is_secret(Bytes(record_nonce(record_keys, 7)).first<8>()));
}

// Handshakes between two sessions.

/// A client and a server whose every secret is one; what they send, confirms included, is on the wire for all to read.
class SecretPair : public Pair {
 public:
  explicit SecretPair(const Flow& flow) : Pair(secret_account(flow)) {
    client.random = &client_random_;
    server.random = &server_random_;
    tap = [](Side /*from*/, Buffer& bytes) { declassify(bytes); };
    EnumerationKey key;
    fill_secret(key);
    decoy_ = std::make_unique<Decoy>(std::move(key), kIterations);
    EXPECT_TRUE(decoy_->prepare(p256_exchange).ok());
    EXPECT_TRUE(decoy_->prepare_pake(p256_pake, decoy_pake_).ok());
    server.settings.decoy = decoy_.get();
  }

 private:
  MarkedRandom client_random_{1};
  MarkedRandom server_random_{2};
  PakeVerifier decoy_pake_;
  std::unique_ptr<Decoy> decoy_;
};

class ConstantTimeHandshake : public testing::TestWithParam<Flow> {
 protected:
  void expect_refused() {
    pair.start();
    pair.deliver();
    EXPECT_EQ(pair.client.seen.closed.value_or(Closed{}).error, Error::authentication_failed);
    EXPECT_EQ(pair.server.seen.established, 0);
  }

  SecretPair pair{GetParam()};
};

TEST_P(ConstantTimeHandshake, Confirm) {
  pair.open();
  for (const Side side : {Side::client, Side::server}) {
    ByteArray<32> exported{};
    ASSERT_TRUE(pair.end(side).session().exporter(bytes_of("label"), {}, exported).ok());
    EXPECT_TRUE(is_secret(exported));
  }
}

TEST_P(ConstantTimeHandshake, WrongProof) {
  pair.tap = [](Side /*from*/, Buffer& bytes) {
    declassify(bytes);
    if (bytes[2] == static_cast<std::uint8_t>(FrameType::client_finish)) bytes.back() ^= 1U;
  };
  expect_refused();
}

TEST_P(ConstantTimeHandshake, UnknownUser) {
  // A password's salt is the stand-in's, which the client has to derive with; it would refuse it with its own.
  if (GetParam().kind == Kind::password) pair.client.forget_derived();
  pair.server.users.clear();
  expect_refused();
}

INSTANTIATE_TEST_SUITE_P(Flows, ConstantTimeHandshake, testing::ValuesIn(kFlows), name_of_flow);

// Records.

class ConstantTimeRecord : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_aes_instructions()) GTEST_SKIP() << "AES and GHASH go by tables here (SECURITY.md, Timing)";
  }
};

/// The text of a record is as secret as its key. That of one that opens is the application's, which sees its type and
/// its length; SECURITY.md says so of its padding.
TEST_F(ConstantTimeRecord, SealAndFailedOpen) {
  SendSecret send;
  ReceiveSecret receive;
  fill_secret(send);
  fill_secret(receive);
  StreamSealer sealer(std::move(send), Direction::client_to_server);
  StreamOpener opener(std::move(receive), Direction::client_to_server);
  Buffer record = pattern(100);
  classify(record);
  ASSERT_TRUE(sealer.seal(RecordType::data, 100 - kRecordOverhead, record).ok());
  EXPECT_TRUE(is_secret(Bytes(record).subspan(kRecordHeaderSize)));
  declassify(record);  // it is sent
  record.back() ^= 1U;
  const auto header = parse_record_header(Bytes(record).first<kRecordHeaderSize>(), kMaxMaxRx);
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(opener.open(header.value(), record).error(), Error::tampered);
}

TEST_F(ConstantTimeRecord, Open) {
  AesKey secret;
  fill_secret(secret);
  const AesGcmKey key(secret.bytes());
  const GcmNonce nonce{};
  Buffer sealed = pattern(100 + kGcmTagSize);
  classify(sealed);
  ASSERT_TRUE(aes_gcm_seal(key, nonce, {}, sealed).ok());
  declassify(sealed);  // it is sent
  ASSERT_TRUE(aes_gcm_open(key, nonce, {}, sealed).ok());
  EXPECT_TRUE(is_secret(Bytes(sealed).first(100)));
}

TEST_F(ConstantTimeRecord, AlteredInASession) {
  SecretPair pair(kRawKeyPsk);
  pair.open();
  pair.tap = [](Side /*from*/, Buffer& bytes) {
    declassify(bytes);
    bytes.back() ^= 1U;
  };
  ASSERT_EQ(pair.client.send(bytes_of("hello"), pair.now), 5U);
  pair.deliver();
  EXPECT_EQ(pair.server.seen.closed.value_or(Closed{}).error, Error::tampered);
}

// The controls: leaks that valgrind must report, each in what a real path has computed.

class Planted : public testing::Test {
 protected:
  void SetUp() override { derive_handshake_secret(secret_account(kRawKeyPsk).secret, hs); }

  HandshakeSecret hs;
  volatile int seen = 0;
};

TEST_F(Planted, Branch) {
  if (hs.bytes()[31] >= 128) seen = 1;
}

TEST_F(Planted, Address) {
  static const Buffer table = pattern(256);
  seen = table[hs.bytes()[31]];
}

TEST_F(Planted, Blind) {
  const Enrolled enrolled(secret_account(kPasswordPake));
  if (enrolled.blinds.w0_n.bytes()[63] % 2 == 1) seen = 1;
}

TEST_F(Planted, EarlyExit) {
  plant_early_exit();
  SecretPair pair(kRawKeyPsk);
  pair.open();
}

}  // namespace
}  // namespace pawl::test
