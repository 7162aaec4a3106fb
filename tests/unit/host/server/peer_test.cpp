// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/peer.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include <pawl/host/base/text.hpp>

#include "tests/unit/host/world.hpp"

namespace pawl::host::peer_test {
namespace {

using Reason = Refusal::Reason;

/// A peer without a session, which does what a test says.
class TestPeer final : public Peer {
 public:
  TestPeer(ServerContext& context, PeerIdentity identity, const std::optional<std::uint64_t>& version, Instant now)
      : Peer(context, std::move(identity), now), present_(version) {}
  using Peer::admit;
  using Peer::cannot_look_up;
  using Peer::end;
  using Peer::establish;
  using Peer::note_exposed;
  using Peer::prove;
  using Peer::report_evicted;
  using Peer::take;

  using Peer::queue;
  using Peer::tell_drained;
  using Peer::to_close;
  int wakes = 0;

 private:
  void wake() override { ++wakes; }
  [[nodiscard]] Version version() const override { return present_; }
  const std::optional<std::uint64_t>& present_;
};

/// Cannot take messages that begin with "bad", and has something left over.
class TestHandler final : public SessionHandler {
 public:
  explicit TestHandler(ServerSession& session) : session_(session) {}
  FailureOr<> take(Bytes fragment, bool last) override {
    if (fragment[0] == 'b') return Failure{.kind = Failure::Kind::file_write};
    session_.send("answer", last);
    return {};
  }
  [[nodiscard]] std::optional<LeftOver> left_over() const override { return LeftOver{"left.part", 4}; }

 private:
  ServerSession& session_;
};

class TestGateway final : public Gateway {
 public:
  FailureOr<std::unique_ptr<SessionHandler>> open(ServerSession& session) override {
    return std::unique_ptr<SessionHandler>(std::make_unique<TestHandler>(session));
  }
};

class PeerTest : public test::ContextWorld {
 protected:
  PeerTest() { gateway_ = std::make_unique<TestGateway>(); }

  std::unique_ptr<TestPeer> come() {
    PeerIdentity identity{.address = test::address_in(2), .way = Way::udp};
    return std::make_unique<TestPeer>(context(), identity, version_, clock_.now());
  }
  std::uint16_t admit(TestPeer& peer, const std::string& user = "alice") {
    return peer.admit(bytes_of(user), Kind::raw_key, Mode::psk, clock_.now());
  }
  /// A peer that was admitted as alice.
  std::unique_ptr<TestPeer> admitted() {
    auto peer = come();
    EXPECT_EQ(admit(*peer), 0);
    return peer;
  }
  std::unique_ptr<TestPeer> established() {
    auto peer = admitted();
    peer->prove(Mode::psk);
    peer->establish(clock_.now());
    return peer;
  }
  void take(TestPeer& peer, const std::string& text, bool last) { peer.take(bytes_of(text), last, clock_.now()); }
  void end(TestPeer& peer, const Closed& closed) { peer.end(closed, 0, clock_.now()); }
  /// Alice guesses wrong so often that she has to wait.
  void guess_wrong() {
    for (unsigned i = 0; i < Limits{}.failures; ++i) {
      end(*admitted(), {.error = Error::authentication_failed});
    }
  }

  std::optional<std::uint64_t> version_ = 1;
};

// Who it is.

TEST_F(PeerTest, IsWhoItSaysOnceItSaysSo) {
  const auto peer = come();
  EXPECT_EQ(peer->identity().user, "");
  EXPECT_EQ(peer->identity().address.text, "192.0.2.1:4711");
  EXPECT_EQ(peer->identity().way, Way::udp);
  EXPECT_EQ(admit(*peer, "bob"), 0);
  EXPECT_EQ(peer->identity().user, "bob");
  EXPECT_EQ(peer->identity().kind, Kind::raw_key);
  EXPECT_EQ(peer->identity().mode, Mode::psk);
  EXPECT_FALSE(peer->was_established());
}

TEST_F(PeerTest, WaitsIfItGuesses) {
  guess_wrong();
  const auto peer = come();
  EXPECT_EQ(admit(*peer), 1);
  EXPECT_EQ(admit(*come(), "bob"), 0);
}

TEST_F(PeerTest, KnowsWhetherItsEnrolmentIsStillTheOne) {
  const auto peer = admitted();
  EXPECT_TRUE(peer->enrolment_current());
  version_.reset();
  EXPECT_TRUE(peer->enrolment_current()) << "what cannot be known now says nothing against it";
  version_ = 2;
  EXPECT_FALSE(peer->enrolment_current());
}

// Before it is established.

TEST_F(PeerTest, IsRefusedWithWhatEndedIt) {
  const auto peer = admitted();
  peer->prove(Mode::pake);
  end(*peer, {.error = Error::timeout, .retry_after = 7});
  ASSERT_EQ(log_.lines, std::vector<std::string>{"refused alice from 192.0.2.1:4711"});
  const Refusal& refusal = log_.refusals.back();
  EXPECT_EQ(refusal.reason, Reason::handshake);
  EXPECT_EQ(refusal.error, Error::timeout);
  EXPECT_EQ(refusal.retry_after, 7);
  EXPECT_TRUE(refusal.proof_given);
  EXPECT_EQ(refusal.enrolled_mode, Mode::pake);
}

TEST_F(PeerTest, IsEnrolledInTheModeItAsksForUnlessToldOtherwise) {
  const auto peer = admitted();
  end(*peer, {.error = Error::timeout});
  EXPECT_FALSE(log_.refusals.back().proof_given);
  const auto same_mode = admitted();
  same_mode->prove(Mode::psk);
  end(*same_mode, {.error = Error::timeout});
  EXPECT_FALSE(log_.refusals.back().enrolled_mode);
  const auto nobody = admitted();
  nobody->prove(std::nullopt);
  end(*nobody, {.error = Error::timeout});
  EXPECT_FALSE(log_.refusals.back().enrolled_mode);
}

TEST_F(PeerTest, ThatEndsInGoodOrderIsNotRefused) {
  end(*admitted(), {});
  EXPECT_EQ(log_.lines.size(), 0U);
}

TEST_F(PeerTest, ThatCannotBeLookedUpIsTheServersOwnTrouble) {
  const auto peer = admitted();
  EXPECT_EQ(peer->cannot_look_up({.kind = Failure::Kind::file_read}), 5);
  ASSERT_EQ(log_.lines, std::vector<std::string>{"failed for alice"});
  EXPECT_EQ(log_.failures.back().kind, Failure::Kind::file_read);
  end(*peer, {.error = Error::busy, .retry_after = 5});
  EXPECT_EQ(log_.refusals.back().reason, Reason::own_trouble);
}

TEST_F(PeerTest, TellsThatItsEnrolmentIsExposed) {
  const auto peer = admitted();
  peer->note_exposed("");
  EXPECT_EQ(log_.lines.size(), 0U);
  peer->note_exposed("records/alice.toml");
  EXPECT_EQ(log_.count("exposed records/alice.toml"), 1U);
}

TEST_F(PeerTest, ThatMakesRoomIsReported) {
  come()->report_evicted();
  EXPECT_EQ(log_.refusals.back().reason, Reason::made_room);
}

// Guesses.

TEST_F(PeerTest, OnlyAWrongProofIsAGuess) {
  for (const Error error : {Error::timeout, Error::connection_lost, Error::busy, Error::none}) {
    for (unsigned i = 0; i < Limits{}.failures; ++i) end(*admitted(), {.error = error});
  }
  EXPECT_EQ(admit(*come()), 0);
}

/// It has said nothing that could be right.
TEST_F(PeerTest, NobodyGuessesForNobody) {
  for (unsigned i = 0; i < Limits{}.failures_per_source; ++i) end(*come(), {.error = Error::authentication_failed});
  EXPECT_EQ(admit(*come()), 0);
}

TEST_F(PeerTest, WhoIsEstablishedHasNotGuessed) {
  guess_wrong();
  pass(seconds(2));
  established();
  end(*admitted(), {.error = Error::authentication_failed});
  EXPECT_EQ(admit(*come()), 0) << "the count has begun anew";
}

// Established.

TEST_F(PeerTest, IsEstablishedForGood) {
  const auto peer = established();
  EXPECT_TRUE(peer->was_established());
  EXPECT_EQ(log_.lines, std::vector<std::string>{"established alice"});
  end(*peer, {});
  EXPECT_TRUE(peer->was_established());
}

TEST_F(PeerTest, IsAmongTheOpenSessionsUntilItEnds) {
  const auto peer = established();
  auto other = established();
  EXPECT_TRUE(context().open_sessions.check(clock_.now()));
  end(*peer, {});
  EXPECT_TRUE(context().open_sessions.check(clock_.now()));
  other.reset();
  EXPECT_FALSE(context().open_sessions.check(clock_.now()));
}

TEST_F(PeerTest, IsClosedWhenItsEnrolmentIsGone) {
  const auto peer = established();
  version_ = 2;
  context().open_sessions.check(clock_.now() + OpenSessions::kCheckPeriod);
  EXPECT_EQ(peer->to_close(), CloseReason::normal);
}

TEST_F(PeerTest, TakesMessagesAndCountsThem) {
  const auto peer = established();
  take(*peer, "one", false);
  EXPECT_TRUE(std::ranges::equal(peer->queue().front(), bytes_of("answer")));
  clock_.advance(seconds(3));
  take(*peer, "two", true);
  EXPECT_TRUE(peer->queue().front_is_whole());
  EXPECT_EQ(peer->last_active(), clock_.now());
  take(*peer, "three", true);
  peer->end({.error = Error::idle, .incomplete = true}, 8, clock_.now());
  ASSERT_EQ(log_.count("closed alice"), 1U);
  const SessionEnd& end = log_.ends.back();
  EXPECT_EQ(end.messages, 2U);
  EXPECT_EQ(end.bytes, 11U);
  EXPECT_EQ(end.dropped, 8U);
  EXPECT_EQ(end.closed.error, Error::idle);
  EXPECT_TRUE(end.closed.incomplete);
  EXPECT_EQ(end.left_over->path, "left.part");
}

TEST_F(PeerTest, ThatIsEstablishedIsClosedAndNotRefused) {
  end(*established(), {.error = Error::authentication_failed});
  EXPECT_EQ(log_.refusals.size(), 0U);
}

TEST_F(PeerTest, SaysThatAMessageCannotBeTaken) {
  const auto peer = established();
  take(*peer, "bad", true);
  EXPECT_EQ(peer->to_close(), CloseReason::limit);
  EXPECT_EQ(log_.count("failed for alice"), 1U);
  EXPECT_EQ(log_.failures.back().kind, Failure::Kind::file_write);
}

}  // namespace
}  // namespace pawl::host::peer_test
