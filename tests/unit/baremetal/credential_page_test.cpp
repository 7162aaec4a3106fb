// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/crypto/sha256.hpp>
#include <pawl/port/baremetal/credential_page.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::credential_page_test {
namespace {

/// A page whose digest is right.
Buffer page_of(std::uint8_t what, std::uint8_t mode, std::string_view user, std::size_t share) {
  Buffer page = bytes_of("PAWL");
  append(page, Buffer{what, mode, 0, 0, 1, 2, static_cast<std::uint8_t>(user.size())});
  append(page, bytes_of(user));
  append(page, pattern(32 + share));
  append(page, Bytes(sha256(page)).first(8));
  return page;
}

TEST(CredentialPage, HoldsACredential) {
  const Buffer page = page_of(1, 2, "device", 32);
  ClientCredential credential;
  ASSERT_TRUE(read_credential_page(page, credential).ok());
  EXPECT_EQ(hex(credential.user), hex(bytes_of("device")));
  EXPECT_EQ(credential.kind, Kind::raw_key);
  EXPECT_EQ(credential.mode, Mode::psk_ecdhe);
  EXPECT_TRUE(credential.derived);
  const Buffer secrets = pattern(64);
  EXPECT_EQ(hex(credential.psk.bytes()), hex(Bytes(secrets).first(32)));
  EXPECT_EQ(hex(credential.w1.bytes()), hex(Bytes(secrets).last(32)));
}

TEST(CredentialPage, HoldsARecord) {
  Buffer page = page_of(2, 2, "laptop", 64);
  page.resize(1024, 0xff);  // the rest of the page of flash
  Enrolment enrolment;
  ASSERT_TRUE(read_enrolment_page(page, enrolment).ok());
  EXPECT_EQ(hex(enrolment.user), hex(bytes_of("laptop")));
  EXPECT_EQ(enrolment.mode, Mode::psk_ecdhe);
  EXPECT_EQ(enrolment.generation, 0x0102U);
  EXPECT_EQ(hex(enrolment.verifier), hex(Bytes(pattern(96)).last(64)));
}

TEST(CredentialPage, HasNoShareInModePsk) {
  ClientCredential credential;
  EXPECT_TRUE(read_credential_page(page_of(1, 1, "device", 0), credential).ok());
  Enrolment enrolment;
  EXPECT_TRUE(read_enrolment_page(page_of(2, 1, std::string(128, 'u'), 0), enrolment).ok());
}

TEST(CredentialPage, MustBeWhole) {
  const Buffer page = page_of(1, 2, "device", 32);
  ClientCredential credential;
  for (std::size_t at = 0; at < page.size(); ++at) {
    Buffer altered = page;
    altered[at] ^= 1;
    EXPECT_EQ(read_credential_page(altered, credential).error(), Error::malformed) << at;
    EXPECT_EQ(read_credential_page(Bytes(page).first(at), credential).error(), Error::malformed) << at;
  }
  EXPECT_EQ(read_credential_page(Buffer(1024, 0xff), credential).error(), Error::malformed) << "erased";
}

TEST(CredentialPage, MustBeOfTheKindThatIsAskedFor) {
  ClientCredential credential;
  Enrolment enrolment;
  EXPECT_EQ(read_credential_page(page_of(2, 1, "device", 0), credential).error(), Error::malformed);
  EXPECT_EQ(read_enrolment_page(page_of(1, 1, "device", 0), enrolment).error(), Error::malformed);
  EXPECT_EQ(read_credential_page(page_of(1, 3, "device", 0), credential).error(), Error::malformed) << "mode";
  EXPECT_EQ(read_credential_page(page_of(1, 1, "", 0), credential).error(), Error::malformed) << "no user";
  EXPECT_EQ(read_credential_page(page_of(1, 1, std::string(129, 'u'), 0), credential).error(), Error::malformed);
}

}  // namespace
}  // namespace pawl::test::credential_page_test
