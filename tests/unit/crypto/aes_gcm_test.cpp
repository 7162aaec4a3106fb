// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/crypto/aes_gcm_cases.hpp"

namespace pawl::test::aes_gcm_test {
namespace {

TEST_P(AesGcm, Seals) {
  Buffer text = unhex(known.text);
  text.resize(text.size() + kGcmTagSize);
  EXPECT_TRUE(gcm.seal(gcm_key(), nonce, aad, text).ok());
  EXPECT_EQ(hex(text), hex(sealed));
}

TEST_P(AesGcm, Opens) {
  EXPECT_TRUE(gcm.open(gcm_key(), nonce, aad, sealed).ok());
  EXPECT_EQ(hex(Bytes(sealed).first(sealed.size() - kGcmTagSize)), known.text);
}

TEST_P(AesGcm, ManyTimesWithOneKeyThatWasMoved) {
  AesGcmKey first = gcm_key();
  AesGcmKey moved(std::move(first));
  first = std::move(moved);
  for (int i = 0; i < 3; ++i) {
    Buffer text = unhex(known.text);
    text.resize(text.size() + kGcmTagSize);
    EXPECT_TRUE(gcm.seal(first, nonce, aad, text).ok());
    EXPECT_EQ(hex(text), hex(sealed));
    EXPECT_TRUE(gcm.open(first, nonce, aad, text).ok());
  }
}

TEST_P(AesGcm, AnyAlteredBitOfTheTagIsRefused) {
  for (std::size_t bit = 0; bit < 8 * kGcmTagSize; ++bit) {
    const auto flip = static_cast<std::uint8_t>(1U << bit % 8);
    std::uint8_t& byte = sealed.at(sealed.size() - kGcmTagSize + bit / 8);
    byte ^= flip;
    expect_refused();
    byte ^= flip;
  }
}

TEST_P(AesGcm, ATextCutShortOrLengthenedIsRefused) {
  const auto end_of_text = [this] { return sealed.end() - kGcmTagSize; };
  sealed.insert(end_of_text(), 0);
  expect_refused();
  sealed.erase(end_of_text() - 1);
  if (sealed.size() == kGcmTagSize) return;
  sealed.erase(end_of_text() - 1);
  expect_refused();
}

TEST_P(AesGcm, AnAlteredTextNonceKeyOrHeaderIsRefused) {
  if (sealed.size() > kGcmTagSize) {
    sealed.front() ^= 1U;
    expect_refused();
    sealed.front() ^= 1U;
  }
  nonce[11] ^= 1U;
  expect_refused();
  nonce[11] ^= 1U;
  aad.push_back(0);
  expect_refused();
  aad.pop_back();
  key[31] ^= 1U;
  expect_refused();
}

constexpr Implementation kCore{"core", aes_gcm_seal, aes_gcm_open};

INSTANTIATE_TEST_SUITE_P(Cases, AesGcm, testing::Combine(testing::Values(kCore), testing::ValuesIn(kCases)),
                         name_of_case);

}  // namespace
}  // namespace pawl::test::aes_gcm_test
