// SPDX-License-Identifier: Apache-2.0
// Nobody gets in, and nobody learns why not (PROTOCOL.md 8.4, 11.3): a wrong secret, an unknown user, a user of another
// kind and a user of another mode are the same conversation. One client makes the same attempt at servers that know
// different things of its user; all that is random is the same each time, so the servers' bytes must be, too.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/counting_exchange.hpp"
#include "tests/support/names.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::indistinguishable_test {
namespace {

constexpr Instant kNow{1'000'000};
constexpr std::string_view kRejectFailed = "0002060003010000";

// ServerHello: header 5, max_rx 2, idle 2, nonce 16; then, in the password flow, iterations 4 and salt 16.
constexpr std::size_t kSaltAt = 29;

/// Mode pake has one kind.
Flow other_kind(const Flow& flow) {
  if (flow.kind == Kind::raw_key) return {Kind::password, flow.mode};
  return {Kind::raw_key, flow.mode == Mode::pake ? Mode::psk_ecdhe : flow.mode};
}
Flow other_mode(const Flow& flow) { return {flow.kind, flow.mode == Mode::psk ? Mode::psk_ecdhe : Mode::psk}; }

/// A user with another secret than attempts are made with.
Account enrolled(const Flow& flow) {
  Account account{flow};
  account.secret = Buffer(32, 0xEE);
  account.salt = {0xB0, 0xB1, 0xB2};
  return account;
}

/// What an attempt to log in looks like to somebody who sees all of it and knows nothing.
struct Conversation {
  std::vector<std::string> from_server;
  std::vector<std::size_t> from_client;
  Error client = Error::none;
  Error server = Error::none;
  std::string salt;
  ExchangeCount cost;
  int opened = 0;
};

/// A ServerHello with what may differ from one world to another blotted out: the salt, and the proof; in mode pake the
/// share, which its blind makes another, random in each.
std::string blotted(Buffer frame, const Flow& flow) {
  const bool password = flow.kind == Kind::password;
  const MutBytes all(frame);
  const MutBytes part = password ? all.subspan(kSaltAt, kSaltSize) : all.last(kConfirmSize);
  std::fill(part.begin(), part.end(), std::uint8_t{0});
  if (flow.mode == Mode::pake) std::ranges::fill(all.last(kShareSize), std::uint8_t{0});
  return hex(frame);
}

void note_client(Conversation& seen, Bytes sent) {
  if (!sent.empty()) seen.from_client.push_back(sent.size());
}

/// A server, and a client that sends whatever proof it can make, even to a server that has proved nothing.
class Attempt {
 public:
  explicit Attempt(const Flow& flow) : flow_(flow), enrolled_(Account{flow}), client_(enrolled_) {
    if (flow.kind == Kind::password) client_.forget_derived();
    server_.settings.exchange = &counting_exchange;
    server_.settings.pake = &counting_pake;
  }

  Attempt& knowing(const Enrolled& user) {
    server_.users.push_back(&user);
    return *this;
  }
  /// Alters what the server sends.
  Attempt& through(std::function<void(Buffer&)> tap) {
    tap_ = std::move(tap);
    return *this;
  }
  Server& server() { return server_; }
  Client& client() { return client_; }

  Conversation run();

 private:
  Buffer next_from_server(Conversation& seen);

  Flow flow_;
  Enrolled enrolled_;
  Client client_;
  Server server_;
  std::function<void(Buffer&)> tap_;
};

Buffer Attempt::next_from_server(Conversation& seen) {
  Buffer bytes = server_.take(kNow);
  if (tap_) tap_(bytes);
  for (const Buffer& unit : units_of(bytes)) {
    const bool hello = unit[2] == static_cast<std::uint8_t>(FrameType::server_hello);
    seen.from_server.push_back(hello ? blotted(unit, flow_) : hex(unit));
    if (hello && flow_.kind == Kind::password) seen.salt = hex(Bytes(unit).subspan(kSaltAt, kSaltSize));
  }
  return bytes;
}

Conversation Attempt::run() {
  Conversation seen;
  EXPECT_TRUE(server_.start(kNow).ok());
  EXPECT_TRUE(client_.start(kNow).ok());
  const Buffer hello = client_.take(kNow);
  note_client(seen, hello);
  exchange_count = {};
  server_.give(hello, kNow);
  client_.give(next_from_server(seen), kNow);
  Buffer finish = client_.take(kNow);
  note_client(seen, finish);
  // A client of the key flow has seen a wrong proof and said nothing more. One who wants to know more goes on.
  if (finish.empty()) finish = unhex("0002030020" + std::string(64, '5'));
  server_.give(finish, kNow);
  client_.give(next_from_server(seen), kNow);
  seen.cost = exchange_count;
  seen.client = client_.seen.closed.value_or(Closed{}).error;
  seen.server = server_.seen.closed.value_or(Closed{}).error;
  seen.opened = client_.seen.established + server_.seen.established;
  return seen;
}

void expect_same(const Conversation& a, const Conversation& b) {
  EXPECT_EQ(a.from_server, b.from_server);
  EXPECT_EQ(a.from_client, b.from_client);
  EXPECT_EQ(a.client, b.client);
  EXPECT_EQ(a.server, b.server);
  EXPECT_EQ(a.cost, b.cost);
}

class Indistinguishable : public testing::TestWithParam<Flow> {
 protected:
  Flow flow = GetParam();
  Enrolled user{enrolled(flow)};
  /// The user is known and the secret is wrong.
  Conversation wrong_secret = Attempt(flow).knowing(user).run();
};

TEST_P(Indistinguishable, AWrongSecretIsRefused) {
  EXPECT_EQ(wrong_secret.opened, 0);
  EXPECT_EQ(wrong_secret.client, Error::authentication_failed);
  EXPECT_EQ(wrong_secret.server, Error::authentication_failed);
  ASSERT_EQ(wrong_secret.from_server.size(), 2U);
  EXPECT_EQ(wrong_secret.from_server.back(), kRejectFailed);
}

TEST_P(Indistinguishable, AnUnknownUserIsTheSame) { expect_same(Attempt(flow).run(), wrong_secret); }

TEST_P(Indistinguishable, AUserOfTheOtherKindIsTheSame) {
  const Enrolled other(enrolled(other_kind(flow)));
  expect_same(Attempt(flow).knowing(other).run(), wrong_secret);
}

TEST_P(Indistinguishable, AUserOfTheOtherModeIsTheSame) {
  const Enrolled other(enrolled(other_mode(flow)));
  expect_same(Attempt(flow).knowing(other).run(), wrong_secret);
}

TEST_P(Indistinguishable, AUserOfModePakeIsTheSame) {
  if (flow == kPasswordPake) return;
  const Enrolled other(enrolled(kPasswordPake));
  expect_same(Attempt(flow).knowing(other).run(), wrong_secret);
}

TEST_P(Indistinguishable, AUserOfTheOtherKindAndModeIsTheSame) {
  const Enrolled other(enrolled(other_kind(other_mode(flow))));
  expect_same(Attempt(flow).knowing(other).run(), wrong_secret);
}

TEST_P(Indistinguishable, TheRightSecretOfTheOtherKindOrModeDoesNotHelp) {
  for (const Flow& other : {other_kind(flow), other_mode(flow), other_kind(other_mode(flow))}) {
    SCOPED_TRACE(name_of(other));
    const Enrolled same_secret(Account{other});
    expect_same(Attempt(flow).knowing(same_secret).run(), wrong_secret);
  }
}

TEST_P(Indistinguishable, EveryFailureCostsTheSame) {
  const bool curve = flow.mode != Mode::psk;
  EXPECT_EQ(wrong_secret.cost, (ExchangeCount{curve ? 1 : 0, curve ? 3 : 0}));
}

// The controls: the comparison would see it.

TEST_P(Indistinguishable, ControlTheRightSecretIsNotTheSame) {
  const Enrolled right(Account{flow});
  const Conversation good = Attempt(flow).knowing(right).run();
  EXPECT_EQ(good.opened, 2);
  EXPECT_NE(good.from_server, wrong_secret.from_server);
}

TEST_P(Indistinguishable, ControlAnotherRejectIsNotTheSame) {
  const auto altered = [](Buffer& bytes) {
    if (!bytes.empty() && bytes[2] == static_cast<std::uint8_t>(FrameType::reject)) bytes[5] = 2;
  };
  EXPECT_NE(Attempt(flow).through(altered).run().from_server, wrong_secret.from_server);
}

TEST_P(Indistinguishable, ControlAnotherByteOfTheHelloIsNotTheSame) {
  for (const std::size_t at : {5U, 7U, 9U, 24U}) {
    const auto altered = [&](Buffer& bytes) {
      if (bytes[2] == static_cast<std::uint8_t>(FrameType::server_hello)) bytes[at] ^= 1U;
    };
    EXPECT_NE(Attempt(flow).through(altered).run().from_server, wrong_secret.from_server) << at;
  }
}

TEST_P(Indistinguishable, ControlAnotherLengthIsNotTheSame) {
  Attempt longer(flow);
  longer.client().settings.max_rx = 100;
  longer.server().settings.max_rx = 100;
  EXPECT_NE(longer.run().from_server, wrong_secret.from_server);
  const auto cut = [](Buffer& bytes) { bytes = units_of(bytes).size() == 1 ? Buffer() : bytes; };
  EXPECT_NE(Attempt(flow).through(cut).run().from_server, wrong_secret.from_server);
}

INSTANTIATE_TEST_SUITE_P(Flows, Indistinguishable, testing::ValuesIn(kFlows), name_of_flow);

// The key flow has no salt.
class IndistinguishableSalt : public Indistinguishable {};

TEST_P(IndistinguishableSalt, OfAKnownUserWithAnotherKindOrModeIsThatOfAnUnknownOne) {
  const Enrolled kind(enrolled(other_kind(flow)));
  const Enrolled mode(enrolled(other_mode(flow)));
  const std::string unknown = Attempt(flow).run().salt;
  EXPECT_EQ(Attempt(flow).run().salt, unknown);
  EXPECT_EQ(Attempt(flow).knowing(kind).run().salt, unknown);
  EXPECT_EQ(Attempt(flow).knowing(mode).run().salt, unknown);
  EXPECT_NE(wrong_secret.salt, unknown);
}

INSTANTIATE_TEST_SUITE_P(Flows, IndistinguishableSalt, testing::Values(kPasswordPsk, kPasswordEcdhe, kPasswordPake),
                         name_of_flow);

// The salt of somebody who does not exist.

std::string salt_for(std::string_view user, Mode mode, std::uint32_t seed) {
  Account account{Flow{Kind::password, mode}};
  account.user = bytes_of(user);
  const Enrolled enrolled(account);
  Client client(enrolled, seed);
  Server server(seed + 1);
  EXPECT_TRUE(server.start(kNow).ok());
  EXPECT_TRUE(client.start(kNow).ok());
  server.give(client.take(kNow), kNow);
  return hex(Bytes(server.take(kNow)).subspan(kSaltAt, kSaltSize));
}

TEST(SaltOfAnUnknownUser, IsTheSameAtEveryAttempt) {
  EXPECT_EQ(salt_for("nobody", Mode::psk, 10), salt_for("nobody", Mode::psk, 20));
  EXPECT_EQ(salt_for("nobody", Mode::psk_ecdhe, 10), salt_for("nobody", Mode::psk_ecdhe, 20));
}

TEST(SaltOfAnUnknownUser, DependsOnTheModeAndTheUser) {
  EXPECT_NE(salt_for("nobody", Mode::psk, 10), salt_for("nobody", Mode::psk_ecdhe, 10));
  EXPECT_NE(salt_for("nobody", Mode::psk, 10), salt_for("nobodx", Mode::psk, 10));
}

// A server that does not serve a flow refuses all of it alike.

TEST(FlowThatIsNotServed, IsRefusedWithoutAskingForTheUser) {
  for (const Flow& flow : kFlows) {
    SCOPED_TRACE(name_of(flow));
    Pair pair(flow);
    (flow.kind == Kind::password ? pair.server.settings.password_flow : pair.server.settings.key_flow) = nullptr;
    pair.start();
    pair.deliver();
    EXPECT_EQ(hex(pair.sent(Side::server)), kRejectFailed);
    EXPECT_TRUE(pair.server.seen.credentials_wanted.empty());
  }
}

}  // namespace
}  // namespace pawl::test::indistinguishable_test
