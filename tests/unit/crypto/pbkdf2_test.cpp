// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/crypto/pbkdf2.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::pbkdf2_test {
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

// The standards have none of these; from Python's hashlib, which is OpenSSL's.
TEST(Pbkdf2, EmptyAndLongInputs) {
  const auto derived = [](Bytes password, Bytes salt, std::uint32_t iterations) {
    Pbkdf2 pbkdf2(password, salt, iterations);
    EXPECT_TRUE(pbkdf2.step(iterations));
    return hex(pbkdf2.key());
  };
  EXPECT_EQ(derived({}, {}, 1), "f7ce0b653d2d72a4108cf5abe912ffdd777616dbbb27a70e8204f3ae2d0f6fad");
  EXPECT_EQ(derived({}, bytes_of("salt"), 2), "62384466264daadc4144018c6bd864648272b34da8980d31521ffcce92ae003b");
  EXPECT_EQ(derived(bytes_of("passwd"), {}, 2), "36d0f1c5b7dd9962019e836e3a92d05c0c3e643f4c633048527df912ca13b995");
  EXPECT_EQ(derived(Buffer(64, 'x'), Buffer(65, 's'), 3),
            "a6ff2a88faacdcc8e90918eef5d04cb5d632eb9bc44ab47f3889fcd238da23d8");
  EXPECT_EQ(derived(Buffer(65, 'x'), Buffer(65, 's'), 3),
            "1da4af830094c1c78594b54ba4002ffe82434aad64fa245357e5bd3d75d6a29d")
      << "a password longer than a block of the hash";
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
}  // namespace pawl::test::pbkdf2_test
