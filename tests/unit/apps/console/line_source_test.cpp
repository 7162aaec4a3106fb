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

// Where it is in its input.

/// A file with some text, open at its beginning.
class LineSourceOfAFile : public testing::Test {
 protected:
  void put(const std::string& text) {
    EXPECT_EQ(::pwrite(file_.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }
  /// Reads once, and takes all messages that are whole.
  static Texts take(LineSource& source) {
    EXPECT_TRUE(source.read().ok());
    Texts messages(1);
    while (const auto fragment = source.next()) {
      messages.back().append(fragment->bytes.begin(), fragment->bytes.end());
      if (fragment->last) messages.emplace_back();
      source.taken(fragment->bytes.size());
    }
    messages.pop_back();
    return messages;
  }
  /// Where one is that has read once.
  host::InputPlace place_after_a_read() {
    LineSource source(file_.get());
    take(source);
    return *source.place();
  }

  std::string path_ = testing::TempDir() + "line-source-XXXXXX";
  Descriptor file_{::mkostemp(path_.data(), O_CLOEXEC)};
  const int removed_ = ::unlink(path_.c_str());
};

TEST_F(LineSourceOfAFile, ItIsBehindTheLastLineEndThatWasRead) {
  put("\xEF\xBB\xBFone\r\ntwo\r\nthree");
  LineSource source(file_.get());
  EXPECT_EQ(source.place()->offset, 0);
  EXPECT_EQ(take(source), (Texts{"one", "two"}));
  EXPECT_EQ(source.place()->offset, 13);
  EXPECT_TRUE(source.read().ok());
  EXPECT_EQ(source.place()->offset, 18) << "at the end it is behind all";
}

TEST_F(LineSourceOfAFile, AnotherOneGoesOnThere) {
  put("one\r\ntwo\r\nthree\n" + std::string(20'000, 'x') + "\nlast");
  const auto place = place_after_a_read();
  EXPECT_EQ(place.offset, 16);
  LineSource source(file_.get());
  ASSERT_TRUE(source.go_on(place));
  const Texts first = take(source);
  EXPECT_EQ(first, Texts()) << "the long line has not ended";
  EXPECT_TRUE(source.read().ok());
  EXPECT_EQ(source.next()->bytes.back(), 'x');
}

TEST_F(LineSourceOfAFile, WhereOthersHaveReadBeforeItBegins) {
  put("head\none\n");
  ASSERT_EQ(::lseek(file_.get(), 5, SEEK_SET), 5);
  EXPECT_EQ(place_after_a_read().offset, 9);
}

TEST_F(LineSourceOfAFile, NoneGoesOnInAFileThatChanged) {
  put("one\n");
  auto place = place_after_a_read();
  ++place.changed;
  LineSource source(file_.get());
  EXPECT_FALSE(source.go_on(place));
}

TEST(LineSource, HasNoPlaceInAPipe) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Descriptor input(ends[0]);
  const Descriptor output(ends[1]);
  LineSource source(input.get());
  EXPECT_FALSE(source.place());
  EXPECT_FALSE(source.go_on({}));
}

}  // namespace
}  // namespace pawl::app::line_source_test
