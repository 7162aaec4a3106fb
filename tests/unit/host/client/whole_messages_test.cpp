// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <optional>
#include <pawl/host/client/whole_messages.hpp>
#include <string>

#include "tests/support/bytes.hpp"
#include "tests/unit/host/failures.hpp"

namespace pawl::host::whole_messages_test {
namespace {

constexpr std::size_t kLongest = 10;

/// Gives fragments one at a time; a part that ends with a line end is the last of its message.
class Parts final : public MessageSource {
 public:
  explicit Parts(std::deque<std::string> parts) : parts_(std::move(parts)) {}

  [[nodiscard]] std::optional<Fragment> next() const override {
    if (parts_.empty() || !read_) return std::nullopt;
    const Bytes part = {reinterpret_cast<const std::uint8_t*>(parts_.front().data()), parts_.front().size()};
    const bool last = parts_.front().ends_with('\n');
    return Fragment{last ? part.first(part.size() - 1) : part, last};
  }
  void taken(std::size_t /*n*/) override {
    parts_.pop_front();
    read_ = false;
  }
  [[nodiscard]] bool ended() const override { return parts_.empty(); }
  [[nodiscard]] int wants_input() const override { return read_ || parts_.empty() ? -1 : 0; }
  FailureOr<> read() override {
    read_ = true;
    return {};
  }

 private:
  std::deque<std::string> parts_;
  bool read_ = false;
};

class Whole {
 public:
  explicit Whole(std::deque<std::string> parts,
                 WholeMessages::Unanswered unanswered = WholeMessages::Unanswered::given_up)
      : source_(std::make_unique<Parts>(std::move(parts)), kLongest, unanswered) {}

  /// The next message, sent at once; none if there is nothing now.
  std::optional<pawl::test::Buffer> send() {
    while (source_.wants_input() >= 0) EXPECT_TRUE(source_.read().ok());
    const auto whole = source_.next();
    if (!whole) return std::nullopt;
    EXPECT_TRUE(whole->last);
    pawl::test::Buffer bytes(whole->bytes.begin(), whole->bytes.end());
    source_.taken(bytes.size());
    return bytes;
  }
  WholeMessages& source() { return source_; }

 private:
  WholeMessages source_;
};

TEST(WholeMessages, EachIsGivenAfterTheAnswerToTheOneBefore) {
  Whole whole({"o", "ne\n", "\n", "three\n"});
  EXPECT_EQ(whole.send(), pawl::test::bytes_of("one"));
  EXPECT_FALSE(whole.send());
  EXPECT_EQ(whole.source().wants_input(), -1) << "nothing to be read meanwhile";
  EXPECT_FALSE(whole.source().ended());
  EXPECT_TRUE(whole.source().answered().ok());
  EXPECT_EQ(whole.send(), pawl::test::Buffer());
  EXPECT_TRUE(whole.source().answered().ok());
  EXPECT_EQ(whole.send(), pawl::test::bytes_of("three"));
  EXPECT_FALSE(whole.source().ended()) << "it may be needed again";
  EXPECT_TRUE(whole.source().answered().ok());
  EXPECT_TRUE(whole.source().ended());
}

TEST(WholeMessages, TheLongestGoesAndALongerOneIsRefused) {
  Whole whole({std::string(kLongest, 'x') + "\n", std::string(kLongest, 'x'), "x\n"});
  EXPECT_EQ(whole.send()->size(), kLongest);
  EXPECT_TRUE(whole.source().answered().ok());
  EXPECT_TRUE(whole.source().read().ok());
  const Failure failure = test::failure_of(Failure::Kind::message_too_long, whole.source().read());
  EXPECT_TRUE(test::has(failure.detail, "10 bytes"));
}

TEST(WholeMessages, TheSameIsGivenInTheNextSessionUntilItIsAnswered) {
  Whole whole({"one\n", "two\n"}, WholeMessages::Unanswered::kept);
  for (int session = 0; session < 3; ++session) {
    whole.source().restart();
    EXPECT_EQ(whole.send(), pawl::test::bytes_of("one"));
    EXPECT_FALSE(whole.send());
  }
  EXPECT_TRUE(whole.source().answered().ok());
  whole.source().restart();
  EXPECT_EQ(whole.send(), pawl::test::bytes_of("two"));
  EXPECT_TRUE(whole.source().answered().ok());
  EXPECT_TRUE(whole.source().ended());
}

TEST(WholeMessages, WhatWasSentInPartIsGivenWholeAgain) {
  Whole whole({"three\n"}, WholeMessages::Unanswered::kept);
  EXPECT_TRUE(whole.source().read().ok());
  whole.source().taken(2);
  EXPECT_EQ(pawl::test::Buffer(whole.source().next()->bytes.begin(), whole.source().next()->bytes.end()),
            pawl::test::bytes_of("ree"));
  whole.source().restart();
  EXPECT_EQ(whole.send(), pawl::test::bytes_of("three"));
}

TEST(WholeMessages, OnlyOneThatIsKeptEndsTheSessionInWhichItsAnswerWasMissed) {
  EXPECT_EQ(Whole({"one\n"}).source().missed(), MessageSource::Missed::given_up);
  EXPECT_EQ(Whole({"one\n"}, WholeMessages::Unanswered::kept).source().missed(), MessageSource::Missed::ends_session);
}

}  // namespace
}  // namespace pawl::host::whole_messages_test
