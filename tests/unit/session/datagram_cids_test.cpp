// SPDX-License-Identifier: Apache-2.0
// A server finds the session of a datagram by its cid, PROTOCOL.md 13.4, whatever the cids are and whoever comes and
// goes.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/names.hpp"

namespace pawl::test::datagram_cids_test {
namespace {

constexpr std::size_t kPlaces = 8;

/// Draws the cids that a test wants, and the rest of what a server draws from a seeded source.
class ChosenCids final : public Random {
 public:
  Status fill(MutBytes out) override {
    if (out.size() != kCidSize || cids.empty()) return others_.fill(out);
    const std::uint32_t cid = cids.front();
    cids.pop_front();
    for (std::size_t i = 0; i < kCidSize; ++i) out[i] = static_cast<std::uint8_t>(cid >> (24 - 8 * i));
    return {};
  }

  std::deque<std::uint32_t> cids;

 private:
  SeededRandom others_{7};
};

/// A datagram with this cid, that nobody has sealed.
Buffer forged(std::uint32_t cid) {
  Buffer record = pattern(40);
  record[0] = 0x80;
  for (std::size_t i = 0; i < kCidSize; ++i) record[1 + i] = static_cast<std::uint8_t>(cid >> (24 - 8 * i));
  return record;
}

class Cids : public testing::Test {
 protected:
  Cids() {
    pair.server_random = &random;
    pair.client_settings.idle = pair.server_settings.idle = 0xFFFF;
    pair.tap = [this](Side from, Buffer& datagram) {
      if (from != Side::client || !keeping) return true;
      kept.push_back(datagram);
      return false;
    };
    pair.start();
    // So that nothing of the place is from the client that start() makes.
    pair.restart_server();
  }

  /// Another client comes, whose session is to have this cid. Whether it is let in. If not it goes again.
  bool come(std::uint32_t cid) {
    random.cids = {cid};
    keeping = false;
    pair.restart_client();
    pair.deliver();
    const bool in = pair.client().is_open();
    if (!in) pair.client().close(pair.now());
    return in;
  }

  /// What the client that came last would send.
  Buffer message(std::uint8_t byte) {
    keeping = true;
    kept.clear();
    EXPECT_TRUE(pair.client().send(ByteArray<1>{byte}, pair.now()).ok());
    pair.deliver();
    keeping = false;
    return kept.back();
  }

  /// How it would go. From now on nothing of it is heard.
  Buffer closing() {
    keeping = true;
    pair.client().close(pair.now());
    pair.deliver();
    return kept.back();
  }

  /// The client that came last goes, and its place is free.
  void leave() {
    pair.client().close(pair.now());
    pair.deliver();
    pair.pass(Config::kCloseWait);
  }

  /// Gives the server a datagram, and returns the place that it was for.
  std::optional<std::size_t> place_of(Buffer datagram) {
    const auto place = pair.server().receive(datagram, DatagramPair::kClientAddress, pair.now());
    if (place) got = pair.server().session(*place).next_event();
    text.reset();
    if (const auto* message = std::get_if<Message>(&got)) text = message->bytes[0];
    got = {};
    return place;
  }

  ChosenCids random;
  DatagramPair pair{Account{kRawKeyPsk}, {}, 1, kPlaces};
  /// What the client sends is kept, and does not arrive.
  bool keeping = false;
  std::vector<Buffer> kept;
  Event got;
  /// Of the message that place_of() has brought.
  std::optional<std::uint8_t> text;
};

/// With eight places the first three bits of a cid are the number of its chain.
TEST_F(Cids, ThatFallTogetherAreToldApart) {
  for (const std::uint32_t step : {1U, 0x100U, 0x20000000U}) {
    pair.restart_server();
    std::vector<Buffer> messages;
    for (std::uint8_t i = 0; i < kPlaces; ++i) {
      ASSERT_TRUE(come(0x1000U + i * step)) << "the table is as full as it can be";
      messages.push_back(message(i));
    }
    std::set<std::size_t> places;
    for (std::uint8_t i = 0; i < kPlaces; ++i) {
      const auto place = place_of(messages[i]);
      ASSERT_TRUE(place.has_value());
      EXPECT_EQ(text, i);
      places.insert(*place);
    }
    EXPECT_EQ(places.size(), kPlaces);
  }
}

TEST_F(Cids, OfNobodyAreDropped) {
  ASSERT_TRUE(come(5));
  const std::uint32_t before = pair.server().counters().dropped;
  for (const std::uint32_t cid : {0U, 4U, 6U, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFFFFU}) {
    EXPECT_FALSE(place_of(forged(cid)).has_value()) << cid;
  }
  EXPECT_EQ(pair.server().counters().dropped, before + 6);
  EXPECT_TRUE(place_of(forged(5)).has_value());
}

/// The last of all has its chain, too.
TEST_F(Cids, MayBeAnything) {
  for (const std::uint32_t cid : {0U, 0xFFFFFFFFU, 0x80000000U, 0x7FFFFFFFU}) {
    ASSERT_TRUE(come(cid));
    const Buffer sent = message(9);
    EXPECT_TRUE(place_of(sent).has_value());
    EXPECT_EQ(text, 9);
  }
}

TEST_F(Cids, OfSessionsThatAreOverAreNobodys) {
  ASSERT_TRUE(come(1));
  const Buffer first = message(1);
  ASSERT_TRUE(come(2));
  const Buffer second = message(2);
  leave();
  ASSERT_TRUE(come(3));
  const Buffer third = message(3);
  EXPECT_FALSE(place_of(second).has_value()) << "not even once its place is another's";
  EXPECT_TRUE(place_of(first).has_value());
  EXPECT_EQ(text, 1);
  EXPECT_TRUE(place_of(third).has_value());
  EXPECT_EQ(text, 3);
}

TEST_F(Cids, AreFreeAgainAfterTheSession) {
  ASSERT_TRUE(come(1));
  leave();
  ASSERT_TRUE(come(2));
  ASSERT_TRUE(come(1));
  const Buffer again = message(1);
  EXPECT_FALSE(come(1)) << "one at a time has it";
  EXPECT_TRUE(place_of(again).has_value());
  EXPECT_EQ(text, 1);
}

TEST_F(Cids, OfHandshakesThatAreOverAreNobodys) {
  pair.user_known = false;
  EXPECT_FALSE(come(4));
  EXPECT_TRUE(place_of(forged(4)).has_value()) << "the server waits for a proof";
  pair.pass(Config::kHalfOpen);
  EXPECT_FALSE(place_of(forged(4)).has_value());
  pair.user_known = true;
  ASSERT_TRUE(come(4));
  EXPECT_TRUE(place_of(forged(4)).has_value());
}

/// A server with one place has one chain.
TEST_F(Cids, OfOnePlace) {
  DatagramPair one(Account{kRawKeyPsk}, {}, 1, 1);
  ASSERT_TRUE(one.open());
  Buffer record = forged(0);
  copy(Bytes(one.sent_by_client.back()).subspan(1, kCidSize), MutBytes(record).subspan(1));
  EXPECT_EQ(one.server().receive(record, DatagramPair::kClientAddress, one.now()), 0U);
  record[1] ^= 1;
  EXPECT_FALSE(one.server().receive(record, DatagramPair::kClientAddress, one.now()).has_value());
}

/// Clients come and go, and the cids are drawn from few, so that chains are long and cids come again. What a map says
/// is what the server does.
TEST_F(Cids, OfThoseWhoComeAndGo) {
  constexpr std::uint32_t kCids = 12;
  const auto cid_of = [](std::uint32_t number) { return number * 0x0AAAAAAAU; };
  struct Peer {
    std::size_t place;
    Buffer close;
  };
  std::map<std::uint32_t, Peer> open;
  SeededRandom dice(11);
  ByteArray<2> drawn{};
  for (int step = 0; step < 400; ++step) {
    ASSERT_TRUE(dice.fill(drawn).ok());
    const std::uint32_t number = drawn[0] % kCids;
    const auto found = open.find(number);
    if (found != open.end() && drawn[1] % 2 == 0) {
      ASSERT_EQ(place_of(found->second.close), found->second.place);
      pair.pass(Config::kCloseWait);
      open.erase(found);
    } else {
      const bool free = found == open.end() && open.size() < kPlaces;
      ASSERT_EQ(come(cid_of(number)), free) << step;
      if (free) open[number] = {place_of(message(1)).value_or(kPlaces), closing()};
    }
    for (std::uint32_t i = 0; i < kCids; ++i) {
      const auto expected = open.find(i);
      const auto place = place_of(forged(cid_of(i)));
      ASSERT_EQ(place, expected != open.end() ? std::optional(expected->second.place) : std::nullopt) << step;
    }
  }
}

}  // namespace
}  // namespace pawl::test::datagram_cids_test
