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
    if (vector["mode"] == 3) continue;
    Decoy decoy = decoy_of(vector);
    EXPECT_FALSE(decoy.prepared());
    EXPECT_TRUE(decoy.prepare(p256_exchange).ok());
    EXPECT_TRUE(decoy.prepared());
    const Buffer user = bytes_in(vector, "user");
    ServerRecord record;
    decoy.stand_in(user, vector["kind"].get<Kind>(), vector["mode"].get<Mode>(), record);
    EXPECT_EQ(hex(record.user), vector["user"]);
    EXPECT_EQ(record.kind, vector["kind"].get<Kind>());
    EXPECT_EQ(record.mode, vector["mode"].get<Mode>());
    EXPECT_EQ(record.iterations, kIterations);
    EXPECT_EQ(hex(record.salt), vector["salt"]);
    EXPECT_EQ(hex(record.psk.bytes()), vector["psk"]);
    EXPECT_EQ(hex(record.verifier), vector["L"]);
  }
}

TEST(Decoy, TheVectorsHaveEachKindInEachMode) {
  std::vector<std::pair<int, int>> seen;
  for (const Json& vector : vectors()["decoys"]) seen.emplace_back(vector["kind"], vector["mode"]);
  EXPECT_EQ(seen, (std::vector<std::pair<int, int>>{{1, 1}, {1, 2}, {1, 3}, {2, 1}, {2, 2}}));
}

TEST(Decoy, OfAnExchangeThatRefusesTheScalarIsNotPrepared) {
  constexpr KeyExchange kRefusing{
      nullptr, nullptr,
      [](const P256Scalar& /*scalar*/, std::span<std::uint8_t, kP256PointSize> /*point*/) -> Status {
        return Error::crypto_failed;
      },
      nullptr};
  Decoy decoy(EnumerationKey(), kIterations);
  EXPECT_EQ(decoy.prepare(kRefusing).error(), Error::crypto_failed);
  EXPECT_FALSE(decoy.prepared());
}

}  // namespace
}  // namespace pawl::test::decoy_test
