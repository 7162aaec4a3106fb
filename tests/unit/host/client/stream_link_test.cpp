// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/client/stream_link.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "tests/unit/host/world.hpp"

namespace pawl::host::stream_link_test {
namespace {

constexpr std::uint16_t kIdle = 5;

/// A link, which the test drives, to a server, which the loop does.
class StreamLinkTest : public test::ServerWorld {
 protected:
  StreamLinkTest() : credential_(users_.enrol("alice").credential), settings_(key_initiator, credential_) {
    settings_.idle = kIdle;
  }

  void open(const PipeLimits& limits = {}) {
    limits_ = limits;
    serve();
    link_ = std::make_unique<StreamLink>(settings_, random_, come());
    ASSERT_TRUE(link_->start(clock_.now()).ok());
    talk();
    ASSERT_TRUE(link_->is_open());
  }
  /// Both ends do what they can, without any time passing.
  void talk() {
    for (int i = 0; i < 40; ++i) {
      ASSERT_TRUE(loop_.turn().ok());
      note(link_->run(clock_.now()));
    }
  }
  Result<std::size_t> send(const std::string& text, bool last = true) {
    return link_->send({bytes_of(text), last}, clock_.now());
  }

  const ClientCredential& credential_;
  ClientSettings settings_;
  std::unique_ptr<StreamLink> link_;
  std::string reply_;
  std::optional<Closed> closed_;

 private:
  void note(const Event& event) {
    if (const auto* message = std::get_if<Message>(&event)) reply_.append(message->bytes.begin(), message->bytes.end());
    if (const auto* closed = std::get_if<Closed>(&event)) closed_ = *closed;
  }
};

TEST_F(StreamLinkTest, CarriesMessagesUntilItIsClosed) {
  open();
  ASSERT_TRUE(send("hello").ok());
  talk();
  EXPECT_EQ(reply_, "Server received: hello");
  EXPECT_FALSE(link_->finished());
  link_->close(clock_.now());
  talk();
  ASSERT_TRUE(closed_);
  EXPECT_EQ(closed_->error, Error::none);
  EXPECT_TRUE(link_->finished());
  EXPECT_EQ(link_->fd(), -1);
}

TEST_F(StreamLinkTest, CarriesAMessageInFragments) {
  open();
  ASSERT_TRUE(send("hello ", false).ok());
  ASSERT_TRUE(send("world").ok());
  talk();
  EXPECT_EQ(reply_, "Server received: hello world");
  EXPECT_EQ(log_.lines.back(), "established alice");
}

TEST_F(StreamLinkTest, TakesAsMuchOfALongMessageAsFitsARecord) {
  open();
  const std::string text(100'000, 'x');
  const auto taken = send(text);
  ASSERT_TRUE(taken.ok());
  EXPECT_GT(taken.value(), 1000U);
  EXPECT_LT(taken.value(), text.size());
  EXPECT_EQ(link_->longest_message(), std::numeric_limits<std::size_t>::max());
}

TEST_F(StreamLinkTest, HasNoRoomUntilWhatWasSentHasLeft) {
  open({.capacity = 256});
  Error error = Error::none;
  for (int i = 0; i < 4 && error == Error::none; ++i) error = send(std::string(10'000, 'x')).error();
  EXPECT_EQ(error, Error::would_block);
  EXPECT_TRUE(link_->wants_write());
}

// What nothing but datagrams has.

TEST_F(StreamLinkTest, LosesNothing) {
  open();
  EXPECT_FALSE(link_->reply_wait());
  EXPECT_FALSE(link_->report());
  EXPECT_FALSE(link_->refused());
  EXPECT_TRUE(link_->takes_messages(clock_.now()));
}

// What is waited for.

TEST_F(StreamLinkTest, WaitsForItsStream) {
  open();
  EXPECT_EQ(link_->fd(), 1);
  EXPECT_TRUE(link_->wants_read());
  EXPECT_FALSE(link_->wants_write());
  ASSERT_TRUE(link_->deadline() && link_->deadline_without_events());
  EXPECT_GT(*link_->deadline(), clock_.now());
  EXPECT_EQ(link_->deadline(), link_->deadline_without_events());
}

TEST_F(StreamLinkTest, WhatWasReadAndNotTakenIsDueWhileEventsAreTaken) {
  open();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(send("x").ok());
  link_->flush(clock_.now());
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(loop_.turn().ok());
  EXPECT_TRUE(is_event(link_->run(clock_.now())));
  EXPECT_EQ(link_->deadline(), at_once());
  EXPECT_GT(*link_->deadline_without_events(), clock_.now());
}

/// The server does nothing meanwhile.
TEST_F(StreamLinkTest, GivesUpAServerThatIsGone) {
  open();
  clock_.advance(seconds(kIdle));
  const Event event = link_->run(clock_.now());
  const auto* closed = std::get_if<Closed>(&event);
  ASSERT_NE(closed, nullptr);
  EXPECT_EQ(closed->error, Error::idle);
}

TEST_F(StreamLinkTest, WhoDoesNotListenDoesNotWaitForTheServer) {
  open();
  for (int i = 0; i < 10; ++i) {
    clock_.advance(seconds(1));
    link_->not_listening(clock_.now());
    link_->flush(clock_.now());
  }
  EXPECT_FALSE(is_event(link_->run(clock_.now())));
  EXPECT_TRUE(link_->is_open());
}

TEST_F(StreamLinkTest, TakesNoCredentialThatItDoesNotWant) {
  open();
  EXPECT_EQ(link_->provide(credential_, clock_.now()).error(), Error::wrong_state);
}

}  // namespace
}  // namespace pawl::host::stream_link_test
