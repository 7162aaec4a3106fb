// SPDX-License-Identifier: Apache-2.0
#include "console/line_source.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <pawl/port/posix/descriptor.hpp>
#include <string>
#include <vector>

namespace pawl::app::line_source_test {
namespace {

/// Lines of text that come in these pieces, each read by itself; what the messages are.
std::vector<std::string> messages_of(const std::vector<std::string>& pieces) {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Descriptor input(ends[0]);
  Descriptor output(ends[1]);
  LineSource source(input.get());
  std::vector<std::string> messages(1);
  const auto take = [&] {
    while (const auto fragment = source.next()) {
      messages.back().append(fragment->bytes.begin(), fragment->bytes.end());
      if (fragment->last) messages.emplace_back();
      source.taken(fragment->bytes.size());
    }
  };
  for (const std::string& piece : pieces) {
    EXPECT_EQ(::write(output.get(), piece.data(), piece.size()), static_cast<ssize_t>(piece.size()));
    EXPECT_TRUE(source.read().ok());
    take();
  }
  output = Descriptor();
  while (!source.ended()) {
    EXPECT_TRUE(source.read().ok());
    take();
  }
  EXPECT_EQ(messages.back(), "");
  messages.pop_back();
  return messages;
}

using Texts = std::vector<std::string>;

TEST(LineSource, LineEndsOfOtherSystemsAreNoPartOfAMessage) {
  EXPECT_EQ(messages_of({"one\r\ntwo\r\n"}), (Texts{"one", "two"}));
  EXPECT_EQ(messages_of({"one\r", "\ntwo\r\n"}), (Texts{"one", "two"}));
  EXPECT_EQ(messages_of({"\r", "\n", "\r\n"}), (Texts{"", ""}));
}

TEST(LineSource, ACarriageReturnElsewhereIsText) {
  EXPECT_EQ(messages_of({"o\rne\r\r\ntwo\r"}), (Texts{"o\rne\r", "two\r"}));
  EXPECT_EQ(messages_of({"o\r", "ne"}), (Texts{"o\rne"}));
  EXPECT_EQ(messages_of({"\r"}), (Texts{"\r"}));
}

TEST(LineSource, AByteOrderMarkIsNone) {
  EXPECT_EQ(messages_of({"\xEF\xBB\xBFone\n\xEF\xBB\xBFtwo"}), (Texts{"one", "\xEF\xBB\xBFtwo"}));
  EXPECT_EQ(messages_of({"\xEF\xBB\xBF"}), (Texts{}));
}

}  // namespace
}  // namespace pawl::app::line_source_test
