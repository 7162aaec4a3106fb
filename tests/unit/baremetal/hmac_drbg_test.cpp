// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/port/baremetal/hmac_drbg.hpp>

#include "tests/support/bytes.hpp"
#include "tests/support/vectors.hpp"

namespace pawl::test::hmac_drbg_test {
namespace {

TEST(HmacDrbg, GivesTheKnownAnswers) {
  for (const Json& known : sp800_90_vectors()["hmac_drbg_sha256"]) {
    SCOPED_TRACE(known["name"]);
    HmacDrbg drbg;
    drbg.instantiate(bytes_in(known, "entropy"), bytes_in(known, "nonce"), bytes_in(known, "personalization"));
    for (const Json& step : known["steps"]) {
      if (step.contains("reseed")) {
        drbg.reseed(bytes_in(step, "reseed"));
        continue;
      }
      const Buffer wanted = bytes_in(step, "generate");
      Buffer out(wanted.size());
      ASSERT_TRUE(drbg.generate(out).ok());
      EXPECT_EQ(hex(out), hex(wanted));
    }
  }
}

TEST(HmacDrbg, GivesNothingBeforeItIsInstantiated) {
  HmacDrbg drbg;
  Buffer out(32);
  EXPECT_EQ(drbg.generate(out).error(), Error::random_failed);
  drbg.reseed(pattern(32));
  EXPECT_EQ(drbg.generate(out).error(), Error::random_failed) << "a reseed is no instantiation";
  EXPECT_EQ(hex(out), hex(Buffer(32)));
}

TEST(HmacDrbg, GivesNoMoreThanARequestMayBe) {
  HmacDrbg drbg;
  drbg.instantiate(pattern(32), pattern(16), {});
  Buffer out(HmacDrbg::kMaxRequest + 1);
  EXPECT_EQ(drbg.generate(out).error(), Error::random_failed);
  EXPECT_TRUE(drbg.generate(MutBytes(out).first(HmacDrbg::kMaxRequest)).ok());
}

}  // namespace
}  // namespace pawl::test::hmac_drbg_test
