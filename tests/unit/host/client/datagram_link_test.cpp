// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/client/datagram_link.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "tests/unit/host/datagrams.hpp"

namespace pawl::host::datagram_link_test {
namespace {

/// A link, which the test drives, to a server, which the loop does.
class DatagramLinkTest : public test::DatagramWorld {
 protected:
  DatagramLinkTest()
      : credential_(users_.enrol("alice").credential),
        end_(hub_.connect(test::datagram_address(2))),
        settings_(key_initiator, credential_) {
    auto port = std::make_unique<test::TestPort>(end_, client_port_);
    settings_.max_rx = port->max_rx(false);
    link_ = std::make_unique<DatagramLink>(settings_, random_, std::move(port));
  }

  void open() {
    serve();
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
  Result<std::size_t> send(const std::string& text) { return link_->send({bytes_of(text), true}, clock_.now()); }

  const ClientCredential& credential_;
  LossyLink::End& end_;
  ClientSettings settings_;
  std::unique_ptr<DatagramLink> link_;
  std::string reply_;
  std::optional<Closed> closed_;

 private:
  void note(const Event& event) {
    if (const auto* message = std::get_if<Message>(&event)) reply_.append(message->bytes.begin(), message->bytes.end());
    if (const auto* closed = std::get_if<Closed>(&event)) closed_ = *closed;
  }
};

TEST_F(DatagramLinkTest, CarriesMessagesUntilItIsClosed) {
  open();
  EXPECT_EQ(send("hello").value(), 5U);
  talk();
  EXPECT_EQ(reply_, "Server received: hello");
  link_->close(clock_.now());
  talk();
  ASSERT_TRUE(closed_);
  EXPECT_EQ(closed_->error, Error::none);
  EXPECT_TRUE(link_->finished());
  EXPECT_FALSE(link_->is_open());
}

/// Its answer, which is longer than the message, has to fit too: see longest_message() of the port.
TEST_F(DatagramLinkTest, CarriesAMessageThatFitsADatagram) {
  EXPECT_EQ(link_->longest_message(), 0U);
  open();
  const std::size_t longest = link_->longest_message();
  EXPECT_GT(longest, longest_message(kLongestUdp));
  EXPECT_EQ(send(std::string(longest + 1, 'x')).error(), Error::too_long);
  EXPECT_EQ(send(std::string(longest, 'x')).value(), longest);
  link_->flush(clock_.now());
  EXPECT_EQ(send("next").value(), 4U);
  talk();
  EXPECT_EQ(log_.count("answer too long for alice"), 1U);
  EXPECT_EQ(reply_, "Server received: next");
}

TEST_F(DatagramLinkTest, HasRoomForOneDatagramAtATime) {
  open();
  ASSERT_TRUE(send("one").ok());
  EXPECT_EQ(send("two").error(), Error::would_block);
  EXPECT_TRUE(link_->wants_write());
  link_->flush(clock_.now());
  EXPECT_FALSE(link_->wants_write());
  EXPECT_TRUE(send("two").ok());
}

TEST_F(DatagramLinkTest, WaitsThreeSecondsForAReply) { EXPECT_EQ(link_->reply_wait(), seconds(3)); }

TEST_F(DatagramLinkTest, BeginsAgainWhenADatagramIsLost) {
  serve();
  hub_.last().set_faults({.loss = 1'000'000});
  ASSERT_TRUE(link_->start(clock_.now()).ok());
  talk();
  EXPECT_FALSE(link_->is_open());
  hub_.last().set_faults({});
  ASSERT_TRUE(link_->deadline());
  clock_.advance(*link_->deadline() - clock_.now());
  talk();
  EXPECT_TRUE(link_->is_open());
}

// Its port.

TEST_F(DatagramLinkTest, WaitsForItsPort) {
  open();
  EXPECT_EQ(link_->fd(), 1);
  EXPECT_TRUE(link_->wants_read());
  ASSERT_TRUE(link_->deadline());
  EXPECT_GT(*link_->deadline(), clock_.now());
  client_port_.tend_at = clock_.now() + milliseconds(1);
  EXPECT_EQ(link_->deadline(), client_port_.tend_at);
  EXPECT_NE(link_->deadline_without_events(), client_port_.tend_at);
}

TEST_F(DatagramLinkTest, TellsWhatBecomesOfTheLine) {
  test::ClientLog log;
  client_port_.changes = {LineChange::lost, LineChange::none, LineChange::back};
  for (int i = 0; i < 4; ++i) link_->tend(clock_.now(), log);
  EXPECT_EQ(log.changes, (std::vector{LineChange::lost, LineChange::back}));
}

TEST_F(DatagramLinkTest, TellsThatNobodyListens) {
  EXPECT_FALSE(link_->refused());
  client_port_.refused = true;
  EXPECT_TRUE(link_->refused());
}

TEST_F(DatagramLinkTest, CountsWhatBecameOfTheDatagrams) {
  open();
  hub_.last().set_faults({.duplication = 1'000'000});
  ASSERT_TRUE(send("one").ok());
  talk();
  hub_.last().set_faults({});
  ASSERT_TRUE(hub_.last().first().send(ByteArray<2000>{}, Address()).ok());
  talk();
  const auto report = link_->report();
  ASSERT_TRUE(report);
  EXPECT_GT(report->sessions.replayed, 0U);
  EXPECT_EQ(report->transport.dropped, 1U);
}

TEST_F(DatagramLinkTest, TakesNoCredentialThatItDoesNotWant) {
  open();
  EXPECT_EQ(link_->provide(credential_, clock_.now()).error(), Error::wrong_state);
}

}  // namespace
}  // namespace pawl::host::datagram_link_test
