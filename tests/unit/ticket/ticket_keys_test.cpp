// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/port/sim/seeded_random.hpp>
#include <pawl/ticket/ticket_keys.hpp>

#include "tests/support/vectors.hpp"

namespace pawl::test::ticket_keys_test {
namespace {

constexpr std::uint64_t kNow = 1'000'000;
constexpr std::uint64_t kHalf = TicketKeys::kLifetime / 2;

TicketKey key_of(std::uint32_t id, std::uint64_t made, Bytes secret = pattern(32)) {
  TicketKey key{.id = id, .made = made, .secret = AesKey(secret.first<32>())};
  return key;
}

/// A ticket of `user` that ends a lifetime after `now`.
void fill(Ticket& ticket, std::uint64_t now = kNow, Bytes user = bytes_of("alice")) {
  copy(pattern(32), ticket.secret.writable());
  ticket.chain = {1, 2, 3};
  ticket.not_after = now + TicketKeys::kLifetime;
  ticket.chain_not_after = now + TicketKeys::kChainLifetime;
  ticket.generation = 0x01020304;
  ticket.mode = Mode::pake;
  EXPECT_TRUE(ticket.set_user(user).ok());
}

class TicketKeysTest : public testing::Test {
 protected:
  SeededRandom random{3};
  TicketKeys keys{random};

  /// A ticket that these keys have sealed.
  Buffer sealed(std::uint64_t now = kNow, Bytes user = bytes_of("alice")) {
    Ticket ticket;
    fill(ticket, now, user);
    Buffer out(TicketKeys::kMost);
    const auto size = keys.seal(ticket, now, out);
    EXPECT_TRUE(size.ok());
    out.resize(size.value());
    return out;
  }
  Error opened(Bytes ticket, std::uint64_t now = kNow) {
    Ticket out;
    return keys.open(ticket, now, out).error();
  }
};

/// The tickets of the vectors, which say with which keys and nonces they were sealed.
class TicketVector : public testing::TestWithParam<const char*> {
 protected:
  const Json& vector = handshake_vector(GetParam());
  const Json& in = vector["in"];
};

TEST_P(TicketVector, TheOneThatIsShownIsOpened) {
  SeededRandom random(1);
  TicketKeys keys(random);
  keys.add(key_of(1, 0, bytes_in(in, "stek")));
  Ticket ticket;
  ASSERT_TRUE(keys.open(bytes_in(in, "ticket"), 0, ticket).ok());
  EXPECT_EQ(hex(ticket.secret.bytes()), in["ticket_rs"]);
  EXPECT_EQ(hex(ticket.chain), in["ticket_chain"]);
  EXPECT_EQ(ticket.not_after, in["ticket_not_after"]);
  EXPECT_EQ(ticket.chain_not_after, in["ticket_chain_not_after"]);
  EXPECT_EQ(ticket.generation, in["ticket_cred_gen"]);
  EXPECT_EQ(ticket.mode, in["ticket_cred_mode"].get<Mode>());
  EXPECT_EQ(hex(ticket.user()), in["ticket_user"]);
  // And sealed again.
  ScriptedRandom nonce(bytes_in(in, "ticket_nonce"));
  TicketKeys again(nonce);
  again.add(key_of(1, 0, bytes_in(in, "stek")));
  Buffer out(TicketKeys::kMost);
  const auto size = again.seal(ticket, 0, out);
  ASSERT_TRUE(size.ok());
  EXPECT_EQ(hex(Bytes(out).first(size.value())), in["ticket"]);
}

TEST_P(TicketVector, TheNextOneIsSealed) {
  const Json& next = vector["new_ticket"];
  ScriptedRandom nonce(bytes_in(next, "nonce"));
  TicketKeys keys(nonce);
  keys.add(key_of(1, 0, bytes_in(in, "stek")));
  Ticket ticket;
  copy(unhex(vector["ticket_secret"][0]["rs"].get<std::string>()), ticket.secret.writable());
  copy(bytes_in(next, "chain"), ticket.chain);
  ticket.not_after = next["not_after"];
  ticket.chain_not_after = next["chain_not_after"];
  ticket.generation = next["cred_gen"];
  ticket.mode = next["cred_mode"].get<Mode>();
  ASSERT_TRUE(ticket.set_user(bytes_in(in, "ticket_user")).ok());
  Buffer out(TicketKeys::kMost);
  const auto size = keys.seal(ticket, 3600, out);
  ASSERT_TRUE(size.ok());
  EXPECT_EQ(hex(Bytes(out).first(size.value())), next["ticket"]);
}

INSTANTIATE_TEST_SUITE_P(Vectors, TicketVector, testing::Values("ticket psk", "ticket psk_ecdhe"),
                         [](const auto& test) { return test_name(test.param); });

TEST_F(TicketKeysTest, WhatIsSealedIsOpened) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{5}, kMaxUser}) {
    const Buffer user(size, 'u');
    const Buffer ticket = sealed(kNow, user);
    EXPECT_EQ(ticket.size(), 102 + size);
    Ticket out;
    ASSERT_TRUE(keys.open(ticket, kNow, out).ok());
    EXPECT_EQ(hex(out.user()), hex(user));
    EXPECT_EQ(hex(out.secret.bytes()), hex(pattern(32)));
    EXPECT_EQ(out.chain, (Chain{1, 2, 3}));
    EXPECT_EQ(out.not_after, kNow + TicketKeys::kLifetime);
    EXPECT_EQ(out.chain_not_after, kNow + TicketKeys::kChainLifetime);
    EXPECT_EQ(out.generation, 0x01020304U);
    EXPECT_EQ(out.mode, Mode::pake);
  }
}

TEST_F(TicketKeysTest, NoTwoTicketsAreTheSame) { EXPECT_NE(sealed(), sealed()); }

TEST_F(TicketKeysTest, NoBitCanBeFlipped) {
  const Buffer good = sealed();
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    Buffer bad = good;
    bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ 0x80U >> bit % 8);
    ASSERT_EQ(opened(bad), Error::authentication_failed) << bit;
  }
  EXPECT_EQ(opened(good), Error::none);
}

TEST_F(TicketKeysTest, NoOtherLengthIsTaken) {
  const Buffer good = sealed();
  for (std::size_t size = 0; size < good.size(); ++size) {
    ASSERT_EQ(opened(Bytes(good).first(size)), Error::authentication_failed) << size;
  }
  Buffer longer = good;
  longer.resize(255);
  EXPECT_EQ(opened(longer), Error::authentication_failed);
}

TEST_F(TicketKeysTest, NobodyElsesKeysOpenIt) {
  SeededRandom other_random(4);
  TicketKeys other(other_random);
  Ticket out;
  EXPECT_EQ(other.open(sealed(), kNow, out).error(), Error::authentication_failed) << "without a key";
  Ticket theirs;
  fill(theirs);
  Buffer room(TicketKeys::kMost);
  EXPECT_TRUE(other.seal(theirs, kNow, room).ok());
  EXPECT_EQ(other.open(sealed(), kNow, out).error(), Error::authentication_failed);
}

TEST_F(TicketKeysTest, ATicketEndsWithItsLifeAndWithThatOfItsChain) {
  const Buffer ticket = sealed();
  EXPECT_EQ(opened(ticket, kNow + TicketKeys::kLifetime - 1), Error::none);
  EXPECT_EQ(opened(ticket, kNow + TicketKeys::kLifetime), Error::authentication_failed);
  Ticket short_chain;
  fill(short_chain);
  short_chain.chain_not_after = kNow + 5;
  Buffer out(TicketKeys::kMost);
  const auto size = keys.seal(short_chain, kNow, out);
  EXPECT_EQ(opened(Bytes(out).first(size.value()), kNow + 4), Error::none);
  EXPECT_EQ(opened(Bytes(out).first(size.value()), kNow + 5), Error::authentication_failed);
}

TEST_F(TicketKeysTest, AKeySealsForHalfALifetimeAndOpensForOneMore) {
  const Buffer first = sealed(kNow);
  EXPECT_EQ(keys.keys().size(), 1U);
  const Buffer last = sealed(kNow + kHalf - 1);
  EXPECT_EQ(keys.keys().size(), 1U);
  sealed(kNow + kHalf);
  EXPECT_EQ(keys.keys().size(), 2U);
  EXPECT_NE(keys.keys()[0].id, keys.keys()[1].id);
  sealed(kNow + 2 * kHalf);
  EXPECT_EQ(keys.keys().size(), 3U);
  EXPECT_EQ(opened(first, kNow + 2 * kHalf - 1), Error::none);
  EXPECT_EQ(opened(last, kNow + 3 * kHalf - 2), Error::none);
  EXPECT_EQ(keys.keys().size(), 3U);
  EXPECT_EQ(opened(last, kNow + 3 * kHalf), Error::authentication_failed);
  EXPECT_EQ(keys.keys().size(), 2U) << "a key of which no ticket is valid goes";
}

TEST_F(TicketKeysTest, KeysOfAServerThatSealsNothingGo) {
  sealed(kNow);
  EXPECT_EQ(opened(Buffer(150, 1), kNow + 3 * kHalf), Error::authentication_failed);
  EXPECT_TRUE(keys.keys().empty());
}

TEST_F(TicketKeysTest, AKeySealsNoMoreThanItMay) {
  TicketKey used = key_of(5, kNow);
  used.sealed = (1ULL << 32) - 1;
  keys.add(std::move(used));
  sealed();
  EXPECT_EQ(keys.keys().size(), 1U);
  EXPECT_EQ(keys.keys()[0].sealed, 1ULL << 32);
  sealed();
  ASSERT_EQ(keys.keys().size(), 2U);
  EXPECT_EQ(keys.keys()[0].sealed, 1U);
}

TEST_F(TicketKeysTest, ANewKeyHasAnIdOfItsOwn) {
  // A source that gives the same bytes again.
  class Same final : public Random {
    Status fill(MutBytes out) override {
      std::fill(out.begin(), out.end(), std::uint8_t{9});
      return Error::none;
    }
  } same;
  TicketKeys twins(same);
  Ticket ticket;
  fill(ticket);
  Buffer out(TicketKeys::kMost);
  EXPECT_TRUE(twins.seal(ticket, kNow, out).ok());
  EXPECT_TRUE(twins.seal(ticket, kNow + kHalf, out).ok());
  ASSERT_EQ(twins.keys().size(), 2U);
  EXPECT_EQ(twins.keys()[0].id, twins.keys()[1].id + 1);
}

TEST_F(TicketKeysTest, AClockThatWasTurnedBackCostsNoKey) {
  const Buffer ticket = sealed(kNow);
  EXPECT_EQ(opened(ticket, kNow - 1000), Error::none);
  sealed(kNow - 1000);
  EXPECT_EQ(keys.keys().size(), 1U);
}

TEST_F(TicketKeysTest, KeysOfAnotherRunOpenItsTickets) {
  const Buffer ticket = sealed();
  TicketKeys later(random);
  for (std::size_t i = keys.keys().size(); i-- > 0;) {
    const TicketKey& key = keys.keys()[i];
    later.add({key.id, key.made, key.sealed, AesKey(key.secret.bytes())});
  }
  Ticket out;
  EXPECT_TRUE(later.open(ticket, kNow, out).ok());
}

/// A server that shares its keys has what is kept, and goes on counting.
TEST_F(TicketKeysTest, ThoseOfAnotherAreTakenOver) {
  const Buffer mine = sealed();
  sealed();
  TicketKeys kept(random);
  const TicketKey& own = keys.keys()[0];
  kept.add({own.id, own.made, 0, AesKey(own.secret.bytes())});
  EXPECT_TRUE(kept.make_key(kNow + 1).ok());
  const std::uint32_t newest = kept.keys()[0].id;
  keys.take_over(std::move(kept));
  ASSERT_EQ(keys.keys().size(), 2U);
  EXPECT_EQ(keys.keys()[0].id, newest);
  EXPECT_EQ(keys.keys()[1].sealed, 2U);
  EXPECT_TRUE(kept.keys().empty());
  EXPECT_EQ(opened(mine), Error::none);
  keys.take_over(TicketKeys(random));
  EXPECT_TRUE(keys.keys().empty());
  EXPECT_EQ(opened(mine), Error::authentication_failed);
}

TEST_F(TicketKeysTest, AKeyIsDueWhenNoneMaySeal) {
  EXPECT_TRUE(keys.key_due(kNow));
  sealed();
  EXPECT_FALSE(keys.key_due(kNow + kHalf - 1));
  EXPECT_TRUE(keys.key_due(kNow + kHalf));
  TicketKey used = key_of(5, kNow);
  used.sealed = 1ULL << 32;
  keys.add(std::move(used));
  EXPECT_TRUE(keys.key_due(kNow));
}

TEST_F(TicketKeysTest, AServerThatTakesOthersLifetimesHasThem) {
  TicketKeys brief(random, 100);
  EXPECT_EQ(brief.lifetime(), 100U);
  Ticket ticket;
  fill(ticket);
  Buffer out(TicketKeys::kMost);
  EXPECT_TRUE(brief.seal(ticket, kNow, out).ok());
  EXPECT_TRUE(brief.seal(ticket, kNow + 49, out).ok());
  EXPECT_EQ(brief.keys().size(), 1U);
  EXPECT_TRUE(brief.seal(ticket, kNow + 50, out).ok());
  EXPECT_EQ(brief.keys().size(), 2U);
}

TEST_F(TicketKeysTest, WhatCannotBeSealed) {
  Ticket nobody;
  Buffer out(TicketKeys::kMost);
  EXPECT_EQ(keys.seal(nobody, kNow, out).error(), Error::invalid_argument);
  EXPECT_EQ(nobody.set_user({}).error(), Error::invalid_argument);
  EXPECT_EQ(nobody.set_user(Buffer(129, 'u')).error(), Error::invalid_argument);
  Ticket alice;
  fill(alice);
  EXPECT_EQ(keys.seal(alice, kNow, MutBytes(out).first(106)).error(), Error::invalid_argument);
  EXPECT_TRUE(keys.seal(alice, kNow, MutBytes(out).first(107)).ok());
  ScriptedRandom nothing({});
  TicketKeys starved(nothing);
  EXPECT_EQ(starved.seal(alice, kNow, out).error(), Error::random_failed);
  TicketKeys no_nonce(nothing);
  no_nonce.add(key_of(1, kNow));
  EXPECT_EQ(no_nonce.seal(alice, kNow, out).error(), Error::random_failed);
}

}  // namespace
}  // namespace pawl::test::ticket_keys_test
