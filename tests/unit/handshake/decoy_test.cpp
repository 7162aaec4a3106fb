// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/handshake/decoy.hpp>
#include <pawl/handshake/p256.hpp>

#include "tests/support/vectors.hpp"

namespace pawl::test::decoy_test {
namespace {

constexpr std::uint32_t kIterations = 12345;

Decoy decoy_of(const Json& vector) {
  return {EnumerationKey(Bytes(bytes_in(vector, "enum_key")).first<EnumerationKey::kSize>()), kIterations};
}

TEST(Decoy, Vectors) {
  for (const Json& vector : vectors()["decoys"]) {
    Decoy decoy = decoy_of(vector);
    EXPECT_FALSE(decoy.prepared());
    EXPECT_TRUE(decoy.prepare(p256_exchange).ok());
    EXPECT_TRUE(decoy.prepared());
    const Buffer user = bytes_in(vector, "user");
    Enrolment record;
    decoy.stand_in(user, vector["kind"].get<Kind>(), vector["mode"].get<Mode>(), record);
    EXPECT_EQ(hex(record.user), vector["user"]);
    EXPECT_EQ(record.kind, vector["kind"].get<Kind>());
    EXPECT_EQ(record.mode, vector["mode"].get<Mode>());
    EXPECT_EQ(record.iterations, kIterations);
    EXPECT_EQ(hex(record.salt), vector["salt"]);
    EXPECT_EQ(hex(record.psk.bytes()), vector["psk"]);
    EXPECT_EQ(hex(record.verifier), vector["L"]);
    PakeVerifier pake;
    EXPECT_EQ(decoy.pake(), nullptr);
    EXPECT_TRUE(decoy.prepare_pake(p256_pake, pake).ok());
    ASSERT_EQ(decoy.pake(), &pake);
    EXPECT_EQ(hex(pake.verifier), vector["L"]);
    EXPECT_EQ(hex(pake.blinds.w0.bytes()), vector["w0"]);
  }
}

TEST(Decoy, TheVectorsHaveEachKindInEachMode) {
  std::vector<std::pair<int, int>> seen;
  for (const Json& vector : vectors()["decoys"]) seen.emplace_back(vector["kind"], vector["mode"]);
  EXPECT_EQ(seen, (std::vector<std::pair<int, int>>{{1, 1}, {1, 2}, {1, 3}, {2, 1}, {2, 2}}));
}

TEST(Decoy, OfAnExchangeThatRefusesTheScalarIsNotPrepared) {
  constexpr auto kRefuse = [](const P256Scalar& /*scalar*/,
                              std::span<std::uint8_t, kP256PointSize> /*point*/) -> Status {
    return Error::crypto_failed;
  };
  constexpr KeyExchange kRefusing{Mode::psk_ecdhe, 96, nullptr, nullptr, kRefuse, nullptr};
  constexpr PakeExchange kRefusingPake{{Mode::pake, 64, nullptr, nullptr, kRefuse, nullptr}, nullptr, nullptr};
  Decoy decoy(EnumerationKey(), kIterations);
  EXPECT_EQ(decoy.prepare(kRefusing).error(), Error::crypto_failed);
  EXPECT_FALSE(decoy.prepared());
  PakeVerifier pake;
  EXPECT_EQ(decoy.prepare_pake(kRefusingPake, pake).error(), Error::crypto_failed);
  static bool failed = false;
  PakeExchange blindless = p256_pake;  // for w0 * M
  blindless.multiply = [](const P256Scalar& scalar, std::span<const std::uint8_t, kP256PointSize> point,
                          std::span<std::uint8_t, kP256PointSize> product) -> Status {
    if (failed) return p256_multiply(scalar, point, product);
    failed = true;
    return Error::crypto_failed;
  };
  EXPECT_EQ(decoy.prepare_pake(blindless, pake).error(), Error::crypto_failed);
  EXPECT_EQ(decoy.pake(), nullptr);
}

}  // namespace
}  // namespace pawl::test::decoy_test
