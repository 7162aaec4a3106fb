// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/nstp/key_schedule.hpp>

#include "tests/support/nstp.hpp"

namespace pawl::test::key_schedule_test {
namespace {

using nstp::PskDerivation;

constexpr std::uint32_t kAll = 0xFFFF'FFFF;

std::string derived(Bytes user, std::string_view password, std::uint32_t iterations = nstp::kIterations) {
  PskDerivation derivation(nstp_vector("device_salt"), user, bytes_of(password), iterations);
  nstp::Psk psk;
  EXPECT_TRUE(derivation.step(kAll));
  EXPECT_TRUE(derivation.finish(psk).ok());
  return hex(psk.bytes());
}

void expect_session(const Json& expected, Bytes user) {
  nstp::SessionKeys keys;
  derive_session_keys(nstp::Psk(Bytes(bytes_in(expected, "psk")).first<32>()), nstp_array<16>("client_nonce"),
                      nstp_session_nonce(), user, keys);
  EXPECT_EQ(hex(keys.key.bytes()), expected["session_key"]);
  EXPECT_EQ(hex(keys.client.bytes()), expected["client_hmac"]);
  if (expected.contains("server_hmac")) {
    EXPECT_EQ(hex(keys.server.bytes()), expected["server_hmac"]);
  }
}

TEST(NstpKeySchedule, DerivesThePskOfTheVectors) {
  const Json& vectors = nstp_vectors();
  ASSERT_EQ(vectors["iterations"], nstp::kIterations);
  const Buffer alice = bytes_of("alice");
  EXPECT_EQ(derived(alice, "userpassword"), vectors["psk"]);
  EXPECT_EQ(derived(alice, "wrongpassword"), vectors["wrong_password"]["psk"]);
  EXPECT_EQ(derived(bytes_in(vectors["utf8_user"], "user_bytes"), "userpassword"), vectors["utf8_user"]["psk"]);
  EXPECT_EQ(derived(alice, "userpassword", 1000), vectors["iterations_1000"]["psk"]);
}

TEST(NstpKeySchedule, DerivesTheSessionKeyAndProofsOfTheVectors) {
  const Json& vectors = nstp_vectors();
  const Buffer alice = bytes_of("alice");
  expect_session(vectors, alice);
  expect_session(vectors["wrong_password"], alice);
  expect_session(vectors["utf8_user"], bytes_in(vectors["utf8_user"], "user_bytes"));
  expect_session(vectors["iterations_1000"], alice);
}

TEST(NstpKeySchedule, TheInputsOfTheVectorsAreWhatTheyAreMadeOf) {
  const auto joined = [](std::initializer_list<const char*> fields) {
    std::string text;
    for (const char* field : fields) text += nstp_vectors()[field].get<std::string>();
    return text + hex(bytes_of("alice"));
  };
  EXPECT_EQ(nstp_vectors()["pbkdf2_salt"], joined({"device_salt"}));
  EXPECT_EQ(nstp_vectors()["client_hmac_input"], joined({"client_nonce", "session_nonce"}));
  EXPECT_EQ(nstp_vectors()["client_hmac_input"], joined({"session_id"}));
  EXPECT_EQ(nstp_vectors()["server_hmac_input"], joined({"session_nonce", "client_nonce"}));
}

TEST(NstpKeySchedule, DerivesInSteps) {
  PskDerivation derivation(nstp_vector("device_salt"), bytes_of("alice"), bytes_of("userpassword"), 1000);
  nstp::Psk psk;
  EXPECT_EQ(derivation.finish(psk).error(), Error::wrong_state);
  EXPECT_FALSE(derivation.step(600));
  EXPECT_EQ(derivation.total(), 1000U);
  EXPECT_EQ(derivation.done(), 601U);
  EXPECT_EQ(derivation.finish(psk).error(), Error::wrong_state);
  EXPECT_TRUE(derivation.step(600));
  EXPECT_TRUE(derivation.finish(psk).ok());
  EXPECT_EQ(hex(psk.bytes()), nstp_vectors()["iterations_1000"]["psk"]);
}

TEST(NstpKeySchedule, TakesSaltsAndNamesInTheirRanges) {
  const auto finished = [](std::size_t salt, std::size_t user) {
    nstp::Psk psk;
    return PskDerivation(pattern(salt), pattern(user), {}, 1).finish(psk).error();
  };
  EXPECT_EQ(finished(8, 1), Error::none);
  EXPECT_EQ(finished(16, 255), Error::none);
  EXPECT_EQ(finished(7, 1), Error::invalid_argument);
  EXPECT_EQ(finished(17, 1), Error::invalid_argument);
  EXPECT_EQ(finished(8, 0), Error::invalid_argument);
  EXPECT_EQ(finished(8, 256), Error::invalid_argument);
}

}  // namespace
}  // namespace pawl::test::key_schedule_test
