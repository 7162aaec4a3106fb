// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/port/sim/pipe.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::pipe_test {
namespace {

/// Reads what one read() gives.
Buffer read_once(Transport& from) {
  Buffer buffer(1000);
  const auto got = from.read(buffer);
  EXPECT_EQ(got.error(), Error::none);
  buffer.resize(got.value());
  return buffer;
}

Error read_error(Transport& from) {
  ByteArray<1> byte{};
  return from.read(byte).error();
}

TEST(Pipe, DeliversInOrderBothWays) {
  Pipe pipe;
  EXPECT_EQ(pipe.first().write(bytes_of("one ")).value(), 4U);
  EXPECT_EQ(pipe.first().write(bytes_of("two")).value(), 3U);
  EXPECT_EQ(pipe.second().write(bytes_of("back")).value(), 4U);
  EXPECT_EQ(read_once(pipe.second()), bytes_of("one two"));
  EXPECT_EQ(read_once(pipe.first()), bytes_of("back"));
  EXPECT_TRUE(read_once(pipe.first()).empty());
}

TEST(Pipe, HasNoMoreRoomThanItsCapacity) {
  Pipe pipe({.capacity = 10});
  EXPECT_EQ(pipe.first().write(pattern(8)).value(), 8U);
  EXPECT_EQ(pipe.first().write(pattern(8)).value(), 2U);
  EXPECT_EQ(pipe.first().write(pattern(8)).value(), 0U);
  EXPECT_EQ(pipe.second().write(pattern(8)).value(), 8U) << "each direction has its own";
  ByteArray<3> some{};
  EXPECT_EQ(pipe.second().read(some).value(), 3U);
  EXPECT_EQ(pipe.first().write(pattern(8)).value(), 3U);
}

TEST(Pipe, MovesNoMoreAtOnceThanItMay) {
  Pipe pipe({.max_read = 1, .max_write = 2});
  EXPECT_EQ(pipe.first().write(bytes_of("abc")).value(), 2U);
  EXPECT_EQ(read_once(pipe.second()), bytes_of("a"));
  EXPECT_EQ(read_once(pipe.second()), bytes_of("b"));
}

TEST(Pipe, ShutdownEndsOneDirectionAfterWhatWasWritten) {
  Pipe pipe;
  ASSERT_TRUE(pipe.first().write(bytes_of("last")).ok());
  pipe.first().shutdown();
  EXPECT_EQ(pipe.first().write(bytes_of("more")).error(), Error::connection_lost);
  EXPECT_EQ(read_once(pipe.second()), bytes_of("last"));
  EXPECT_EQ(read_error(pipe.second()), Error::connection_lost);
  ASSERT_TRUE(pipe.second().write(bytes_of("answer")).ok());
  EXPECT_EQ(read_once(pipe.first()), bytes_of("answer"));
}

TEST(Pipe, CloseAfterReadingAllDeliversWhatWasWritten) {
  Pipe pipe;
  ASSERT_TRUE(pipe.first().write(bytes_of("last")).ok());
  pipe.first().close();
  EXPECT_EQ(pipe.second().write(bytes_of("nobody")).error(), Error::connection_lost);
  EXPECT_EQ(read_once(pipe.second()), bytes_of("last"));
  EXPECT_EQ(read_error(pipe.second()), Error::connection_lost);
}

TEST(Pipe, CloseWithUnreadBytesDestroysWhatWasWritten) {
  Pipe pipe;
  ASSERT_TRUE(pipe.first().write(bytes_of("lost")).ok());
  ASSERT_TRUE(pipe.second().write(bytes_of("unread")).ok());
  pipe.first().close();
  EXPECT_EQ(read_error(pipe.second()), Error::connection_lost);
}

TEST(Pipe, ClosedEndGivesConnectionLost) {
  Pipe pipe;
  ASSERT_TRUE(pipe.second().write(bytes_of("unread")).ok());
  pipe.first().close();
  pipe.first().close();
  pipe.first().shutdown();
  EXPECT_EQ(read_error(pipe.first()), Error::connection_lost);
  EXPECT_EQ(pipe.first().write(bytes_of("x")).error(), Error::connection_lost);
}

}  // namespace
}  // namespace pawl::test::pipe_test
