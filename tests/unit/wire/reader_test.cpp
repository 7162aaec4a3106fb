// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/wire/reader.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::reader_test {
namespace {

TEST(Reader, TakesBigEndianFieldsInOrder) {
  const Buffer bytes = unhex(
      "01"
      "0203"
      "04050607"
      "0809");
  Reader reader(bytes);
  EXPECT_EQ(reader.u8(), 0x01);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u32(), 0x04050607U);
  EXPECT_FALSE(reader.complete()) << "two bytes are left";
  const Bytes rest = reader.bytes(2);
  EXPECT_EQ(rest.data(), bytes.data() + 7) << "a view, not a copy";
  EXPECT_EQ(hex(rest), "0809");
  EXPECT_TRUE(reader.complete());
}

TEST(Reader, AFieldThatIsNotThereIsZeroAndRemembered) {
  const Buffer bytes = unhex("ff");
  Reader reader(bytes);
  EXPECT_EQ(reader.u16(), 0);
  EXPECT_EQ(reader.u32(), 0U);
  EXPECT_TRUE(reader.bytes(2).empty());
  EXPECT_EQ(reader.u8(), 0xFF) << "what is there can still be read";
  EXPECT_FALSE(reader.complete()) << "but that does not make up for what was not";
}

TEST(Reader, NothingIsComplete) {
  Reader reader({});
  EXPECT_TRUE(reader.complete());
  EXPECT_TRUE(reader.bytes(0).empty());
  EXPECT_TRUE(reader.complete());
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_FALSE(reader.complete());
}

}  // namespace
}  // namespace pawl::test::reader_test
