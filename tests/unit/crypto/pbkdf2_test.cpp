// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/crypto/pbkdf2.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test {
namespace {

// RFC 7914 section 11 has 64 bytes of output; ours is the first block.
TEST(Pbkdf2, Rfc7914) {
  Pbkdf2 once(bytes_of("passwd"), bytes_of("salt"), 1);
  EXPECT_TRUE(once.step(1));
  EXPECT_EQ(hex(once.key()), "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
  Pbkdf2 often(bytes_of("Password"), bytes_of("NaCl"), 80'000);
  EXPECT_TRUE(often.step(80'000));
  EXPECT_EQ(hex(often.key()), "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56");
}

TEST(Pbkdf2, InStepsIsTheSameAsAtOnce) {
  Pbkdf2 at_once(bytes_of("secret"), bytes_of("salt"), 1000);
  EXPECT_TRUE(at_once.step(5000));
  for (const std::uint32_t step : {1U, 7U, 500U, 999U, 1000U}) {
    Pbkdf2 stepped(bytes_of("secret"), bytes_of("salt"), 1000);
    for (int i = 0; i < 1000 && !stepped.step(step); ++i) {
    }
    EXPECT_EQ(stepped.done(), 1000U);
    EXPECT_EQ(hex(stepped.key()), hex(at_once.key())) << "steps of " << step;
  }
}

TEST(Pbkdf2, TellsHowFarItIs) {
  Pbkdf2 pbkdf2(bytes_of("secret"), bytes_of("salt"), 100);
  EXPECT_EQ(pbkdf2.total(), 100U);
  EXPECT_FALSE(pbkdf2.step(0));
  EXPECT_FALSE(pbkdf2.step(40));
  EXPECT_EQ(pbkdf2.done(), 41U) << "the first is done by the constructor";
  EXPECT_TRUE(pbkdf2.step(1000));
  EXPECT_EQ(pbkdf2.done(), 100U);
  const std::string key = hex(pbkdf2.key());
  EXPECT_TRUE(pbkdf2.step(1)) << "done stays done";
  EXPECT_EQ(hex(pbkdf2.key()), key);
}

}  // namespace
}  // namespace pawl::test
