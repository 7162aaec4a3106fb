// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/crypto/constant_time.hpp>
#include <pawl/crypto/hmac.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::hmac_test {
namespace {

struct Case {
  const char* name;
  Buffer key;
  Buffer data;
  const char* mac;
};

// RFC 4231 4.2 to 4.8; case 5 gives the first 16 bytes only.
const std::array kCases{
    Case{"1", Buffer(20, 0x0b), bytes_of("Hi There"),
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    Case{"2 short key", bytes_of("Jefe"), bytes_of("what do ya want for nothing?"),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    Case{"3", Buffer(20, 0xaa), Buffer(50, 0xdd), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    Case{"4", unhex("0102030405060708090a0b0c0d0e0f10111213141516171819"), Buffer(50, 0xcd),
         "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    Case{"5 truncated", Buffer(20, 0x0c), bytes_of("Test With Truncation"), "a3b6167473100ee06e0c796c2955552b"},
    Case{"6 key longer than a block", Buffer(131, 0xaa),
         bytes_of("Test Using Larger Than Block-Size Key - Hash Key First"),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    Case{"7 key and data longer than a block", Buffer(131, 0xaa),
         bytes_of(
             "This is a test using a larger than block-size key and a larger than block-size data. The key needs to "
             "be hashed before being used by the HMAC algorithm."),
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
};

std::string hmac_of(const HmacKey& key, Bytes data) {
  ByteArray<Hmac::kSize> mac{};
  hmac(key, data, mac);
  return hex(mac);
}

TEST(Hmac, Rfc4231) {
  for (const Case& test : kCases) {
    const std::string expected = test.mac;
    EXPECT_EQ(hmac_of(HmacKey::of_any_length(test.key), test.data).substr(0, expected.size()), expected)
        << "case " << test.name;
  }
}

// RFC 4231 has none of these; from Python's hmac, which is OpenSSL's.
TEST(Hmac, EmptyKeyAndEmptyData) {
  EXPECT_EQ(hmac_of(HmacKey::of_any_length({}), {}),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  EXPECT_EQ(hmac_of(HmacKey::of_any_length({}), bytes_of("data")),
            "e528c4d99e6177f5841f712a143b90843299a4aa181a06501422d9ca862bd2a5");
  EXPECT_EQ(hmac_of(HmacKey::of_any_length(bytes_of("key")), {}),
            "5d5d139563c95b5967b9bd9a8c9b233a9dedb45072794cd232dc1b74832607d0");
}

TEST(Hmac, AnyAlteredBitOfAMacIsSeen) {
  ByteArray<Hmac::kSize> genuine{};
  hmac(HmacKey::of_any_length(kCases[1].key), kCases[1].data, genuine);
  for (std::size_t bit = 0; bit < 8 * Hmac::kSize; ++bit) {
    auto altered = genuine;
    altered.at(bit / 8) ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_FALSE(equal(altered, genuine)) << "bit " << bit;
  }
  EXPECT_TRUE(equal(unhex(kCases[1].mac), genuine));
}

TEST(Hmac, AKeyServesManyTimesAndDataComesInPieces) {
  const HmacKey key = HmacKey::of_any_length(kCases[1].key);
  for (int i = 0; i < 2; ++i) {
    Hmac running(key);
    for (const std::uint8_t byte : kCases[1].data) running.update({&byte, 1});
    ByteArray<Hmac::kSize> mac{};
    running.finish(mac);
    EXPECT_EQ(hex(mac), kCases[1].mac);
  }
}

TEST(Hmac, AKeyOfExactlyOneBlockIsNotHashed) {
  // 64 and 65 bytes fall on the two sides of RFC 2104's rule.
  const Buffer block(64, 0x0b);
  Buffer padded = block;
  padded.resize(63);
  padded.push_back(0);
  EXPECT_NE(hmac_of(HmacKey::of_any_length(block), {}), hmac_of(HmacKey::of_any_length(padded), {}));
  EXPECT_EQ(hmac_of(HmacKey::of_any_length(padded), {}), hmac_of(HmacKey::of_any_length(Buffer(63, 0x0b)), {}))
      << "short keys are padded with zeros";
  EXPECT_EQ(hmac_of(HmacKey::of_any_length(Buffer(65, 0x0b)), {}),
            hmac_of(HmacKey::of_any_length(sha256(Buffer(65, 0x0b))), {}));
}

}  // namespace
}  // namespace pawl::test::hmac_test
