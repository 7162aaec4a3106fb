// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/message_sink.hpp>

#include <gtest/gtest.h>

#include <string>

#include <pawl/host/base/text.hpp>
#include "tests/unit/host/failures.hpp"

namespace pawl::host::message_sink_test {
namespace {

Answer take(MessageSink& sink, const std::string& fragment, bool last) {
  return test::value_of(sink.take(bytes_of(fragment), last));
}

TEST(EchoSink, AnswersAMessageWithItself) {
  EchoSink sink;
  const Answer answer = take(sink, "hello", true);
  EXPECT_EQ(answer.bytes, "Server received: hello");
  EXPECT_TRUE(answer.last);
}

TEST(EchoSink, AnswersFragmentByFragment) {
  EchoSink sink;
  const Answer first = take(sink, "one ", false);
  EXPECT_EQ(first.bytes, "Server received: one ");
  EXPECT_FALSE(first.last);
  EXPECT_EQ(take(sink, "two ", false).bytes, "two ");
  const Answer last = take(sink, "", true);
  EXPECT_EQ(last.bytes, "");
  EXPECT_TRUE(last.last);
}

TEST(EchoSink, BeginsEachAnswerAlike) {
  EchoSink sink;
  take(sink, "one", false);
  take(sink, "", true);
  EXPECT_EQ(take(sink, "two", true).bytes, "Server received: two");
  EXPECT_EQ(take(sink, "", true).bytes, "Server received: ");
}

TEST(EchoSink, TakesAnyBytes) {
  EchoSink sink;
  const std::string bytes("\0\xFF\n", 3);
  EXPECT_EQ(take(sink, bytes, true).bytes, "Server received: " + bytes);
}

TEST(EchoSink, LeavesNothing) {
  EchoSink sink;
  take(sink, "one", false);
  EXPECT_FALSE(sink.left_over());
}

/// What one client has begun is nothing to the others.
TEST(EchoSink, IsMadeForEachSession) {
  const SinkFactory make = echo();
  const auto first = make(bytes_of("alice"));
  const auto second = make(bytes_of("alice"));
  take(*first, "one", false);
  EXPECT_EQ(take(*second, "two", true).bytes, "Server received: two");
}

}  // namespace
}  // namespace pawl::host::message_sink_test
