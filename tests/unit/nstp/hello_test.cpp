// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/nstp/hello.hpp>

#include "tests/support/nstp.hpp"

namespace pawl::test::hello_test {
namespace {

using nstp::Hello;
using nstp::parse_hello;

std::string written(Bytes user) {
  ByteArray<nstp::kMaxHello> buffer{};
  Writer writer(buffer);
  nstp::write_hello({user, nstp_array<16>("client_nonce")}, writer);
  EXPECT_TRUE(writer.ok());
  return hex(writer.written());
}

TEST(NstpHello, IsWrittenAsInTheVectors) {
  EXPECT_EQ(written(bytes_of("alice")), nstp_vectors()["C1_hello"]);
  EXPECT_EQ(written(bytes_in(nstp_vectors()["utf8_user"], "user_bytes")), nstp_vectors()["utf8_user"]["hello"]);
}

TEST(NstpHello, IsReadAsInTheVectors) {
  const Buffer bytes = nstp_vector("C1_hello");
  const auto hello = parse_hello(bytes);
  ASSERT_TRUE(hello.ok());
  EXPECT_EQ(hex(hello.value().user), hex(bytes_of("alice")));
  EXPECT_EQ(hex(hello.value().client_nonce), nstp_vectors()["client_nonce"]);
}

TEST(NstpHello, HasTheSizeThatItsFirstByteSays) {
  for (const std::size_t size : {0U, 1U, 255U}) {
    const Buffer bytes = unhex(written(pattern(size)));
    EXPECT_EQ(bytes.size(), nstp::hello_size(static_cast<std::uint8_t>(size)));
    ASSERT_TRUE(parse_hello(bytes).ok());
    EXPECT_EQ(parse_hello(bytes).value().user.size(), size);
    Buffer longer = bytes;
    longer.push_back(0);
    EXPECT_EQ(parse_hello(longer).error(), Error::malformed);
    for (std::size_t n = 0; n < bytes.size(); ++n)
      EXPECT_EQ(parse_hello(Bytes(bytes).first(n)).error(), Error::malformed);
  }
}

}  // namespace
}  // namespace pawl::test::hello_test
