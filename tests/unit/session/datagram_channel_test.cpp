// SPDX-License-Identifier: Apache-2.0
// An open session over datagrams whose peer has the keys and keeps no rule, and what nobody else shows of its limits.
#include <gtest/gtest.h>

#include <pawl/port/sim/seeded_random.hpp>
#include <pawl/session/datagram_channel.hpp>

#include "tests/support/bytes.hpp"
#include "tests/support/names.hpp"

namespace pawl::test::datagram_channel_test {
namespace {

constexpr ByteArray<kCidSize> kCid{1, 2, 3, 4};
constexpr Instant kNow{1'000'000};
constexpr std::uint16_t kIdle = 60'000;

Side other(Side side) { return side == Side::client ? Side::server : Side::client; }

/// Of this side; the other one has them the other way round.
SessionSecrets secrets_of(Side side) {
  const Buffer ours(32, side == Side::client ? 1 : 2);
  const Buffer theirs(32, side == Side::client ? 2 : 1);
  SessionSecrets secrets;
  secrets.send = SendSecret(Bytes(ours).first<32>());
  secrets.receive = ReceiveSecret(Bytes(theirs).first<32>());
  if (side == Side::server) std::swap(secrets.sends, secrets.receives);
  return secrets;
}

/// A channel, and a peer that seals whatever it is told to.
struct Alone {
  explicit Alone(Side side, Buffer random_bytes = pattern(64))
      : random(std::move(random_bytes)),
        channel(secrets_of(side), kCid, {1024, 1024, kIdle, 1000}, words, random, counters, kNow),
        peer(secrets_of(other(side)).send, secrets_of(side).receives, kCid),
        reader(secrets_of(other(side)).receive, secrets_of(side).sends, reader_words),
        from_client(side == Side::client) {}

  DatagramChannel::Received hear(RecordType type, Bytes content) {
    record.resize(content.size() + peer.overhead());
    copy(content, MutBytes(record).subspan(peer.header_size()));
    EXPECT_TRUE(peer.seal(type, content.size(), record).ok());
    return channel.receive(record, now, slot, event);
  }
  /// The content of the record that is on its way now, or nothing.
  Buffer take() {
    Buffer datagram(slot.pending().begin(), slot.pending().end());
    if (datagram.empty()) return {};
    slot.uncommit();
    channel.flush(now, slot);
    const auto header = parse_datagram_record_header(datagram, from_client, kMaxMaxRx);
    const auto opened = reader.open(header.value(), datagram, now);
    return {opened.content.content.begin(), opened.content.content.end()};
  }
  void pass(Duration duration) {
    now = now + duration;
    channel.advance(now, slot);
  }
  /// It has said so, and after five seconds without an answer this is what it reports.
  void expect_closes(CloseReason reason, Error error) {
    EXPECT_EQ(take(), Buffer{static_cast<std::uint8_t>(reason)});
    pass(Config::kCloseWait);
    ASSERT_TRUE(channel.ended().has_value());
    EXPECT_EQ(channel.ended()->error, error);
  }

  Instant now = kNow;
  std::array<std::uint32_t, replay_words(64)> words{};
  std::array<std::uint32_t, replay_words(64)> reader_words{};
  Buffer tx = Buffer(1280);
  DatagramSlot slot{tx};
  LinkCounters counters;
  ScriptedRandom random;
  DatagramChannel channel;
  DatagramSealer peer;
  DatagramOpener reader;
  bool from_client;
  Buffer record;
  Event event;
};

class Channels : public testing::TestWithParam<Side> {
 protected:
  Alone alone{GetParam()};
};

TEST_P(Channels, AnAuthenticRecordThatIsNoneIsAProtocolError) {
  for (const auto& [type, size] : {std::pair{7U, 1U}, {0U, 0U}, {3U, 7U}, {4U, 9U}, {5U, 0U}, {5U, 2U}, {6U, 5U}}) {
    Alone each(GetParam());
    EXPECT_EQ(each.hear(static_cast<RecordType>(type), Buffer(size, 9)).error, Error::protocol) << type;
    EXPECT_FALSE(is_event(each.event));
    each.expect_closes(CloseReason::protocol, Error::protocol);
  }
}

TEST_P(Channels, AMessageIsOneRecord) {
  EXPECT_EQ(alone.hear(RecordType::data_more, pattern(5)).error, Error::none);
  EXPECT_FALSE(is_event(alone.event));
  alone.expect_closes(CloseReason::protocol, Error::protocol);
}

TEST_P(Channels, OnlyAServerGivesTickets) {
  EXPECT_EQ(alone.hear(RecordType::ticket, pattern(6)).error, Error::none);
  if (GetParam() == Side::server) return alone.expect_closes(CloseReason::protocol, Error::protocol);
  EXPECT_TRUE(alone.take().empty());
  alone.hear(RecordType::data, pattern(5));
  EXPECT_TRUE(std::holds_alternative<Message>(alone.event)) << "a client without tickets ignores one";
}

TEST_P(Channels, OneThatClosesKeepsItsReason) {
  alone.channel.close(CloseReason::normal, Error::none, alone.now, alone.slot);
  alone.hear(static_cast<RecordType>(7), pattern(1));
  alone.counters.corrupt = ~std::uint32_t{0} - 1;
  alone.hear(RecordType::data, pattern(5));
  alone.record.back() ^= 1;
  EXPECT_NE(alone.channel.receive(alone.record, alone.now, alone.slot, alone.event).error, Error::none);
  EXPECT_FALSE(is_event(alone.event)) << "nothing is delivered any more";
  alone.expect_closes(CloseReason::normal, Error::unconfirmed);
}

TEST_P(Channels, CountWhatTheyDrop) {
  Buffer none = pattern(30);
  EXPECT_EQ(alone.channel.receive(none, alone.now, alone.slot, alone.event).error, Error::malformed);
  EXPECT_EQ(alone.counters.dropped, 1U);
  alone.hear(RecordType::data, {});
  const Buffer kept = alone.record;
  EXPECT_EQ(alone.channel.receive(alone.record, alone.now, alone.slot, alone.event).error, Error::replayed);
  EXPECT_EQ(alone.counters.replayed, 1U);
  alone.record = kept;
  alone.record[alone.peer.header_size() - 1] = 9;  // the counter
  EXPECT_EQ(alone.channel.receive(alone.record, alone.now, alone.slot, alone.event).error, Error::tampered);
  EXPECT_EQ(alone.counters.corrupt, 1U);
  EXPECT_EQ(alone.counters.dropped, 1U);
}

/// PROTOCOL.md 10: the tag may be tried so often and no more.
TEST_P(Channels, CloseWhenTooManyRecordsWereForged) {
  alone.hear(RecordType::data, {});
  alone.record[alone.peer.header_size() - 1] = 9;
  alone.counters.corrupt = ~std::uint32_t{0} - 2;
  for (const bool last : {false, true}) {
    Buffer forged = alone.record;
    alone.channel.receive(forged, alone.now, alone.slot, alone.event);
    EXPECT_EQ(alone.slot.empty(), !last);
  }
  alone.expect_closes(CloseReason::limit, Error::limit);
}

TEST_P(Channels, CloseWithoutRandomBytesForAPing) {
  Alone poor(GetParam(), {});
  poor.channel.ping(poor.now, poor.slot);
  poor.expect_closes(CloseReason::normal, Error::random_failed);
}

TEST_P(Channels, EachPingHasBytesOfItsOwnAndARepeatedOneTheSame) {
  alone.channel.ping(alone.now, alone.slot);
  EXPECT_EQ(alone.take(), pattern(8));
  alone.pass(Config::kPingRepeat);
  EXPECT_EQ(alone.take(), pattern(8));
  EXPECT_EQ(alone.counters.retransmitted, 1U);
  alone.channel.ping(alone.now, alone.slot);
  EXPECT_NE(alone.take(), pattern(8));
  EXPECT_EQ(alone.counters.retransmitted, 1U);
}

TEST_P(Channels, AnEpochWithoutARecordIsNotLeft) {
  alone.channel.rekey(alone.now, alone.slot);
  EXPECT_TRUE(alone.slot.empty());
  EXPECT_TRUE(alone.channel.send(pattern(1), alone.now, alone.slot).ok());
  alone.take();
  EXPECT_TRUE(alone.slot.empty()) << "the wish is forgotten";
}

TEST_P(Channels, WakeForTheFirstThatIsDue) {
  EXPECT_EQ(alone.channel.deadline(false), kNow + seconds(kIdle / 3));
  EXPECT_TRUE(alone.channel.send(pattern(1), alone.now, alone.slot).ok());
  EXPECT_EQ(alone.channel.deadline(true), kNow + seconds(kIdle)) << "the slot is full";
  alone.take();
  EXPECT_EQ(alone.channel.deadline(false), kNow + Config::kEpochAge);
  alone.pass(Config::kEpochAge);
  EXPECT_EQ(alone.take().size(), kPingSize);
  EXPECT_EQ(alone.channel.deadline(false), alone.now + Config::kPingRepeat) << "the epoch waits for its pong";
}

TEST_P(Channels, SayCloseFourTimes) {
  alone.channel.close(CloseReason::normal, Error::none, alone.now, alone.slot);
  for (std::uint32_t sent = 1; sent <= 4; ++sent) {
    EXPECT_EQ(alone.channel.deadline(true), kNow + Config::kCloseWait);
    EXPECT_FALSE(alone.slot.empty());
    alone.take();
    EXPECT_EQ(alone.counters.retransmitted, sent - 1);
    EXPECT_EQ(alone.channel.deadline(false), sent < 4 ? alone.now + Config::kCloseRepeat : kNow + Config::kCloseWait);
    alone.pass(Config::kCloseRepeat);
  }
  EXPECT_TRUE(alone.slot.empty());
}

TEST_P(Channels, ExportAsASessionOnAStream) {
  Buffer out(33);
  const MutBytes all(out);
  EXPECT_TRUE(alone.channel.exporter(pattern(249), pattern(1000), all.first(32)).ok());
  EXPECT_EQ(alone.channel.exporter(pattern(250), {}, all.first(32)).error(), Error::invalid_argument);
  EXPECT_EQ(alone.channel.exporter(pattern(1), {}, all).error(), Error::invalid_argument);
}

INSTANTIATE_TEST_SUITE_P(Sides, Channels, testing::Values(Side::client, Side::server), name_of_side);

}  // namespace
}  // namespace pawl::test::datagram_channel_test
