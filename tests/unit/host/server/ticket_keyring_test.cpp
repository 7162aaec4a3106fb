// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/ticket_keyring.hpp>

#include <gtest/gtest.h>

#include <optional>

#include <pawl/port/sim/seeded_random.hpp>
#include "tests/support/bytes.hpp"
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/kept_ticket_keys.hpp"
#include "tests/unit/host/observers.hpp"

namespace pawl::host::ticket_keyring_test {
namespace {

using Kind = Failure::Kind;
using Sealed = std::optional<pawl::test::Buffer>;

constexpr Instant kNow{5'000'000};
constexpr std::uint64_t kHalf = TicketKeys::kLifetime / 2;

class TicketKeyringTest : public testing::Test {
 protected:
  Sealed seal(TicketKeyring& keys, Instant now = kNow) {
    Ticket ticket;
    ticket.not_after = ticket.chain_not_after = keys.time(now) + keys.lifetime();
    EXPECT_TRUE(ticket.set_user(pawl::test::bytes_of("alice")).ok());
    pawl::test::Buffer sealed(TicketKeys::kMost);
    const auto size = keys.seal(ticket, now, sealed);
    if (!size.ok()) return std::nullopt;
    sealed.resize(size.value());
    return sealed;
  }
  static bool opens(TicketKeyring& keys, const Sealed& sealed, Instant now = kNow) {
    Ticket ticket;
    return keys.open(*sealed, now, ticket).ok();
  }
  TicketKeyring::Kept kept() { return {store_, time_, log_}; }

  SeededRandom random_{1};
  test::KeptTicketKeys store_{random_};
  test::TimeByHand time_;
  test::ServerLog log_;
  TicketKeyring keys_{random_, kept()};
};

TEST_F(TicketKeyringTest, InMemoryHasTheClockOfTheServer) {
  TicketKeyring memory(random_);
  EXPECT_TRUE(test::succeeds(memory.take_up(kNow)));
  memory.tend(kNow);
  EXPECT_EQ(memory.time(kNow), kNow.ms / 1000);
  const Sealed sealed = seal(memory);
  ASSERT_TRUE(sealed);
  EXPECT_TRUE(opens(memory, sealed));
  EXPECT_EQ(store_.looks, 0);
}

TEST_F(TicketKeyringTest, OfALaterRunOpensTheTicketsOfTheOneBefore) {
  ASSERT_TRUE(test::succeeds(keys_.take_up(kNow)));
  const Sealed sealed = seal(keys_);
  ASSERT_TRUE(sealed);
  TicketKeyring later(random_, kept());
  ASSERT_TRUE(test::succeeds(later.take_up({})));
  EXPECT_TRUE(opens(later, sealed, {}));
  TicketKeyring memory(random_);
  EXPECT_FALSE(opens(memory, sealed)) << "the control";
}

TEST_F(TicketKeyringTest, HasTheTimeOfDay) {
  ASSERT_TRUE(test::succeeds(keys_.take_up(kNow)));
  const Sealed sealed = seal(keys_);
  EXPECT_EQ(keys_.time(kNow), time_.now);
  time_.now += TicketKeys::kLifetime - 1;
  EXPECT_TRUE(opens(keys_, sealed));
  time_.now += 1;
  EXPECT_FALSE(opens(keys_, sealed)) << "whatever the server's own clock says";
}

TEST_F(TicketKeyringTest, LetsTheStoreMakeTheKeys) {
  EXPECT_TRUE(seal(keys_));
  EXPECT_EQ(store_.looks, 1);
  EXPECT_TRUE(seal(keys_));
  EXPECT_EQ(store_.looks, 1) << "while a key may seal";
  time_.now += kHalf;
  EXPECT_TRUE(seal(keys_, kNow + seconds(10)));
  EXPECT_EQ(store_.looks, 2);
  EXPECT_EQ(store_.keys.keys().size(), 2U);
}

TEST_F(TicketKeyringTest, SealsNothingWithoutTheStore) {
  store_.failure = Failure{.kind = Kind::file_lock};
  EXPECT_FALSE(seal(keys_));
  ASSERT_EQ(log_.failures.size(), 1U);
  EXPECT_EQ(log_.failures[0].kind, Kind::file_lock);
  store_.failure.reset();
  EXPECT_FALSE(seal(keys_, kNow + seconds(9))) << "it waits before it asks again";
  EXPECT_TRUE(seal(keys_, kNow + seconds(10)));
}

/// Another server has made a key, and this one is shown a ticket under it.
TEST_F(TicketKeyringTest, FindsTheKeysOfOtherServers) {
  ASSERT_TRUE(test::succeeds(keys_.take_up(kNow)));
  TicketKeyring other(random_, kept());
  time_.now += kHalf;
  const Sealed sealed = seal(other);
  ASSERT_TRUE(sealed);
  EXPECT_FALSE(opens(keys_, sealed, kNow)) << "it has just looked";
  EXPECT_TRUE(opens(keys_, sealed, kNow + seconds(1)));
}

TEST_F(TicketKeyringTest, IsNotKeptBusyByForeignTickets) {
  ASSERT_TRUE(test::succeeds(keys_.take_up(kNow)));
  const int before = store_.looks;
  for (std::uint32_t i = 0; i < 100; ++i) {
    EXPECT_FALSE(opens(keys_, pawl::test::Buffer(150, 1), kNow + milliseconds(100 * i)));
  }
  EXPECT_LE(store_.looks - before, 10);
}

TEST_F(TicketKeyringTest, LooksFromTimeToTime) {
  ASSERT_TRUE(test::succeeds(keys_.take_up(kNow)));
  keys_.tend(kNow + milliseconds(TicketKeyStore::kTimePeriod.ms - 1));
  EXPECT_EQ(store_.looks, 1);
  keys_.tend(kNow + TicketKeyStore::kTimePeriod);
  EXPECT_EQ(store_.looks, 2);
  store_.failure = Failure{.kind = Kind::file_read};
  keys_.tend(kNow + seconds(200));
  EXPECT_EQ(log_.failures.size(), 1U);
  keys_.tend(kNow + seconds(205));
  EXPECT_EQ(log_.failures.size(), 1U);
  EXPECT_TRUE(seal(keys_, kNow + seconds(205))) << "the key that it has is as good as before";
}

TEST_F(TicketKeyringTest, SaysWhatFailsAtTheBeginning) {
  store_.failure = Failure{.kind = Kind::store_key};
  test::failure_of(Kind::store_key, keys_.take_up(kNow));
  EXPECT_TRUE(log_.failures.empty());
}

}  // namespace
}  // namespace pawl::host::ticket_keyring_test
