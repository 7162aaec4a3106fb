// SPDX-License-Identifier: Apache-2.0
// Mode pake: the shares that it must not take, and what a guess at the password gets.
#include <gtest/gtest.h>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/replay.hpp"
#include "tests/support/vectors.hpp"

namespace pawl::test::pake_test {
namespace {

constexpr const char* kVector = "password pake";
constexpr std::size_t kShareInServerHello = 45;
constexpr std::size_t kShareInClientFinish = 5;
const std::string kZeros(64, '0');
const std::string kOverPrime = "ffffffff00000001000000000000000000000001000000000000000000000000";

/// What no share may be. `blind` is w0*M or w0*N, which leaves nothing when it is taken away.
std::vector<std::string> bad_shares(Bytes genuine, Bytes blind) {
  const std::string share = hex(genuine);
  const std::string off_the_curve = share.substr(0, 127) + (share.back() == '0' ? '1' : '0');
  return {kZeros + kZeros,
          off_the_curve,
          kOverPrime + share.substr(64),
          share.substr(0, 64) + kOverPrime,
          hex(blind),
          share.substr(64) + share.substr(0, 64)};
}

/// Puts a share in the place of that of the one frame that has it.
void replace_share(Pair& pair, Side from, const std::string& share) {
  const FrameType type = from == Side::client ? FrameType::client_finish : FrameType::server_hello;
  const std::size_t at = from == Side::client ? kShareInClientFinish : kShareInServerHello;
  pair.tap = [=](Side sender, Buffer& bytes) {
    if (sender != from || bytes[2] != static_cast<std::uint8_t>(type)) return;
    copy(unhex(share), MutBytes(bytes).subspan(at));
  };
}

TEST(Pake, AShareThatIsNoneIsRefusedByTheServer) {
  Pair genuine(kPasswordPake);
  genuine.open();
  const Buffer finish = frame_of(genuine, FrameType::client_finish);
  const Bytes share = Bytes(finish).subspan(kShareInClientFinish, kShareSize);
  for (const std::string& bad : bad_shares(share, genuine.enrolled.blinds.w0_m.bytes())) {
    SCOPED_TRACE(bad);
    Pair pair(kPasswordPake);
    replace_share(pair, Side::client, bad);
    pair.start();
    pair.deliver();
    EXPECT_EQ(pair.server.seen.closed.value_or(Closed{}).error, Error::malformed);
    EXPECT_EQ(hex(units_of(pair.sent(Side::server)).back()), "0002060003010000");
    EXPECT_EQ(pair.server.seen.established + pair.client.seen.established, 0);
  }
}

TEST(Pake, AShareThatIsNoneIsRefusedByTheClient) {
  Pair genuine(kPasswordPake);
  genuine.open();
  const Buffer hello = frame_of(genuine, FrameType::server_hello);
  const Bytes share = Bytes(hello).subspan(kShareInServerHello, kShareSize);
  for (const std::string& bad : bad_shares(share, genuine.enrolled.blinds.w0_n.bytes())) {
    SCOPED_TRACE(bad);
    Pair pair(kPasswordPake);
    replace_share(pair, Side::server, bad);
    pair.start();
    pair.deliver();
    EXPECT_EQ(pair.client.seen.closed.value_or(Closed{}).error, Error::malformed);
    EXPECT_EQ(units_of(pair.sent(Side::client)).size(), 1U) << "nothing after its ClientHello";
    EXPECT_EQ(pair.server.seen.established, 0);
  }
}

// Each of the three secrets of the credential counts.

class PakeSecret : public testing::TestWithParam<int> {};

TEST_P(PakeSecret, AnotherOneIsRefused) {
  Pair pair(kPasswordPake);
  Enrolled other{[] {
    Account account{kPasswordPake};
    account.secret = bytes_of("another");
    return account;
  }()};
  ClientCredential& credential = pair.enrolled.credential;
  if (GetParam() == 0) copy(other.credential.psk.bytes(), credential.psk.writable());
  if (GetParam() == 1) copy(other.credential.w1.bytes(), credential.w1.writable());
  if (GetParam() == 2) credential.pake = &other.blinds;
  pair.start();
  pair.deliver();
  EXPECT_EQ(pair.server.seen.closed.value_or(Closed{}).error, Error::authentication_failed);
  EXPECT_EQ(pair.client.seen.closed.value_or(Closed{}).error, Error::authentication_failed);
}

INSTANTIATE_TEST_SUITE_P(PskW1W0, PakeSecret, testing::Range(0, 3));

/// A server that has all but w0 learns from one handshake whether one guess at it is right, and no more: the proof is
/// another for each w0, and says nothing to whoever has not blinded its share with the same.
TEST(Pake, TheProofDependsOnTheBlindOfTheServersShare) {
  Pair pair(kPasswordPake);
  const Enrolled other{[] {
    Account account{kPasswordPake};
    account.secret = bytes_of("another");
    return account;
  }()};
  copy(other.blinds.w0_n.bytes(), pair.enrolled.verifier.blinds.w0_n.writable());
  pair.start();
  pair.deliver();
  EXPECT_EQ(pair.server.seen.closed.value_or(Closed{}).error, Error::authentication_failed);
}

TEST(Pake, SharesAreBlinded) {
  const Json& vector = handshake_vector(kVector);
  EXPECT_NE(vector["secret"]["share_c"], vector["secret"]["X"]) << "the vectors say x*G";
  Pair pair(account_in(vector));
  ScriptedRandom random(bytes_in(vector["random"], "client"));
  pair.client.random = &random;
  pair.open();
  const Buffer finish = frame_of(pair, FrameType::client_finish);
  EXPECT_EQ(hex(Bytes(finish).subspan(kShareInClientFinish, kP256CoordinateSize))
                .find(vector["secret"]["X"].get<std::string>().substr(0, 64)),
            std::string::npos);
}

/// The crypto library may fail at any multiplication; none of them is gone on without.
TEST(Pake, AMultiplicationThatFailsEndsTheHandshake) {
  static int left = 0;
  PakeExchange failing = p256_pake;
  failing.multiply = [](const P256Scalar& scalar, std::span<const std::uint8_t, kP256PointSize> point,
                        std::span<std::uint8_t, kP256PointSize> product) -> Status {
    return --left == 0 ? Status(Error::crypto_failed) : p256_multiply(scalar, point, product);
  };
  constexpr int kOfEachSide = 2;
  for (int failed = 1; failed <= kOfEachSide + 1; ++failed) {
    for (const Side side : {Side::client, Side::server}) {
      SCOPED_TRACE(side == Side::client ? "client" : "server");
      Pair pair(kPasswordPake);
      if (side == Side::client) {
        pair.client.settings.exchange = &failing;
      } else {
        pair.server.settings.pake = &failing;
      }
      left = failed;
      pair.start();
      pair.deliver();
      const bool opens = failed > kOfEachSide;
      EXPECT_EQ(pair.client.seen.established, opens ? 1 : 0) << failed;
      EXPECT_EQ(pair.end(side).seen.closed.value_or(Closed{}).error, opens ? Error::none : Error::malformed);
    }
  }
}

TEST(Pake, ACredentialWithoutItsPartIsRefused) {
  Pair pair(kPasswordPake);
  pair.enrolled.credential.pake = nullptr;
  pair.start();
  pair.deliver();
  EXPECT_EQ(pair.client.seen.closed.value_or(Closed{}).error, Error::invalid_argument);
}

TEST(Pake, ARecordWithoutItsPartIsRefused) {
  Pair pair(kPasswordPake);
  pair.enrolled.enrolment.pake = nullptr;
  pair.start();
  pair.deliver();
  EXPECT_EQ(pair.server.answered.error(), Error::invalid_argument);
}

/// A forged ServerHello is made up for: the share that a client sends is blinded once.
TEST(Pake, AForgedServerHelloOverDatagramsSpoilsNothing) {
  DatagramPair pair(kPasswordPake);
  pair.start();
  Buffer genuine;
  pair.tap = [&](Side from, Buffer& datagram) {
    if (from == Side::server) genuine = datagram;
    return from == Side::client;
  };
  pair.deliver();
  ASSERT_FALSE(genuine.empty());
  pair.tap = nullptr;
  Buffer forged = genuine;
  forged.back() ^= 1U;
  pair.inject(Side::client, forged);
  pair.deliver();
  EXPECT_EQ(pair.sent_by_client.size(), 1U);
  pair.inject(Side::client, genuine);
  pair.deliver();
  EXPECT_EQ(pair.seen.established, 1);
}

}  // namespace
}  // namespace pawl::test::pake_test
