// SPDX-License-Identifier: Apache-2.0
// Every refusal of the vectors: what a side answers, byte for byte, and what it reports.
#include <gtest/gtest.h>

#include "tests/support/pair.hpp"
#include "tests/support/vectors.hpp"

namespace pawl::test::session_refusals_test {
namespace {

constexpr Instant kNow{5'000};

/// The handshake that leads to the state. WAIT_CH has none; there, one whose user is the one that the hellos name.
const Json& handshake_of(const Json& refusal) {
  return handshake_vector(refusal.value("handshake", std::string("raw key psk_ecdhe")));
}

/// Index of a refusal and how many bytes are received at a time.
class Refusal : public testing::TestWithParam<std::tuple<std::size_t, std::size_t>> {
 protected:
  const Json& refusal = vectors()["refusals"][std::get<0>(GetParam())];
  std::size_t piece = std::get<1>(GetParam());
  Side side = refusal["role"] == "client" ? Side::client : Side::server;
  const Json& handshake = handshake_of(refusal);
  ScriptedRandom random{bytes_in(handshake["random"], side == Side::client ? "client" : "server")};
  Pair pair{account_in(handshake)};
  End& end = pair.end(side);

  void SetUp() override {
    const Json& in = handshake["in"];
    pair.client.settings.max_rx = in["client_max_rx"];
    pair.client.settings.idle = in["client_idle"];
    pair.client.settings.iterations_floor = refusal.value("floor", 1000U);
    pair.client.settings.iterations_ceiling = refusal.value("ceiling", Config::kIterationsCeiling);
    if (refusal["name"] == "mode 3, absent from this build") pair.server.settings.pake = nullptr;
    pair.server.settings.max_rx = in["server_max_rx"];
    pair.server.settings.idle = in["server_idle"];
    end.rx_size = pair.server.settings.max_rx + kRecordHeaderSize;
    end.random = &random;
  }

  /// The frames before the state, from the vector.
  void reach_state() {
    EXPECT_TRUE(end.start(kNow).ok());
    const std::string state = refusal["state"];
    if (state == "WAIT_CH") return;
    const Json& frames = handshake["frames"];
    if (state == "WAIT_CF") end.give(bytes_in(frames, "ClientHello"), kNow, piece);
    EXPECT_EQ(hex(end.take(kNow)), frames[side == Side::client ? "ClientHello" : "ServerHello"]);
    if (state != "WAIT_SF") return;
    end.give(bytes_in(frames, "ServerHello"), kNow, piece);
    EXPECT_EQ(hex(end.take(kNow)), frames["ClientFinish"]);
  }

  void expect_result(const Closed& closed);
};

void Refusal::expect_result(const Closed& closed) {
  const std::string result = refusal["result"];
  const std::string name = refusal["name"];
  EXPECT_NE(closed.error, Error::none);
  if (result == "refused") {
    constexpr std::array kErrors{Error::authentication_failed, Error::unsupported, Error::busy};
    const std::size_t code = bytes_in(refusal, "sent").at(5);
    EXPECT_EQ(closed.error, kErrors.at(code - 1));
    EXPECT_EQ(closed.retry_after, code == 3 ? 30 : 0);
  } else if (refusal.contains("floor")) {
    EXPECT_EQ(closed.error, Error::iterations_refused);
  } else if (name.find("last bit of") != std::string::npos) {
    EXPECT_EQ(closed.error, Error::authentication_failed);
  }
  EXPECT_EQ(result == "rejected", !refusal["answer"].get<std::string>().empty());
}

TEST_P(Refusal, IsAnsweredAsTheVectorSays) {
  SCOPED_TRACE(refusal["name"]);
  reach_state();
  end.give(bytes_in(refusal, "sent"), kNow, piece);
  EXPECT_EQ(hex(end.take(kNow)), refusal["answer"]);
  ASSERT_TRUE(end.seen.closed.has_value());
  expect_result(*end.seen.closed);
  EXPECT_EQ(end.seen.established, 0);
  EXPECT_TRUE(end.over());
  EXPECT_EQ(end.give(bytes_in(handshake["frames"], "ClientHello"), kNow), 0U) << "nothing is taken any more";
  EXPECT_TRUE(end.session().outgoing().empty());
}

/// What a server refuses before it knows its user.
class HelloRefusal : public Refusal {};

TEST_P(HelloRefusal, IsTheSameForAnUnknownUser) {
  SCOPED_TRACE(refusal["name"]);
  pair.server.users.clear();
  reach_state();
  end.give(bytes_in(refusal, "sent"), kNow, piece);
  EXPECT_EQ(hex(end.take(kNow)), refusal["answer"]);
  EXPECT_TRUE(end.over());
}

std::vector<std::size_t> refusals(bool hellos_only) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < vectors()["refusals"].size(); ++i) {
    if (!hellos_only || vectors()["refusals"][i]["state"] == "WAIT_CH") indices.push_back(i);
  }
  return indices;
}

std::string case_name(const testing::TestParamInfo<Refusal::ParamType>& test) {
  const auto& [index, piece] = test.param;
  return std::to_string(index) + "_" + test_name(vectors()["refusals"][index]["name"].get<std::string>()) +
         (piece == 1 ? "_byte_by_byte" : "_at_once");
}

INSTANTIATE_TEST_SUITE_P(Vectors, Refusal,
                         testing::Combine(testing::ValuesIn(refusals(false)), testing::Values(kAtOnce, 1)), case_name);
INSTANTIATE_TEST_SUITE_P(Vectors, HelloRefusal,
                         testing::Combine(testing::ValuesIn(refusals(true)), testing::Values(kAtOnce, 1)), case_name);

/// A client goes without a word, also without one that was waiting for its transport.
TEST(FailedClient, SendsNothingOfWhatWaited) {
  for (const char* heard : {"41", "0003060003010000", "000204002000", "0002060003010000", "0002060003070000"}) {
    Pair pair(kRawKeyPsk);
    EXPECT_TRUE(pair.client.start(kNow).ok());
    ASSERT_FALSE(pair.client.session().outgoing().empty());
    pair.client.give(unhex(heard), kNow);
    EXPECT_TRUE(pair.client.over());
    EXPECT_TRUE(pair.client.session().outgoing().empty()) << heard;
  }
}

TEST(FailedClient, SendsNothingWhenItsTimeIsOver) {
  Pair pair(kRawKeyPsk);
  EXPECT_TRUE(pair.client.start(kNow).ok());
  pair.client.run(kNow + Config::kClientHandshake);
  EXPECT_TRUE(pair.client.over());
  EXPECT_TRUE(pair.client.session().outgoing().empty());
}

/// A share that is no point, in the hello of either side: what failed in the arithmetic is not told from any other
/// fault of a frame.
TEST(WrongPoint, IsReportedAsMalformed) {
  for (const Side from : {Side::client, Side::server}) {
    Pair pair(kRawKeyEcdhe);
    const std::size_t behind = from == Side::client ? 0 : kConfirmSize;
    bool altered = false;
    pair.tap = [&](Side side, Buffer& frame) {
      if (side != from || altered) return;
      frame[frame.size() - behind - 1] ^= 1;
      altered = true;
    };
    pair.start();
    pair.deliver();
    EXPECT_TRUE(altered);
    EXPECT_EQ(pair.end(Pair::other(from)).seen.closed.value_or(Closed{}).error, Error::malformed);
  }
}

/// Only a client can be refused: to a server, the first byte of a frame is enough.
TEST(FailedSession, OfAServerTakesNoFrame) {
  for (const Side side : {Side::client, Side::server}) {
    Pair pair(kRawKeyPsk);
    pair.open();
    pair.end(side).give(unhex("00"), pair.now);
    EXPECT_EQ(pair.end(side).over(), side == Side::server);
  }
}

TEST(FailedSession, SendsNothingOfWhatWaited) {
  for (const Side side : {Side::client, Side::server}) {
    for (const char* heard : {"01", "0002060003070000", "400000", "4011000000000000000000000000000000000000"}) {
      Pair pair(kRawKeyPsk);
      pair.open();
      pair.end(side).send(bytes_of("secret"), pair.now);
      ASSERT_FALSE(pair.end(side).session().outgoing().empty());
      pair.end(side).give(unhex(heard), pair.now);
      EXPECT_TRUE(pair.end(side).over());
      EXPECT_TRUE(pair.end(side).session().outgoing().empty()) << heard;
    }
  }
}

TEST(Refusals, AreAllThere) { EXPECT_EQ(vectors()["refusals"].size(), 127U); }

TEST(Iterations, ThatAreTheFloorAndTheCeilingAreAccepted) {
  Pair pair(kPasswordPsk);
  pair.client.settings.iterations_floor = pair.enrolled.account.iterations;
  pair.client.settings.iterations_ceiling = pair.enrolled.account.iterations;
  pair.open();
  EXPECT_TRUE(pair.client.session().is_open());
}

}  // namespace
}  // namespace pawl::test::session_refusals_test
