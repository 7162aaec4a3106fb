// SPDX-License-Identifier: Apache-2.0
// The AES-GCM of devices. Its GHASH has no branch and no address that depends on the key, the text or the header. AES
// has none either where the processor has instructions for it; a device has Mbed TLS's tables (SECURITY.md, Timing).
#include <gtest/gtest.h>

#include "tests/constant_time/aes_instructions.hpp"
#include "tests/constant_time/secret.hpp"
#include "tests/support/bytes.hpp"
#include "tests/support/composed_gcm.hpp"

namespace pawl::test {
namespace {

class ConstantTimeComposedGcm : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_aes_instructions()) GTEST_SKIP() << "AES goes by tables here (SECURITY.md, Timing)";
    classify(key.bytes());
    classify(aad);
    classify(sealed);
    ASSERT_TRUE(composed_gcm_seal(key, nonce, aad, sealed).ok());
  }

  static constexpr std::size_t kText = 100;
  const AesGcmKey key{Bytes(pattern(AesKey::kSize)).first<AesKey::kSize>()};
  const GcmNonce nonce{};
  const Buffer aad = pattern(21);
  Buffer sealed = pattern(kText + kGcmTagSize);
};

TEST_F(ConstantTimeComposedGcm, Seals) { EXPECT_TRUE(is_secret(sealed)); }

TEST_F(ConstantTimeComposedGcm, Opens) {
  ASSERT_TRUE(composed_gcm_open(key, nonce, aad, sealed).ok());
  EXPECT_TRUE(is_secret(Bytes(sealed).first(kText)));
}

TEST_F(ConstantTimeComposedGcm, RefusesAnAlteredTag) {
  sealed.back() ^= 1U;
  EXPECT_EQ(composed_gcm_open(key, nonce, aad, sealed).error(), Error::crypto_failed);
}

}  // namespace
}  // namespace pawl::test
