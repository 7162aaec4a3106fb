// SPDX-License-Identifier: Apache-2.0
/// Sessions with an attacker on the line: whatever he does, nothing false is delivered, the end is named, and both
/// sides finish.
#include <functional>

#include "tests/unit/port/line.hpp"

namespace pawl::test::pump_tap_test {
namespace {

/// The longest that a session of these tests can go on: its idle time-out, then the waits of closing.
constexpr Duration kLongest = seconds(120 + 5 + 5 + 1 + 1);

/// Records follow the handshake's frames.
std::size_t first_record(Side reader, const Flow& flow) {
  return reader == Side::server || flow.kind == Kind::password ? 2 : 1;
}

struct Attack {
  const char* name;
  /// Does it to records from number `first` on.
  std::function<void(Tap&, std::size_t first)> prepare;
  /// Of four messages, how many are delivered before it shows.
  std::size_t delivered;
};

const Attack kAttacks[] = {
    {"altered_header_epoch", [](Tap& tap, std::size_t first) { tap.flip(first + 1, 2); }, 1},
    {"altered_header_length", [](Tap& tap, std::size_t first) { tap.flip(first + 1, 15); }, 1},
    {"altered_text", [](Tap& tap, std::size_t first) { tap.flip(first + 1, 8 * 2 + 3); }, 1},
    {"altered_tag", [](Tap& tap, std::size_t first) { tap.flip(first, 8 * 2 + 8 * 10); }, 0},
    {"dropped", [](Tap& tap, std::size_t first) { tap.drop(first + 2); }, 2},
    {"dropped_last", [](Tap& tap, std::size_t first) { tap.drop(first + 3); }, 3},
    {"replayed_at_once", [](Tap& tap, std::size_t first) { tap.replay(first + 1, first + 1); }, 2},
    {"replayed_later", [](Tap& tap, std::size_t first) { tap.replay(first, first + 2); }, 3},
    {"reordered", [](Tap& tap, std::size_t first) { tap.swap(first + 1); }, 1},
    {"handshake_frame", [](Tap& tap, std::size_t first) { tap.replay(first - 1, first + 1); }, 2},
};

class PumpTap : public testing::TestWithParam<std::tuple<Flow, Side, Attack>> {};

std::string attack_name(const testing::TestParamInfo<PumpTap::ParamType>& each) {
  const auto& [flow, reader, attack] = each.param;
  return std::string(flow == kRawKeyPsk ? "raw_key" : "password_ecdhe") +
         (reader == Side::client ? "_to_client_" : "_to_server_") + attack.name;
}
INSTANTIATE_TEST_SUITE_P(, PumpTap,
                         testing::Combine(testing::Values(kRawKeyPsk, kPasswordEcdhe),
                                          testing::Values(Side::client, Side::server), testing::ValuesIn(kAttacks)),
                         attack_name);

TEST_P(PumpTap, EndsAsTampered) {
  const auto& [flow, reader, attack] = GetParam();
  const User user(quick_account(flow));
  Line line(user);
  attack.prepare(reader == Side::client ? line.to_client : line.to_server, first_record(reader, flow));
  line.open();
  Pumped& receiver = reader == Side::client ? line.client : line.server;
  Pumped& sender = reader == Side::client ? line.server : line.client;
  const std::vector<Buffer> messages{bytes_of("zero"), bytes_of("one"), bytes_of("two"), bytes_of("three")};
  sender.to_send = {messages.begin(), messages.end()};
  line.settle();
  sender.session.close(line.clock.now());
  line.finish(kLongest);

  EXPECT_EQ(receiver.error(), Error::tampered);
  Buffer genuine;
  for (std::size_t i = 0; i < attack.delivered; ++i) append(genuine, messages[i]);
  EXPECT_EQ(receiver.seen.bytes(), genuine);
  // The sender is told nothing: its stream just ends.
  EXPECT_TRUE(sender.error() == Error::truncated || sender.error() == Error::unconfirmed);
}

class PumpLine : public testing::Test {
 protected:
  const User user_{quick_account()};
};

TEST_F(PumpLine, LostCloseIsNoNormalEnd) {
  Line line(user_);
  line.to_server.drop(first_record(Side::server, kRawKeyPsk));
  line.open();
  line.client.session.close(line.clock.now());
  line.finish(kLongest);
  EXPECT_EQ(line.client.error(), Error::unconfirmed);
  EXPECT_EQ(line.server.error(), Error::truncated);
}

TEST_F(PumpLine, AlteredFinishOpensNoServer) {
  Line line(user_);
  line.to_server.flip(1, 8 * 20);
  line.start();
  line.finish(kLongest);
  EXPECT_EQ(line.server.seen.established, 0);
  EXPECT_EQ(line.server.error(), Error::authentication_failed);
  EXPECT_EQ(line.client.error(), Error::authentication_failed);
}

/// A whole session with a message each way and a close by the client; then what must hold whatever was done to the
/// line.
void run_whole(Line& line) {
  line.start();
  line.client.to_send = {bytes_of("question")};
  line.settle();
  line.server.to_send = {bytes_of("answer")};
  line.settle();
  if (line.client.session.is_open()) line.client.session.close(line.clock.now());
  line.finish(kLongest);
  ASSERT_TRUE(line.client.seen.closed && line.server.seen.closed);
  const std::string at_server = hex(line.server.seen.bytes());
  const std::string at_client = hex(line.client.seen.bytes());
  EXPECT_TRUE(at_server.empty() || at_server == hex(bytes_of("question")));
  EXPECT_TRUE(at_client.empty() || at_client == hex(bytes_of("answer")));
}

using Which = Tap Line::*;
constexpr Which kTaps[] = {&Line::to_client, &Line::to_server};

/// The units of an undisturbed session that pass a tap.
std::vector<Buffer> units_of(const User& user, Which which) {
  Line line(user);
  std::vector<Buffer> units;
  (line.*which).log([&units](Bytes unit) { units.emplace_back(unit.begin(), unit.end()); });
  run_whole(line);
  EXPECT_EQ(line.client.error(), Error::none);
  EXPECT_EQ(line.server.error(), Error::none);
  return units;
}

TEST_F(PumpLine, EndsWhereverItIsCut) {
  for (const Which which : kTaps) {
    std::size_t total = 0;
    for (const Buffer& unit : units_of(user_, which)) total += unit.size();
    ASSERT_GT(total, 100U);
    for (std::size_t cut = 0; cut < total; ++cut) {
      SCOPED_TRACE(cut);
      Line line(user_);
      (line.*which).cut(cut);
      run_whole(line);
      const Error reader = which == &Line::to_client ? line.client.error() : line.server.error();
      EXPECT_TRUE(reader == Error::connection_lost || reader == Error::truncated || reader == Error::unconfirmed);
      ASSERT_FALSE(HasFailure());
    }
  }
}

TEST_F(PumpLine, EndsWhateverBitIsFlipped) {
  for (const Which which : kTaps) {
    const std::vector<Buffer> units = units_of(user_, which);
    ASSERT_GE(units.size(), 3U);
    for (std::size_t unit = 0; unit < units.size(); ++unit) {
      for (std::size_t bit = 0; bit < units[unit].size() * 8; ++bit) {
        SCOPED_TRACE(testing::Message() << "unit " << unit << " bit " << bit);
        Line line(user_);
        (line.*which).flip(unit, bit);
        run_whole(line);
        const Error reader = which == &Line::to_client ? line.client.error() : line.server.error();
        ASSERT_NE(reader, Error::none);
        ASSERT_FALSE(HasFailure());
      }
    }
  }
}

}  // namespace
}  // namespace pawl::test::pump_tap_test
