// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/command_framing.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <pawl/host/base/text.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/gateways.hpp"

namespace pawl::host::command_framing_test {
namespace {

using namespace std::string_literals;

class CommandFramingTest : public testing::TestWithParam<Framing> {
 protected:
  std::string to_command(const std::string& fragment, bool last) {
    return test::value_of(framing_.to_command(bytes_of(fragment), last));
  }
  std::size_t from_command(const std::string& bytes) { return framing_.from_command(bytes_of(bytes), session_); }
  /// The messages that were sent and ended.
  [[nodiscard]] std::vector<std::string> messages() const {
    std::vector<std::string> all;
    std::string message;
    for (const auto& part : session_.sent) {
      message += part.bytes;
      if (part.last) all.push_back(std::exchange(message, {}));
    }
    return all;
  }

  test::TestSession session_;
  CommandFraming framing_{GetParam()};
};

using Lines = CommandFramingTest;
INSTANTIATE_TEST_SUITE_P(, Lines, testing::Values(Framing::lines));

TEST_P(Lines, EndAMessage) {
  EXPECT_EQ(to_command("one", true), "one\n");
  EXPECT_EQ(to_command("t", false) + to_command("wo", true), "two\n");
  EXPECT_EQ(to_command("", true), "\n");
}

TEST_P(Lines, AreMessages) {
  EXPECT_EQ(from_command("one\ntwo\n\nth"), 11U);
  EXPECT_EQ(messages(), (std::vector<std::string>{"one", "two", ""}));
  EXPECT_EQ(from_command("ree\n"), 4U);
  EXPECT_EQ(messages().back(), "three");
}

TEST_P(Lines, TheLastNeedsNoEnd) {
  from_command("one");
  EXPECT_TRUE(framing_.end_of_output(session_));
  EXPECT_EQ(messages(), std::vector<std::string>{"one"});
  EXPECT_TRUE(framing_.end_of_output(session_));
  EXPECT_EQ(messages().size(), 1U);
}

TEST_P(Lines, WaitWhileTheSessionIsFull) {
  session_.is_full = true;
  EXPECT_EQ(from_command("one\n"), 0U);
  EXPECT_EQ(session_.sent.size(), 0U);
}

using Lengths = CommandFramingTest;
INSTANTIATE_TEST_SUITE_P(, Lengths, testing::Values(Framing::lengths));

TEST_P(Lengths, StandBeforeAMessage) {
  EXPECT_EQ(to_command("one", true), "\0\0\0\3one"s);
  EXPECT_EQ(to_command("t", false), "");
  EXPECT_EQ(to_command("wo", true), "\0\0\0\3two"s);
  EXPECT_EQ(to_command("", true), "\0\0\0\0"s);
  EXPECT_EQ(to_command(std::string(0x10203, 'x'), true).substr(0, 4), "\0\1\2\3"s);
}

TEST_P(Lengths, TellWhereAMessageEnds) {
  EXPECT_EQ(from_command("\0\0\0\3one\0\0\0\0\0\0\0\1x"s), 16U);
  EXPECT_EQ(messages(), (std::vector<std::string>{"one", "", "x"}));
  EXPECT_TRUE(framing_.end_of_output(session_));
}

TEST_P(Lengths, MayComeByteByByte) {
  for (const char byte : "\0\0\0\0\0\0\0\3one"s) EXPECT_EQ(from_command({byte}), 1U);
  EXPECT_EQ(messages(), (std::vector<std::string>{"", "one"}));
}

TEST_P(Lengths, SayThatAMessageWasCut) {
  from_command("\0\0\0\3on"s);
  EXPECT_FALSE(framing_.end_of_output(session_));
  EXPECT_EQ(messages().size(), 0U);
}

TEST_P(Lengths, SayThatALengthWasCut) {
  from_command("\0\0"s);
  EXPECT_FALSE(framing_.end_of_output(session_));
}

TEST_P(Lengths, HaveALimit) {
  const std::string half(CommandFraming::kLongest / 2, 'x');
  to_command(half, false);
  to_command(half, false);
  test::failure_of(Failure::Kind::message_too_long, framing_.to_command(bytes_of("x"), true));
}

TEST_P(Lengths, AllowTheLongest) {
  const std::string longest(CommandFraming::kLongest, 'x');
  EXPECT_EQ(to_command(longest, true), "\0\x10\0\0"s + longest);
}

}  // namespace
}  // namespace pawl::host::command_framing_test
