// SPDX-License-Identifier: Apache-2.0
// The AES-GCM of devices: what the host's has to do, and the same as the host's for messages of any length.
#include "tests/support/composed_gcm.hpp"
#include "tests/unit/crypto/aes_gcm_cases.hpp"

namespace pawl::test::composed_gcm_test {

using aes_gcm_test::AesGcm;
using aes_gcm_test::Implementation;

namespace {

constexpr Implementation kCore{"core", aes_gcm_seal, aes_gcm_open};
constexpr Implementation kComposed{"composed", composed_gcm_seal, composed_gcm_open};

INSTANTIATE_TEST_SUITE_P(ComposedCases, AesGcm,
                         testing::Combine(testing::Values(kComposed), testing::ValuesIn(aes_gcm_test::kCases)),
                         aes_gcm_test::name_of_case);

// Every length around the ends of blocks, and texts of more than 255 blocks, whose counter carries into its next byte.
// It carries no further, and never wraps: with nonces of 96 bits it counts from 2, so that would take 64 GB.

/// Seals and opens with one implementation what the other opens and has sealed.
class AesGcmOfLength : public testing::TestWithParam<std::size_t> {
 protected:
  const AesGcmKey key{Bytes(pattern(AesKey::kSize)).first<AesKey::kSize>()};
  const GcmNonce nonce{9, 8, 7};

  Buffer sealed_by(const Implementation& gcm, const Buffer& aad) const {
    Buffer sealed = pattern(GetParam() + kGcmTagSize);
    EXPECT_TRUE(gcm.seal(key, nonce, aad, sealed).ok());
    return sealed;
  }
  void expect_text(const Implementation& gcm, const Buffer& aad, Buffer sealed) const {
    EXPECT_TRUE(gcm.open(key, nonce, aad, sealed).ok());
    sealed.resize(GetParam());
    EXPECT_EQ(sealed, pattern(GetParam()));
  }
  void expect_refused(const Buffer& aad, Buffer sealed) const {
    EXPECT_EQ(kComposed.open(key, nonce, aad, sealed).error(), Error::crypto_failed);
    sealed.resize(GetParam());
    EXPECT_EQ(sealed, Buffer(GetParam()));
  }
};

TEST_P(AesGcmOfLength, BothAgree) {
  for (const std::size_t aad_size : Buffer{0, 1, 5, 15, 16, 17, 31, 32, 33, 255}) {
    const Buffer aad = pattern(aad_size);
    const Buffer sealed = sealed_by(kComposed, aad);
    EXPECT_EQ(sealed, sealed_by(kCore, aad)) << aad_size;
    expect_text(kComposed, aad, sealed);
    expect_text(kCore, aad, sealed);
  }
}

TEST_P(AesGcmOfLength, AnAlteredBitIsRefused) {
  Buffer aad = pattern(17);
  Buffer sealed = sealed_by(kComposed, aad);
  for (const std::size_t at : {std::size_t{0}, GetParam() / 2, GetParam() - 1}) {
    if (at >= GetParam()) continue;
    sealed[at] ^= 0x80U;
    expect_refused(aad, sealed);
    sealed[at] ^= 0x80U;
  }
  aad.back() ^= 1U;
  expect_refused(aad, sealed);
}

TEST_P(AesGcmOfLength, AZeroBehindTheHeaderIsRefused) {
  // It would be padded with one; but its length is hashed too.
  Buffer aad = pattern(15);
  const Buffer sealed = sealed_by(kComposed, aad);
  aad.push_back(0);
  expect_refused(aad, sealed);
}

INSTANTIATE_TEST_SUITE_P(Blocks, AesGcmOfLength, testing::Range(std::size_t{0}, std::size_t{66}));
INSTANTIATE_TEST_SUITE_P(Long, AesGcmOfLength, testing::Values(1023, 1024, 1025, 4063, 4064, 4065, 4095, 4096, 4097));

}  // namespace
}  // namespace pawl::test::composed_gcm_test
