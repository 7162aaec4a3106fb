// SPDX-License-Identifier: Apache-2.0
#include "apps/message_source.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "apps/exit_code.hpp"
#include "tests/support/bytes.hpp"

namespace pawl::app::message_source_test {
namespace {

constexpr std::size_t kLongest = 10;

/// Whole messages of the lines that a pipe holds.
struct Lines {
  explicit Lines(std::string_view text) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    ::close(ends[1]);
    input = Descriptor(ends[0]);
    source.emplace(std::make_unique<LineSource>(input.get()), kLongest);
  }

  /// The next message, sent at once; none if there is nothing now.
  std::optional<pawl::test::Buffer> send() {
    while (source->wants_input() >= 0) source->read();
    const auto whole = source->next();
    if (!whole) return std::nullopt;
    EXPECT_TRUE(whole->last);
    pawl::test::Buffer bytes(whole->bytes.begin(), whole->bytes.end());
    source->taken(bytes.size());
    return bytes;
  }

  Descriptor input;
  std::optional<WholeMessages> source;
};

TEST(WholeMessages, EachIsGivenAfterTheAnswerToTheOneBefore) {
  Lines lines("one\n\nthree");
  EXPECT_EQ(lines.send(), pawl::test::bytes_of("one"));
  EXPECT_FALSE(lines.send());
  EXPECT_EQ(lines.source->wants_input(), -1) << "nothing to be read meanwhile";
  EXPECT_FALSE(lines.source->ended());
  lines.source->answered();
  EXPECT_EQ(lines.send(), pawl::test::Buffer());
  lines.source->answered();
  EXPECT_EQ(lines.send(), pawl::test::bytes_of("three"));
  EXPECT_TRUE(lines.source->ended());
}

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
    source.read();
    take();
  }
  output = Descriptor();
  while (!source.ended()) {
    source.read();
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

TEST(WholeMessages, TheLongestGoesAndALongerOneIsRefused) {
  Lines lines(std::string(kLongest, 'x') + "\n" + std::string(kLongest + 1, 'x'));
  EXPECT_EQ(lines.send()->size(), kLongest);
  try {
    lines.source->answered();
    while (lines.source->wants_input() >= 0) lines.source->read();
    FAIL() << "it was taken";
  } catch (const AppError& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_NE(std::string(error.what()).find("10 bytes"), std::string::npos);
  }
}

TEST(WholeMessages, OfACountAreThereAtOnce) {
  WholeMessages source(std::make_unique<CountSource>(1), 100);
  ASSERT_TRUE(source.next());
  source.taken(source.next()->bytes.size());
  EXPECT_TRUE(source.ended());
}

}  // namespace
}  // namespace pawl::app::message_source_test
