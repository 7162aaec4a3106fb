// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/client/nstp_link.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pawl/host/base/text.hpp>

#include "tests/support/nstp.hpp"
#include "tests/unit/host/world.hpp"

namespace pawl::host::nstp_link_test {
namespace {

using pawl::test::Buffer;

constexpr std::uint16_t kIdle = 60;
constexpr Duration kPause = milliseconds(500);

/// A link to a server of which the test decides how it answers. The test drives both.
class NstpLinkTest : public test::World {
 protected:
  NstpLinkTest() {
    test::StreamPair pair = test::join_streams();
    stream_ = std::move(pair.server);
    link_ = std::make_unique<NstpLink>(settings_, random_, std::move(pair.client));
    server_.rx_size = server_.tx_size = NstpLink::kLongestText + 512;
  }

  void open() {
    ASSERT_TRUE(server_.start(clock_.now()).ok());
    ASSERT_TRUE(link_->start(clock_.now()).ok());
    talk();
    ASSERT_TRUE(link_->is_open());
  }
  /// Both ends do what they can, without any time passing.
  void talk() {
    for (int i = 0; i < 20; ++i) {
      note(link_->run(clock_.now()));
      hear();
      const Buffer said = server_.take();
      EXPECT_TRUE(said.empty() || stream_->write(said).ok());
    }
  }
  void advance(Duration time) {
    clock_.advance(time);
    talk();
  }
  Result<std::size_t> send(const std::string& text) { return link_->send({bytes_of(text), true}, clock_.now()); }
  /// The server answers with this text.
  void answer(const std::string& text) {
    ASSERT_TRUE(server_.side().respond(bytes_of(text)).ok());
    talk();
  }

  nstp::Psk psk_ = pawl::test::nstp_psk();
  Buffer user_ = pawl::test::bytes_of("alice");
  nstp::ClientSettings settings_{user_, psk_, kIdle};
  pawl::test::NstpServer server_{random_};
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<NstpLink> link_;
  int opened_ = 0;
  std::vector<std::string> replies_;
  std::optional<Closed> closed_;

 private:
  void hear() {
    Buffer buffer(65536);
    const auto got = stream_->read(buffer);
    if (got.ok()) server_.hear(Bytes(buffer).first(got.value()), clock_.now());
  }
  void note(const Event& event) {
    if (std::holds_alternative<Established>(event)) ++opened_;
    if (const auto* closed = std::get_if<Closed>(&event)) closed_ = *closed;
    const auto* message = std::get_if<Message>(&event);
    if (message == nullptr) return;
    EXPECT_TRUE(message->last);
    replies_.emplace_back(message->bytes.begin(), message->bytes.end());
  }
};

TEST_F(NstpLinkTest, CarriesMessagesUntilItIsClosed) {
  open();
  EXPECT_EQ(opened_, 1);
  EXPECT_EQ(send("hello").value(), 5U);
  talk();
  EXPECT_EQ(replies_, std::vector<std::string>{"Server received: hello"});
  link_->close(clock_.now());
  talk();
  ASSERT_TRUE(closed_);
  EXPECT_EQ(closed_->error, Error::none);
  EXPECT_TRUE(link_->finished());
  EXPECT_EQ(link_->fd(), -1);
}

TEST_F(NstpLinkTest, CarriesTheLongestMessage) {
  open();
  EXPECT_EQ(link_->longest_message(), NstpLink::kLongestText);
  EXPECT_EQ(send(std::string(NstpLink::kLongestText + 1, 'x')).error(), Error::too_long);
  const std::string text(NstpLink::kLongestText, 'x');
  EXPECT_EQ(send(text).value(), text.size());
  talk();
  EXPECT_EQ(replies_, std::vector<std::string>{"Server received: " + text});
}

TEST_F(NstpLinkTest, HasItsKeyBeforeItBegins) {
  EXPECT_EQ(link_->provide(ClientCredential(), clock_.now()).error(), Error::wrong_state);
}

TEST_F(NstpLinkTest, SaysThatItsKeyIsWrong) {
  server_.psk = nstp::Psk(ByteArray<32>{});
  ASSERT_TRUE(server_.start(clock_.now()).ok());
  ASSERT_TRUE(link_->start(clock_.now()).ok());
  talk();
  stream_->close();
  talk();
  ASSERT_TRUE(closed_);
  EXPECT_EQ(closed_->error, Error::authentication_failed);
  EXPECT_EQ(opened_, 0);
}

// Between messages.

TEST_F(NstpLinkTest, TakesTheNextMessageHalfASecondAfterTheOneBefore) {
  EXPECT_FALSE(link_->takes_messages(clock_.now()));
  open();
  EXPECT_TRUE(link_->takes_messages(clock_.now()));
  ASSERT_TRUE(send("one").ok());
  talk();
  ASSERT_EQ(replies_.size(), 1U);
  EXPECT_FALSE(link_->takes_messages(clock_.now()));
  EXPECT_EQ(link_->deadline(), clock_.now() + kPause);
  advance(milliseconds(499));
  EXPECT_FALSE(link_->takes_messages(clock_.now()));
  advance(milliseconds(1));
  EXPECT_TRUE(link_->takes_messages(clock_.now()));
}

TEST_F(NstpLinkTest, TakesTheNextMessageAfterTheAnswer) {
  open();
  server_.answers = false;
  ASSERT_TRUE(send("one").ok());
  advance(seconds(2));
  EXPECT_FALSE(link_->takes_messages(clock_.now()));
  answer("Server received: one");
  EXPECT_EQ(replies_.size(), 1U);
  EXPECT_TRUE(link_->takes_messages(clock_.now()));
}

// Answers to other messages.

/// The message is "one", and the parameter is what the server answers.
class ForeignAnswer : public NstpLinkTest, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(, ForeignAnswer,
                         testing::Values("Server received: two", "Server received: one more", "Server received: on",
                                         "one", ""));

TEST_P(ForeignAnswer, IsTampered) {
  open();
  server_.answers = false;
  ASSERT_TRUE(send("one").ok());
  talk();
  answer(GetParam());
  EXPECT_EQ(replies_.size(), 0U);
  ASSERT_TRUE(closed_);
  EXPECT_EQ(closed_->error, Error::tampered);
  EXPECT_TRUE(link_->finished());
}

// What is waited for.

TEST_F(NstpLinkTest, WaitsForItsStream) {
  open();
  EXPECT_EQ(link_->fd(), 1);
  EXPECT_TRUE(link_->wants_read());
  EXPECT_FALSE(link_->wants_write());
  EXPECT_FALSE(link_->reply_wait());
  EXPECT_FALSE(link_->report());
}

/// Somebody who types has nothing to send for long.
TEST_F(NstpLinkTest, IsNotDueWhileThereIsNothingToSend) {
  open();
  EXPECT_NE(link_->deadline(), at_once());
  ASSERT_TRUE(send("one").ok());
  advance(seconds(1));
  EXPECT_TRUE(link_->takes_messages(clock_.now()));
  EXPECT_TRUE(!link_->deadline() || *link_->deadline() > clock_.now());
}

TEST_F(NstpLinkTest, GivesUpAServerThatDoesNotAnswer) {
  open();
  server_.answers = false;
  ASSERT_TRUE(send("one").ok());
  talk();
  EXPECT_EQ(link_->deadline(), clock_.now() + seconds(kIdle));
  EXPECT_FALSE(link_->deadline_without_events()) << "who is not read is not silent";
  advance(seconds(kIdle));
  ASSERT_TRUE(closed_);
  EXPECT_EQ(closed_->error, Error::idle);
}

}  // namespace
}  // namespace pawl::host::nstp_link_test
