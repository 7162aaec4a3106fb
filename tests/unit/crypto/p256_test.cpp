// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/crypto/p256.hpp>
#include <pawl/port/sim/seeded_random.hpp>

#include "tests/support/vectors.hpp"

namespace pawl::test {
namespace {

constexpr const char* kZero = "0000000000000000000000000000000000000000000000000000000000000000";
constexpr const char* kOne = "0000000000000000000000000000000000000000000000000000000000000001";
constexpr const char* kOrder = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
constexpr const char* kOrderMinusOne = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";
constexpr const char* kOrderPlusOne = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632552";
constexpr const char* kOnes = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
const std::string kPrime = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
const std::string kGx = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
const std::string kGy = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
const std::string kMinusGy = "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a";

P256Scalar scalar(std::string_view text) { return P256Scalar(Bytes(unhex(text)).first<P256Scalar::kSize>()); }

/// scalar * G as hex, or the error.
std::string public_of(std::string_view text) {
  ByteArray<kP256PointSize> point{};
  return p256_public(scalar(text), point).ok() ? hex(point) : "refused";
}

std::string agreed(std::string_view text, const std::string& point) {
  ByteArray<kP256CoordinateSize> x{};
  const Status status = p256_ecdh(scalar(text), Bytes(unhex(point)).first<kP256PointSize>(), x);
  EXPECT_TRUE(status.ok() || status.error() == Error::crypto_failed);
  return status.ok() ? hex(x) : "refused";
}

TEST(P256, ScalarsAreFromOneToTheOrderMinusOne) {
  EXPECT_TRUE(p256_scalar_valid(scalar(kOne)));
  EXPECT_TRUE(p256_scalar_valid(scalar(kOrderMinusOne)));
  for (const char* bad : {kZero, kOrder, kOrderPlusOne, kOnes}) {
    EXPECT_FALSE(p256_scalar_valid(scalar(bad)));
    EXPECT_EQ(public_of(bad), "refused");
    EXPECT_EQ(agreed(bad, kGx + kGy), "refused");
  }
}

TEST(P256, PublicPoints) {
  EXPECT_EQ(public_of(kOne), kGx + kGy);
  EXPECT_EQ(public_of(kOrderMinusOne), kGx + kMinusGy);
}

// RFC 5903 8.1
TEST(P256, Rfc5903) {
  const std::string i = "c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433";
  const std::string gi =
      "dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180"
      "5271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3";
  const std::string r = "c6ef9c5d78ae012a011164acb397ce2088685d8f06bf9be0b283ab46476bee53";
  const std::string gr =
      "d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63"
      "56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab";
  const std::string shared = "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de";
  EXPECT_EQ(public_of(i), gi);
  EXPECT_EQ(public_of(r), gr);
  EXPECT_EQ(agreed(i, gr), shared);
  EXPECT_EQ(agreed(r, gi), shared);
}

/// Z and V of PROTOCOL.md 7, as each side comes by them.
TEST(P256, Vectors) {
  int seen = 0;
  for (const std::string& name : all_handshakes()) {
    const Json& handshake = handshake_vector(name);
    if (handshake["mode"] != 2) continue;
    ++seen;
    const Json& in = handshake["in"];
    const Json& secret = handshake["secret"];
    const std::string x = in["client_private"];
    const std::string y = in["server_private"];
    EXPECT_EQ(public_of(x), secret["client_public"]) << name;
    EXPECT_EQ(public_of(y), secret["server_public"]) << name;
    EXPECT_EQ(agreed(x, secret["server_public"]), secret["Z"]) << name;
    EXPECT_EQ(agreed(y, secret["client_public"]), secret["Z"]) << name;
    if (!secret.contains("V")) continue;
    EXPECT_EQ(public_of(secret["w1"].get<std::string>()), secret["L"]) << name;
    EXPECT_EQ(agreed(secret["w1"].get<std::string>(), secret["server_public"]), secret["V"]) << name;
    EXPECT_EQ(agreed(y, secret["L"]), secret["V"]) << name;
  }
  EXPECT_EQ(seen, 8);
}

TEST(P256, PointsThatAreNoneAreRefused) {
  EXPECT_EQ(agreed(kOne, kGx + kGy), kGx);
  const std::array<std::string, 7> points{
      std::string(kZero) + kZero, kGx + kGx, kGy + kGx, kPrime + kGy, kGx + kPrime, kOnes + kGy, kGx + kOnes};
  for (const std::string& point : points) EXPECT_EQ(agreed(kOne, point), "refused") << point;
}

TEST(P256, EveryAlteredBitOfAPointIsRefused) {
  const Buffer point = unhex(kGx + kGy);
  for (std::size_t bit = 0; bit < 8 * point.size(); ++bit) {
    Buffer altered = point;
    altered[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_EQ(agreed(kOne, hex(altered)), "refused") << "bit " << bit;
  }
}

TEST(P256, DrawsUntilAScalarIsValid) {
  ScriptedRandom random(unhex(std::string(kZero) + kOrder + kOnes + kOne + kZero));
  P256Scalar drawn;
  EXPECT_TRUE(p256_draw_scalar(random, drawn).ok());
  EXPECT_EQ(hex(drawn.bytes()), kOne);
  EXPECT_EQ(random.left(), 32U);
}

TEST(P256, GivesUpOnASourceThatFailsOrSticks) {
  P256Scalar drawn;
  ScriptedRandom failing{Buffer()};
  EXPECT_EQ(p256_draw_scalar(failing, drawn).error(), Error::random_failed);
  ScriptedRandom stuck(Buffer(65 * P256Scalar::kSize));
  EXPECT_EQ(p256_draw_scalar(stuck, drawn).error(), Error::random_failed);
  EXPECT_EQ(stuck.left(), P256Scalar::kSize) << "64 draws";
}

}  // namespace
}  // namespace pawl::test
