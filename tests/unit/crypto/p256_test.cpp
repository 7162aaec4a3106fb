// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/crypto/p256.hpp>
#include <pawl/port/sim/seeded_random.hpp>

#include "tests/support/vectors.hpp"

namespace pawl::test::p256_test {
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

/// scalar * point as hex, both coordinates.
std::string product_of(std::string_view text, const std::string& point) {
  ByteArray<kP256PointSize> product{};
  const Status status = p256_multiply(scalar(text), Bytes(unhex(point)).first<kP256PointSize>(), product);
  EXPECT_TRUE(status.ok() || status.error() == Error::crypto_failed);
  return status.ok() ? hex(product) : "refused";
}

using Combine = Status (*)(std::span<const std::uint8_t, kP256PointSize>, std::span<const std::uint8_t, kP256PointSize>,
                           std::span<std::uint8_t, kP256PointSize>);

std::string combined(Combine combine, const std::string& a, const std::string& b) {
  Buffer first = unhex(a);
  const Buffer second = unhex(b);
  const auto result = MutBytes(first).first<kP256PointSize>();
  const Status status = combine(result, Bytes(second).first<kP256PointSize>(), result);
  EXPECT_TRUE(status.ok() || status.error() == Error::crypto_failed);
  return status.ok() ? hex(result) : "refused";
}

std::string sum_of(const std::string& a, const std::string& b) { return combined(&p256_add, a, b); }

std::string difference_of(const std::string& a, const std::string& b) { return combined(&p256_subtract, a, b); }

TEST(P256, ScalarsAreFromOneToTheOrderMinusOne) {
  EXPECT_TRUE(p256_scalar_valid(scalar(kOne)));
  EXPECT_TRUE(p256_scalar_valid(scalar(kOrderMinusOne)));
  for (const char* bad : {kZero, kOrder, kOrderPlusOne, kOnes}) {
    EXPECT_FALSE(p256_scalar_valid(scalar(bad)));
    EXPECT_EQ(public_of(bad), "refused");
    EXPECT_EQ(agreed(bad, kGx + kGy), "refused");
    EXPECT_EQ(product_of(bad, kGx + kGy), "refused");
  }
}

TEST(P256, PublicPoints) {
  EXPECT_EQ(public_of(kOne), kGx + kGy);
  EXPECT_EQ(public_of(kOrderMinusOne), kGx + kMinusGy);
}

// 2G and 3G, and their negatives. At n - 2 the ladder of p256-m comes closest to adding a point to itself.
TEST(P256, TheScalarsNextToTheEnds) {
  const std::string x2 = "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978";
  const std::string x3 = "5ecbe4d1a6330a44c8f7ef951d4bf165e6c6b721efada985fb41661bc6e7fd6c";
  std::string two = kOne;
  two.back() = '2';
  std::string three = kOne;
  three.back() = '3';
  std::string minus_two = kOrder;
  minus_two.replace(minus_two.size() - 2, 2, "4f");
  std::string minus_three = kOrder;
  minus_three.replace(minus_three.size() - 2, 2, "4e");
  EXPECT_EQ(public_of(two), x2 + "07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1");
  EXPECT_EQ(public_of(three), x3 + "8734640c4998ff7e374b06ce1a64a2ecd82ab036384fb83d9a79b127a27d5032");
  EXPECT_EQ(public_of(minus_two), x2 + "f888aaee24712fc0d6c26539608bcf244582521ac3167dd661fb4862dd878c2e");
  EXPECT_EQ(public_of(minus_three), x3 + "78cb9bf2b6670082c8b4f931e59b5d1327d54fcac7b047c265864ed85d82afcd");
  EXPECT_EQ(agreed(kOrderMinusOne, kGx + kGy), kGx) << "x is that of the point's negative";
  EXPECT_EQ(agreed(minus_two, kGx + kGy), x2);
  EXPECT_EQ(agreed(minus_three, kGx + kGy), x3);
}

// The key pair of RFC 6979 A.2.5.
TEST(P256, Rfc6979) {
  EXPECT_EQ(public_of("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"),
            "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
            "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
}

// The first case for P-256 of NIST's validation set for SP 800-56A, KAS_ECC_CDH_PrimitiveTest.txt.
TEST(P256, Cavp) {
  const std::string scalar = "7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534";
  const std::string peer =
      "700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287"
      "db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac";
  EXPECT_EQ(public_of(scalar),
            "ead218590119e8876b29146ff89ca61770c4edbbf97d38ce385ed281d8a6b230"
            "28af61281fd35e2fa7002523acc85a429cb06ee6648325389f59edfce1405141");
  EXPECT_EQ(agreed(scalar, peer), "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b");
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

TEST(P256, SumsAndDifferences) {
  const std::string g = kGx + kGy;
  const std::string minus_g = kGx + kMinusGy;
  std::string two = kOne;
  two.back() = '2';
  std::string three = kOne;
  three.back() = '3';
  const std::string g2 = public_of(two);
  const std::string g3 = public_of(three);
  EXPECT_EQ(product_of(kOne, g), g);
  EXPECT_EQ(product_of(three, g), g3);
  EXPECT_EQ(product_of(kOrderMinusOne, g), minus_g);
  EXPECT_EQ(sum_of(g, g2), g3);
  EXPECT_EQ(sum_of(g2, g), g3);
  EXPECT_EQ(sum_of(g3, minus_g), g2);
  EXPECT_EQ(difference_of(g3, g), g2);
  EXPECT_EQ(difference_of(g2, g3), minus_g);
  EXPECT_EQ(difference_of(g2, minus_g), g3);
}

// Twice a point, and infinity, which has no 64 bytes.
TEST(P256, EqualAndOppositePointsAreRefused) {
  const std::string g = kGx + kGy;
  const std::string minus_g = kGx + kMinusGy;
  for (const std::string& other : {g, minus_g}) {
    EXPECT_EQ(sum_of(g, other), "refused");
    EXPECT_EQ(difference_of(g, other), "refused");
  }
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
  std::string two = kOne;
  two.back() = '2';
  const std::string g2 = public_of(two);
  for (const std::string& point : points) {
    EXPECT_EQ(agreed(kOne, point), "refused") << point;
    EXPECT_EQ(product_of(kOne, point), "refused") << point;
    EXPECT_EQ(sum_of(point, g2), "refused") << point;
    EXPECT_EQ(sum_of(g2, point), "refused") << point;
    EXPECT_EQ(difference_of(g2, point), "refused") << point;
  }
}

// A coordinate c and p + c are the same modulo p: a check of the equation alone takes both.
TEST(P256, CoordinatesThatAreNotBelowThePrimeAreRefused) {
  const std::string five = "0000000000000000000000000000000000000000000000000000000000000005";
  const std::string prime_plus_five = "ffffffff00000001000000000000000000000001000000000000000000000004";
  const std::string y_of_zero = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";
  const std::string y_of_five = "459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc";
  const std::string x_of_y_five = "d7325d7646cd60d80a92738ceb345f844cffaf35841022cab176f692de8de1d7";
  EXPECT_EQ(agreed(kOne, kZero + y_of_zero), kZero);
  EXPECT_EQ(agreed(kOne, kPrime + y_of_zero), "refused");
  EXPECT_EQ(agreed(kOne, five + y_of_five), five);
  EXPECT_EQ(agreed(kOne, prime_plus_five + y_of_five), "refused");
  EXPECT_EQ(agreed(kOne, x_of_y_five + five), x_of_y_five);
  EXPECT_EQ(agreed(kOne, x_of_y_five + prime_plus_five), "refused");
}

TEST(P256, EveryAlteredBitOfAPointIsRefused) {
  const Buffer point = unhex(kGx + kGy);
  std::string three = kOne;
  three.back() = '3';
  const std::string g3 = public_of(three);
  for (std::size_t bit = 0; bit < 8 * point.size(); ++bit) {
    Buffer altered = point;
    altered[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_EQ(agreed(kOne, hex(altered)), "refused") << "bit " << bit;
    EXPECT_EQ(sum_of(hex(altered), g3), "refused") << "bit " << bit;
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
}  // namespace pawl::test::p256_test
