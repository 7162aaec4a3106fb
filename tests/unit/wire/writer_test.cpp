// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/wire/writer.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::writer_test {
namespace {

TEST(Writer, AppendsBigEndianFields) {
  ByteArray<10> buffer{};
  Writer writer(buffer);
  writer.u8(0x01);
  writer.u16(0x0203);
  writer.u32(0x04050607);
  writer.bytes(unhex("0809"));
  EXPECT_TRUE(writer.ok());
  EXPECT_EQ(hex(writer.written()), "010203040506070809");
  EXPECT_EQ(writer.written().data(), buffer.data());
}

TEST(Writer, AFieldWithoutRoomIsDroppedAndRemembered) {
  ByteArray<3> buffer{};
  Writer writer(MutBytes(buffer).first(2));
  writer.u8(0x01);
  writer.u16(0x0203);
  EXPECT_FALSE(writer.ok());
  writer.u8(0x04);
  EXPECT_FALSE(writer.ok()) << "room for a later field does not make up for it";
  EXPECT_EQ(buffer[2], 0) << "nothing is written past the end";
}

TEST(Writer, FillsItsBufferExactly) {
  ByteArray<2> buffer{};
  Writer writer(buffer);
  writer.u16(0xFFFF);
  writer.bytes({});
  EXPECT_TRUE(writer.ok());
  writer.u8(0);
  EXPECT_FALSE(writer.ok());
}

}  // namespace
}  // namespace pawl::test::writer_test
