// SPDX-License-Identifier: Apache-2.0
// Whole sessions byte for byte: the vectors of all stream flows without tickets, from their inputs and random bytes
// alone, at the Session's own interface.
#include <gtest/gtest.h>

#include <algorithm>
#include <pawl/crypto/sha256.hpp>
#include <tuple>

#include "tests/support/pair.hpp"
#include "tests/support/vectors.hpp"

namespace pawl::test::session_vectors_test {
namespace {

constexpr Instant kOpened{5'000};
constexpr std::size_t kRoomForLongest = 9000;

Side sender_of(const Json& record) { return record["dir"] == "c2s" ? Side::client : Side::server; }

/// The frames of a handshake in the order sent.
std::vector<std::pair<Side, std::string>> frames_of(const Json& vector) {
  std::vector<std::pair<Side, std::string>> frames;
  Side sender = Side::client;
  for (const char* name : {"ClientHello", "ServerHello", "ClientFinish", "ServerFinish"}) {
    if (vector["frames"].contains(name)) frames.emplace_back(sender, vector["frames"][name]);
    sender = Pair::other(sender);
  }
  return frames;
}

void make_step(const Json& step, Session& session, Instant now) {
  const std::string call = step["call"];
  if (call == "send") {
    const Buffer content = bytes_in(step, "content");
    const auto taken = session.send(content, step["last"], now);
    EXPECT_TRUE(taken.ok());
    EXPECT_EQ(taken.value(), content.size());
  } else if (call == "close") {
    session.close(now);
  } else {
    EXPECT_EQ(call, "advance");
  }
}

void expect_exported(const Json& vector, const Session& session) {
  for (const Json& exported : vector["exported"]) {
    Buffer value(exported["len"].get<std::size_t>());
    EXPECT_TRUE(
        session.exporter(bytes_of(exported["label"].get<std::string>()), bytes_in(exported, "context"), value).ok());
    EXPECT_EQ(hex(value), exported["value"]);
  }
}

/// What both ends of a vector share, and the ends.
class Played {
 public:
  explicit Played(const std::string& name) : vector(handshake_vector(name)), pair(account_in(vector)) {
    const Json& in = vector["in"];
    prepare(pair.client, pair.client.settings, in["client_max_rx"], in["client_idle"]);
    prepare(pair.server, pair.server.settings, in["server_max_rx"], in["server_idle"]);
    pair.client.random = &client_random;
    pair.server.random = &server_random;
    pair.now = kOpened;
  }

  void expect_open(Side side) {
    Session& session = pair.end(side).session();
    EXPECT_EQ(pair.end(side).seen.established, 1);
    EXPECT_TRUE(session.is_open());
    EXPECT_EQ(hex(session.user()), vector["in"]["user"]);
    const std::uint64_t idle = vector["idle"];
    const Duration quiet = idle != 0 ? milliseconds(idle * 1000 / 3) : Config::kSessionLifetime;
    EXPECT_EQ(session.deadline(), kOpened + quiet) << "the effective idle time-out";
    expect_exported(vector, session);
  }

  void expect_closed(Side side) {
    const auto& closed = pair.end(side).seen.closed;
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->error, Error::none);
    EXPECT_EQ(closed->reason, CloseReason::normal);
    EXPECT_FALSE(closed->incomplete);
    EXPECT_EQ((side == Side::client ? client_random : server_random).left(), 0U) << "random bytes left over";
  }

  const Json& vector;
  ScriptedRandom client_random{bytes_in(vector["random"], "client")};
  ScriptedRandom server_random{bytes_in(vector["random"], "server")};
  Pair pair;

 private:
  void prepare(End& end, Settings& settings, std::uint16_t max_rx, std::uint16_t idle) const {
    settings.max_rx = max_rx;
    settings.idle = idle;
    settings.soft_record_limit = vector["soft_limit"];
    end.rx_size = kRoomForLongest;
    end.tx_size = kRoomForLongest;
  }
};

/// A vector and how many bytes move at a time.
class SessionVector : public testing::TestWithParam<std::tuple<std::string, std::size_t>> {
 protected:
  Played played{std::get<0>(GetParam())};
  std::size_t piece = std::get<1>(GetParam());

  /// Plays `side` against the bytes of the vector.
  void play_alone(Side side);

 private:
  void hear(End& end, const Json& record, Instant now) const;
};

/// Gives a record of the vector to the end and checks what its application gets of it.
void SessionVector::hear(End& end, const Json& record, Instant now) const {
  const std::size_t before = end.seen.fragments.size();
  const Buffer bytes = bytes_in(record, "record");
  EXPECT_EQ(end.give(bytes, now, piece), bytes.size());
  const int type = record["type"];
  const bool data = type == 1 || type == 2;
  ASSERT_EQ(end.seen.fragments.size(), before + (data ? 1 : 0));
  if (!data) return;
  EXPECT_EQ(hex(end.seen.fragments.back().bytes), record["content"]);
  EXPECT_EQ(end.seen.fragments.back().last, type == 1);
}

void SessionVector::play_alone(Side side) {
  const Json& vector = played.vector;
  End& end = played.pair.end(side);
  EXPECT_TRUE(end.start(kOpened).ok());
  for (const auto& [sender, frame] : frames_of(vector)) {
    if (sender == side) {
      EXPECT_EQ(hex(end.take(kOpened, piece)), frame);
    } else {
      EXPECT_EQ(end.give(unhex(frame), kOpened, piece), frame.size() / 2);
    }
  }
  played.expect_open(side);
  for (const Json& step : vector["steps"]) {
    const Instant now = kOpened + seconds(step["at"]);
    end.run(now);
    if ((step["by"] == "client") == (side == Side::client)) make_step(step, end.session(), now);
    for (const std::size_t index : step["records"]) {
      const Json& record = vector["records"][index];
      if (sender_of(record) == side) {
        EXPECT_EQ(hex(end.take(now, piece)), record["record"]) << "record " << index;
      } else {
        hear(end, record, now);
      }
    }
    EXPECT_TRUE(end.session().outgoing().empty());
  }
  played.expect_closed(side);
}

TEST_P(SessionVector, ClientAlone) { play_alone(Side::client); }

TEST_P(SessionVector, ServerAlone) { play_alone(Side::server); }

/// Those of the password flow.
class PasswordVector : public SessionVector {};

TEST_P(PasswordVector, ClientThatDerivesWhenAsked) {
  played.pair.client.forget_derived();
  play_alone(Side::client);
  EXPECT_EQ(played.pair.client.seen.derivations_wanted.size(), 1U);
}

TEST_P(SessionVector, BothTogether) {
  using Sent = std::vector<std::pair<Side, std::string>>;
  Sent sent;
  Pair& pair = played.pair;
  pair.piece = piece;
  pair.tap = [&](Side from, const Buffer& bytes) { sent.emplace_back(from, hex(bytes)); };
  pair.start();
  pair.deliver();
  EXPECT_EQ(sent, frames_of(played.vector));
  played.expect_open(Side::client);
  played.expect_open(Side::server);

  for (const Json& step : played.vector["steps"]) {
    Sent expected;
    for (const std::size_t index : step["records"]) {
      const Json& record = played.vector["records"][index];
      expected.emplace_back(sender_of(record), record["record"]);
    }
    sent.clear();
    pair.now = kOpened + seconds(step["at"]);
    make_step(step, (step["by"] == "client" ? pair.end(Side::client) : pair.end(Side::server)).session(), pair.now);
    pair.deliver();
    EXPECT_EQ(sent, expected);
  }
  played.expect_closed(Side::client);
  played.expect_closed(Side::server);
}

std::vector<std::string> password_vectors() {
  std::vector<std::string> names = session_vectors();
  std::erase_if(names, [](const std::string& name) { return handshake_vector(name)["flow"] != "password"; });
  return names;
}

std::string case_name(const testing::TestParamInfo<SessionVector::ParamType>& test) {
  const auto& [name, piece] = test.param;
  return test_name(name) + (piece == 1 ? "_byte_by_byte" : "_at_once");
}

INSTANTIATE_TEST_SUITE_P(Vectors, SessionVector,
                         testing::Combine(testing::ValuesIn(session_vectors()), testing::Values(kAtOnce, 1)),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Vectors, PasswordVector,
                         testing::Combine(testing::ValuesIn(password_vectors()), testing::Values(kAtOnce, 1)),
                         case_name);

TEST(SessionVectors, AreFourteen) { EXPECT_EQ(session_vectors().size(), 14U) << "5 flows and 9 variants"; }

/// The longest record there is.
class LongRecord : public testing::TestWithParam<std::size_t> {};

TEST_P(LongRecord, IsSentAndReceived) {
  const Json& expected = vectors()["long_record"];
  Played played(expected["handshake"]);
  Pair& pair = played.pair;
  pair.piece = GetParam();
  pair.open();

  const Buffer content = pattern(expected["content_len"]);
  EXPECT_EQ(hex(sha256(content)), expected["content_sha256"]);
  Buffer record;
  pair.tap = [&](Side /*from*/, const Buffer& bytes) { append(record, bytes); };
  const auto taken = pair.client.session().send(content, true, pair.now);
  EXPECT_EQ(taken.value(), content.size());
  pair.deliver();

  ASSERT_EQ(record.size(), expected["record_len"]);
  EXPECT_EQ(hex(Bytes(record).first(32)), expected["record_start"]);
  EXPECT_EQ(hex(Bytes(record).last(kGcmTagSize)), expected["tag"]);
  EXPECT_EQ(hex(sha256(record)), expected["record_sha256"]);
  EXPECT_EQ(pair.server.seen.bytes(), content);
  EXPECT_EQ(pair.server.seen.messages(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Vectors, LongRecord, testing::Values(kAtOnce, 1),
                         [](const auto& test) { return test.param == 1 ? "byte_by_byte" : "at_once"; });

}  // namespace
}  // namespace pawl::test::session_vectors_test
