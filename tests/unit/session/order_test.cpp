// SPDX-License-Identifier: Apache-2.0
// In what pieces bytes come, and in what order calls are made, changes nothing.
#include <gtest/gtest.h>

#include <random>

#include "tests/support/names.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::order_test {
namespace {

/// Moves bytes both ways, each time some of those that are there, until none are left.
void deliver_at_random(Pair& pair, std::mt19937& engine) {
  for (bool moved = true; moved;) {
    moved = false;
    for (const Side from : {Side::client, Side::server}) {
      pair.collect(from);
      Buffer& way = pair.on_the_way(Pair::other(from));
      if (way.empty()) continue;
      const auto part = static_cast<std::ptrdiff_t>(1 + engine() % way.size());
      const Buffer chunk(way.begin(), way.begin() + part);
      const auto taken = static_cast<std::ptrdiff_t>(pair.end(Pair::other(from)).give(chunk, pair.now));
      way.erase(way.begin(), way.begin() + taken);
      moved = moved || taken > 0;
    }
  }
  pair.deliver();
}

/// A conversation, delivered by `deliver` wherever something is on the way; returns all that both sides have sent.
std::string converse(const Flow& flow, std::size_t piece, const std::function<void(Pair&)>& deliver) {
  Pair pair(flow);
  pair.piece = piece;
  pair.start();
  deliver(pair);
  EXPECT_EQ(pair.client.seen.established + pair.server.seen.established, 2);
  pair.client.send(bytes_of("first"), pair.now);
  pair.client.send(bytes_of("second"), pair.now);
  pair.server.send(pattern(400), pair.now);
  deliver(pair);
  pair.server.send({}, pair.now);
  EXPECT_TRUE(pair.client.session().rekey(pair.now).ok());
  pair.client.send(bytes_of("third"), pair.now);
  deliver(pair);
  pair.client.session().close(pair.now);
  deliver(pair);
  EXPECT_EQ(hex(pair.server.seen.bytes()), hex(bytes_of("firstsecondthird")));
  EXPECT_EQ(pair.server.seen.messages(), 3U);
  EXPECT_EQ(hex(pair.client.seen.bytes()), hex(pattern(400)));
  EXPECT_EQ(pair.client.seen.messages(), 2U);
  for (const Side side : {Side::client, Side::server}) {
    EXPECT_TRUE(pair.end(side).seen.closed.has_value());
    EXPECT_EQ(pair.end(side).seen.closed.value_or(Closed{Error::timeout}).error, Error::none);
  }
  return hex(pair.sent(Side::client)) + "|" + hex(pair.sent(Side::server));
}

class Order : public testing::TestWithParam<Flow> {
 protected:
  const std::string at_once = converse(GetParam(), kAtOnce, [](Pair& pair) { pair.deliver(); });
};

TEST_P(Order, IsTheSameInPiecesOfAnySize) {
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 20U, 64U}) {
    SCOPED_TRACE(piece);
    EXPECT_EQ(converse(GetParam(), piece, [](Pair& pair) { pair.deliver(); }), at_once);
  }
}

TEST_P(Order, IsTheSameInRandomPieces) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 engine(seed);
    const auto deliver = [&](Pair& pair) { deliver_at_random(pair, engine); };
    EXPECT_EQ(converse(GetParam(), kAtOnce, deliver), at_once);
  }
}

TEST_P(Order, LetsTheFirstWhoIsOpenSendBeforeItsPeerIs) {
  const bool server_first = GetParam().kind == Kind::password;
  const Side first = server_first ? Side::server : Side::client;
  for (const std::size_t piece : {std::size_t{1}, kAtOnce}) {
    Pair pair(GetParam());
    pair.piece = piece;
    pair.reach(Pair::other(first), server_first ? State::wait_sf : State::wait_cf);
    ASSERT_TRUE(pair.end(first).session().is_open());
    EXPECT_EQ(pair.end(first).send(bytes_of("one"), pair.now), 3U);
    EXPECT_EQ(pair.end(first).send(bytes_of("two"), pair.now), 3U);
    const Seen& seen = pair.end(Pair::other(first)).seen;
    ASSERT_EQ(seen.established, 0);
    pair.deliver();
    EXPECT_EQ(seen.established, 1);
    EXPECT_EQ(hex(seen.bytes()), hex(bytes_of("onetwo")));
    EXPECT_EQ(seen.messages(), 2U);
  }
}

TEST_P(Order, LetsBothCloseAtOnceAfterTheirLastMessages) {
  Pair pair(GetParam());
  pair.open();
  for (const Side side : {Side::client, Side::server}) {
    pair.end(side).send(bytes_of("last words"), pair.now);
    pair.end(side).session().close(pair.now);
  }
  pair.collect(Side::client);
  pair.collect(Side::server);
  pair.deliver();
  for (const Side side : {Side::client, Side::server}) {
    EXPECT_TRUE(pair.end(side).seen.fragments.empty()) << "after its close a side takes nothing but a close";
    ASSERT_TRUE(pair.end(side).seen.closed.has_value());
    EXPECT_EQ(pair.end(side).seen.closed->error, Error::none);
  }
}

INSTANTIATE_TEST_SUITE_P(Flows, Order, testing::ValuesIn(kFlows), name_of_flow);

// One event at a time.

class OneEvent : public testing::Test {
 protected:
  Pair pair{kRawKeyEcdhe};
  Session& server() { return pair.server.session(); }
  std::size_t receive(Bytes in) { return server().receive(in, pair.now).value(); }
};

TEST_F(OneEvent, ReceiveStopsAtAFrameAndTakesNothingWhileTheServerLooksForTheUser) {
  pair.reach(Side::server, State::wait_ch);
  Buffer stream = pair.on_the_way(Side::server);
  const std::size_t hello = stream.size();
  append(stream, bytes_of("more"));
  EXPECT_EQ(receive(stream), hello);
  EXPECT_EQ(receive(bytes_of("more")), 0U) << "an event waits";
  const Event event = server().next_event();
  const auto* wanted = std::get_if<CredentialWanted>(&event);
  ASSERT_NE(wanted, nullptr);
  EXPECT_EQ(hex(wanted->user), hex(pair.enrolled.account.user));
  EXPECT_EQ(receive(bytes_of("more")), 0U) << "the answer to the event waits";
  EXPECT_TRUE(server().provide(pair.enrolled.enrolment, pair.now).ok());
  while (server().has_work()) {
    EXPECT_EQ(receive(bytes_of("more")), 0U) << "work waits";
    EXPECT_TRUE(server().outgoing().empty());
    server().advance(pair.now);
  }
  EXPECT_FALSE(server().outgoing().empty());
  EXPECT_GT(receive(bytes_of("more")), 0U);
}

TEST_F(OneEvent, ReceiveStopsAtARecordAndTakesNothingWhileTheMessageWaits) {
  pair.open();
  pair.client.send(bytes_of("one"), pair.now);
  const Buffer one = pair.client.take(pair.now);
  pair.client.send(bytes_of("two"), pair.now);
  const Buffer two = pair.client.take(pair.now);
  EXPECT_EQ(receive(joined({one, two})), one.size());
  EXPECT_EQ(receive(two), 0U);
  const Event event = server().next_event();
  EXPECT_EQ(hex(std::get<Message>(event).bytes), hex(bytes_of("one")));
  EXPECT_EQ(receive(two), two.size());
  EXPECT_EQ(hex(std::get<Message>(server().next_event()).bytes), hex(bytes_of("two")));
  EXPECT_FALSE(is_event(server().next_event())) << "events come once";
}

TEST_F(OneEvent, AMessageIsValidUntilTheNextReceiveWhateverElseIsCalled) {
  pair.open();
  pair.client.send(bytes_of("question"), pair.now);
  const Buffer record = pair.client.take(pair.now);
  ASSERT_EQ(receive(record), record.size());
  const Event event = server().next_event();
  const Message message = std::get<Message>(event);
  EXPECT_TRUE(server().send(bytes_of("answer"), true, pair.now).ok());
  EXPECT_TRUE(server().rekey(pair.now).ok());
  server().advance(pair.now + seconds(100));
  server().sent(server().outgoing().size(), pair.now);
  server().close(pair.now);
  EXPECT_EQ(hex(message.bytes), hex(bytes_of("question")));
  EXPECT_TRUE(message.last);
}

TEST_F(OneEvent, AMessageGoesOutBetweenTheHalvesOfOneThatComesIn) {
  pair.open();
  pair.client.send(bytes_of("coming in"), pair.now);
  const Buffer record = pair.client.take(pair.now);
  EXPECT_EQ(receive(Bytes(record).first(11)), 11U);
  EXPECT_TRUE(server().send(bytes_of("going out"), true, pair.now).ok());
  pair.deliver(Side::server);
  EXPECT_EQ(hex(pair.client.seen.bytes()), hex(bytes_of("going out")));
  EXPECT_EQ(receive(Bytes(record).subspan(11)), record.size() - 11);
  EXPECT_EQ(hex(std::get<Message>(server().next_event()).bytes), hex(bytes_of("coming in")));
}

TEST_F(OneEvent, TheLastMessageIsSeenBeforeTheEnd) {
  pair.open();
  pair.client.send(bytes_of("bye"), pair.now);
  pair.client.session().close(pair.now);
  const Buffer stream = pair.client.take(pair.now);
  const std::size_t taken = receive(stream);
  server().end_of_stream(pair.now);
  EXPECT_EQ(hex(std::get<Message>(server().next_event()).bytes), hex(bytes_of("bye")));
  EXPECT_LT(taken, stream.size());
  EXPECT_EQ(std::get<Closed>(server().next_event()).error, Error::truncated) << "the close was not taken";
  EXPECT_FALSE(is_event(server().next_event()));
}

}  // namespace
}  // namespace pawl::test::order_test
