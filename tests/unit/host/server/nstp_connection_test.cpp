// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/nstp_connection.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include <pawl/host/base/text.hpp>

#include "tests/support/nstp.hpp"
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"
#include "tests/unit/host/world.hpp"

namespace pawl::host::nstp_connection_test {
namespace {

using pawl::test::Buffer;
using Reason = Refusal::Reason;
namespace fs = std::filesystem;

constexpr std::uint16_t kIdle = 60;

/// Alice is enrolled with the psk of the vectors.
class NstpConnectionTest : public test::ContextWorld, public Connection::Owner {
 protected:
  NstpConnectionTest() {
    NstpEnrolment alice;
    alice.user = "alice";
    alice.psk = pawl::test::nstp_psk();
    EXPECT_TRUE(test::succeeds(nstp_users_.save(alice)));
    client_.rx_size = client_.tx_size = NstpConnection::kLongestText + 512;
  }

  void accept(ServerContext& context) {
    test::StreamPair pair = test::join_streams();
    stream_ = std::move(pair.client);
    const PeerAddress address = test::address_in(2);
    auto permit = context.admission.half_open().enter(address.prefix, nullptr);
    connection_ = std::make_unique<NstpConnection>(
        context, nstp_, Arrival{{std::move(pair.server), address}, std::move(permit), *this, clock_.now()});
  }
  void connect() {
    accept(context());
    ended_ = false;
    ASSERT_TRUE(client_.start(clock_.now()).ok());
    talk();
  }
  void open() {
    connect();
    ASSERT_EQ(client_.established, 1);
  }
  /// Both ends do what they can, without any time passing.
  void talk() {
    for (int i = 0; i < 20; ++i) {
      const Buffer said = client_.take();
      EXPECT_TRUE(said.empty() || stream_->write(said).ok());
      if (!connection_->finished()) connection_->step(clock_.now());
      hear();
    }
  }
  void say(const std::string& text) {
    EXPECT_TRUE(client_.side().send(bytes_of(text), clock_.now()).ok());
    talk();
  }
  /// The client guesses wrong.
  void guess() {
    client_.psk = nstp::Psk(ByteArray<32>{});
    connect();
    EXPECT_EQ(client_.closed, Error::authentication_failed);
    client_.closed.reset();
  }
  void settle() override { ++settled_; }

  test::TemporaryDirectory directory_;
  NstpUsers nstp_users_{directory_ / "records", pawl::test::pattern(8)};
  fs::path file_ = directory_ / "records" / "alice.nstp";
  NstpService nstp_{nstp_users_, {kIdle}};
  pawl::test::NstpClient client_{random_};
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<NstpConnection> connection_;
  int settled_ = 0;

 private:
  void hear() {
    Buffer buffer(65536);
    const auto got = stream_->read(buffer);
    if (got.ok()) {
      client_.hear(Bytes(buffer).first(got.value()), clock_.now());
    } else if (!std::exchange(ended_, true)) {
      client_.side().end_of_stream(clock_.now());
      client_.look();
    }
  }

  bool ended_ = false;
};

TEST_F(NstpConnectionTest, AnswersUntilItsClientGoes) {
  open();
  EXPECT_EQ(log_.peers.back().user, "alice");
  EXPECT_EQ(log_.peers.back().way, Way::nstp);
  say("one");
  say("two");
  EXPECT_EQ(client_.heard, (std::vector<Buffer>{pawl::test::bytes_of("Server received: one"),
                                                pawl::test::bytes_of("Server received: two")}));
  stream_->close();
  connection_->step(clock_.now());
  connection_->step(clock_.now());
  EXPECT_TRUE(connection_->finished());
  ASSERT_EQ(log_.count("closed alice"), 1U);
  EXPECT_EQ(log_.ends.back().messages, 2U);
  EXPECT_EQ(log_.ends.back().bytes, 6U);
  EXPECT_EQ(log_.ends.back().closed.error, Error::none);
  EXPECT_EQ(log_.ends.back().dropped, 0U);
}

TEST_F(NstpConnectionTest, AnswersTheLongestText) {
  open();
  const std::string text(NstpConnection::kLongestText, 'x');
  say(text);
  ASSERT_EQ(client_.heard.size(), 1U);
  EXPECT_EQ(client_.heard.front(), pawl::test::bytes_of("Server received: " + text));
}

TEST_F(NstpConnectionTest, DropsWhatIsTooLongAndCountsIt) {
  open();
  ASSERT_EQ(stream_->write(Buffer(40'000)).value(), 40'000U);
  talk();
  say("one");
  EXPECT_EQ(client_.heard.size(), 1U);
  stream_->close();
  talk();
  EXPECT_GT(log_.ends.back().dropped, 0U);
}

// Who is let in.

TEST_F(NstpConnectionTest, AUserWhoDoesNotExistLooksLikeAWrongPassword) {
  guess();
  EXPECT_EQ(log_.refusals.back().error, Error::authentication_failed);
  EXPECT_TRUE(log_.refusals.back().proof_given);
  fs::remove(file_);
  guess();
  EXPECT_EQ(log_.refusals.back().error, Error::authentication_failed);
  EXPECT_TRUE(log_.refusals.back().proof_given);
  EXPECT_EQ(log_.peers.size(), 0U);
}

TEST_F(NstpConnectionTest, AGuesserIsClosedAndOnlyTheOperatorLearnsWhy) {
  for (unsigned i = 0; i < Limits{}.failures; ++i) guess();
  connect();
  EXPECT_TRUE(client_.closed);
  EXPECT_EQ(log_.refusals.back().error, Error::busy);
  EXPECT_FALSE(log_.refusals.back().proof_given);
  EXPECT_TRUE(connection_->finished());
}

TEST_F(NstpConnectionTest, ThatAUserCannotBeLookedUpIsTheServersOwnTrouble) {
  test::put_content(file_, "nonsense");
  connect();
  EXPECT_TRUE(client_.closed);
  EXPECT_EQ(log_.count("failed for alice"), 1U);
  EXPECT_EQ(log_.failures.back().kind, Failure::Kind::file_malformed);
  ASSERT_EQ(log_.refusals.size(), 1U);
  EXPECT_EQ(log_.refusals.back().reason, Reason::own_trouble);
  EXPECT_EQ(log_.refusals.back().error, Error::busy);
}

TEST_F(NstpConnectionTest, TellsThatAnEnrolmentIsExposed) {
  fs::permissions(file_, fs::perms::others_read, fs::perm_options::add);
  open();
  EXPECT_EQ(log_.count("exposed " + file_.native()), 1U);
}

TEST_F(NstpConnectionTest, KnowsWhenItsEnrolmentIsGone) {
  open();
  EXPECT_TRUE(connection_->enrolment_current());
  fs::remove(file_);
  EXPECT_FALSE(connection_->enrolment_current());
}

TEST_F(NstpConnectionTest, GivesItsPlaceUpOnceItIsOpen) {
  options_.limits.half_open = 1;
  open();
  EXPECT_NE(context().admission.half_open().enter({4, 192, 0, 3}, nullptr), nullptr);
}

// What it waits for.

TEST_F(NstpConnectionTest, WaitsForItsClient) {
  open();
  EXPECT_EQ(connection_->interest(), Interest::read);
  EXPECT_EQ(connection_->deadline(), clock_.now() + seconds(kIdle));
}

TEST_F(NstpConnectionTest, HoldsMessagesBeyondTheRateUp) {
  options_.limits.message_rate = 1;
  open();
  say("one");
  ASSERT_EQ(client_.heard.size(), 1U) << "it is answered at once";
  EXPECT_EQ(connection_->interest(), Interest::none);
  EXPECT_EQ(connection_->deadline(), clock_.now() + seconds(1));
  say("two");
  EXPECT_EQ(client_.heard.size(), 1U);
  clock_.advance(seconds(1));
  talk();
  EXPECT_EQ(client_.heard.size(), 2U);
}

TEST_F(NstpConnectionTest, GivesUpAClientThatIsGone) {
  open();
  clock_.advance(seconds(kIdle));
  connection_->step(clock_.now());
  ASSERT_EQ(log_.ends.size(), 1U);
  EXPECT_EQ(log_.ends.back().closed.error, Error::idle);
}

/// A client with many messages at once, all of them known from the vectors.
TEST_F(NstpConnectionTest, DoesSoMuchAtATime) {
  ScriptedRandom script(pawl::test::nstp_server_script());
  ServerContext scripted({loop_, script, log_, *gateway_}, options_);
  accept(scripted);
  for (const char* field : {"C1_hello", "C2_client_hmac"}) {
    ASSERT_TRUE(stream_->write(pawl::test::nstp_vector(field)).ok());
    connection_->step(clock_.now());
    connection_->step(clock_.now());
  }
  ASSERT_EQ(log_.peers.size(), 1U);
  for (std::uint32_t i = 0; i < 40; ++i) {
    ASSERT_TRUE(stream_->write(pawl::test::nstp_message(i, bytes_of("x"))).ok());
  }
  connection_->step(clock_.now());
  ASSERT_TRUE(connection_->deadline());
  EXPECT_LE(*connection_->deadline(), clock_.now()) << "there is more to be done";
  for (int i = 0; i < 4; ++i) connection_->step(clock_.now());
  stream_->close();
  for (int i = 0; i < 4 && !connection_->finished(); ++i) connection_->step(clock_.now());
  EXPECT_EQ(log_.ends.back().messages, 40U);
  connection_.reset();
}

// The end.

TEST_F(NstpConnectionTest, IsClosedWithoutAWord) {
  open();
  connection_->dismiss(CloseReason::limit);
  EXPECT_EQ(settled_, 1);
  talk();
  EXPECT_TRUE(connection_->finished());
  EXPECT_EQ(client_.closed, Error::truncated);
  EXPECT_EQ(log_.count("closed alice"), 1U);
}

TEST_F(NstpConnectionTest, AnswersWhenItsHandlerDoes) {
  gateway_ = std::make_unique<test::OpenGateway>();
  auto& gateway = static_cast<test::OpenGateway&>(*gateway_);
  open();
  ServerSession& session = *gateway.sessions.at(0);
  say("one");
  EXPECT_EQ(gateway.messages, std::vector<std::string>{"one"});
  EXPECT_EQ(client_.heard.size(), 0U);
  session.send("o", false);
  session.send("k", true);
  session.send("not asked for yet", true);
  talk();
  EXPECT_EQ(client_.heard, std::vector<Buffer>{pawl::test::bytes_of("ok")});
  say("two");
  EXPECT_EQ(client_.heard.back(), pawl::test::bytes_of("not asked for yet"));
}

TEST_F(NstpConnectionTest, ClosesIfTheAnswerIsTooLong) {
  gateway_ = std::make_unique<test::OpenGateway>();
  auto& gateway = static_cast<test::OpenGateway&>(*gateway_);
  open();
  say("one");
  gateway.sessions.at(0)->send(std::string(40'000, 'x'), true);
  talk();
  EXPECT_TRUE(client_.closed);
  EXPECT_EQ(gateway.ends.size(), 1U);
}

TEST_F(NstpConnectionTest, HoldsUpAClientToWhichItsHandlerDoesNotListen) {
  gateway_ = std::make_unique<test::OpenGateway>();
  auto& gateway = static_cast<test::OpenGateway&>(*gateway_);
  open();
  gateway.sessions.at(0)->listen(false);
  say("one");
  EXPECT_EQ(gateway.messages.size(), 0U);
  gateway.sessions.at(0)->listen(true);
  talk();
  EXPECT_EQ(gateway.messages, std::vector<std::string>{"one"});
}

TEST_F(NstpConnectionTest, ClosesWhenAMessageCannotBeTaken) {
  gateway_ = std::make_unique<test::FullGateway>();
  open();
  say("one");
  EXPECT_EQ(log_.failures.back().kind, Failure::Kind::file_write);
  EXPECT_TRUE(client_.closed);
}

}  // namespace
}  // namespace pawl::host::nstp_connection_test
