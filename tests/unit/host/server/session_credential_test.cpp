// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/session_credential.hpp>

#include <gtest/gtest.h>

#include <pawl/host/base/text.hpp>
#include <pawl/port/sim/seeded_random.hpp>
#include <string>

#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/users.hpp"

namespace pawl::host::session_credential_test {
namespace {

constexpr Instant kNow{1'000'000'000};
constexpr Duration kHalf = seconds(TicketKeys::kLifetime / 2);

class SessionCredentialTest : public testing::Test {
 protected:
  static CredentialWanted wanted(Bytes id, Kind kind = Kind::raw_key) { return {id, kind, Mode::psk}; }
  static std::string text(Bytes bytes) { return {bytes.begin(), bytes.end()}; }
  /// A session of alice is open.
  void open(Instant now = kNow) {
    const Bytes user = credential_.user_of(wanted(bytes_of(alice_)), now);
    ASSERT_TRUE(test::succeeds(credential_.look_up(user)));
    credential_.opened();
  }
  /// What a server finds in a ticket that a client shows.
  const Ticket* found(SessionCredential& other, const IssuedTicket& shown, Instant now = kNow) {
    user_ = text(other.user_of(wanted(shown.record().ticket, Kind::ticket), now));
    return other.ticket();
  }

  SeededRandom random_{5};
  test::MemoryUsers users_;
  TicketKeyring keys_{random_};
  std::string alice_ = "alice";
  pawl::test::Enrolled& enrolled_ = users_.enrol(alice_);
  SessionCredential credential_{users_, keys_};
  std::string user_;
};

TEST_F(SessionCredentialTest, IsThatOfTheUserWhomTheClientNames) {
  const Bytes user = credential_.user_of(wanted(bytes_of(alice_)), kNow);
  EXPECT_EQ(text(user), "alice");
  EXPECT_EQ(credential_.enrolment(), nullptr);
  ASSERT_TRUE(test::succeeds(credential_.look_up(user)));
  ASSERT_NE(credential_.enrolment(), nullptr);
  EXPECT_EQ(credential_.enrolment()->user, "alice");
  EXPECT_EQ(credential_.ticket(), nullptr);
}

TEST_F(SessionCredentialTest, IsNoneOfAnUnknownUser) {
  const std::string bob = "bob";
  ASSERT_TRUE(test::succeeds(credential_.look_up(bytes_of(bob))));
  EXPECT_EQ(credential_.enrolment(), nullptr);
}

TEST_F(SessionCredentialTest, FailsAsTheStoreDoes) {
  users_.fail({.kind = Failure::Kind::file_read});
  test::failure_of(Failure::Kind::file_read, credential_.look_up(bytes_of(alice_)));
}

TEST_F(SessionCredentialTest, KeepsNoSecretOfAnOpenSession) {
  open();
  ASSERT_NE(credential_.enrolment(), nullptr);
  EXPECT_EQ(credential_.enrolment()->user, "alice");
  EXPECT_EQ(pawl::test::hex(credential_.enrolment()->enrolment.psk.bytes()), std::string(64, '0'));
}

TEST_F(SessionCredentialTest, ATicketIsOfTheSession) {
  enrolled_.enrolment.generation = 7;
  open();
  const auto issued = credential_.next_ticket(kNow);
  ASSERT_TRUE(issued);
  EXPECT_EQ(issued->lifetime, TicketKeys::kLifetime);
  EXPECT_EQ(issued->seq, 0);
  SessionCredential other(users_, keys_);
  const Ticket* ticket = found(other, *issued);
  ASSERT_NE(ticket, nullptr);
  EXPECT_EQ(user_, "alice");
  EXPECT_EQ(ticket->generation, 7U);
  EXPECT_EQ(ticket->mode, Mode::psk);
  EXPECT_EQ(ticket->chain, credential_.resumption().chain());
  EXPECT_EQ(ticket->not_after, kNow.ms / 1000 + TicketKeys::kLifetime);
  EXPECT_EQ(ticket->chain_not_after, kNow.ms / 1000 + TicketKeys::kChainLifetime);
}

TEST_F(SessionCredentialTest, ATicketOfOtherUsersIsNone) {
  open();
  const auto issued = credential_.next_ticket(kNow);
  TicketKeyring theirs{random_};
  SessionCredential other(users_, theirs);
  EXPECT_EQ(found(other, *issued), nullptr);
  EXPECT_EQ(user_, "");
}

TEST_F(SessionCredentialTest, AnOldTicketIsNone) {
  open();
  const auto issued = credential_.next_ticket(kNow);
  SessionCredential other(users_, keys_);
  EXPECT_NE(found(other, *issued, kNow + seconds(TicketKeys::kLifetime - 1)), nullptr);
  EXPECT_EQ(found(other, *issued, kNow + seconds(TicketKeys::kLifetime)), nullptr);
}

TEST_F(SessionCredentialTest, MakesNoTicketBeforeTheSessionIsOpen) { EXPECT_FALSE(credential_.next_ticket(kNow)); }

TEST_F(SessionCredentialTest, MakesTheNextTicketAtHalfOfTheLastOnesLife) {
  open();
  EXPECT_TRUE(credential_.next_ticket(kNow));
  EXPECT_FALSE(credential_.next_ticket(kNow + milliseconds(kHalf.ms - 1000)));
  const auto next = credential_.next_ticket(kNow + kHalf);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->seq, 1);
  EXPECT_FALSE(credential_.next_ticket(kNow + kHalf));
}

TEST_F(SessionCredentialTest, NoTicketOutlivesItsChain) {
  open();
  const Instant late = kNow + seconds(5);
  credential_.resumption().chain_not_after = late.ms / 1000 + 10;
  const auto issued = credential_.next_ticket(late);
  ASSERT_TRUE(issued);
  EXPECT_EQ(issued->lifetime, 10U);
  EXPECT_FALSE(credential_.next_ticket(late + kHalf)) << "the chain is over";
  EXPECT_FALSE(credential_.next_ticket(late + kHalf + kHalf));
}

TEST_F(SessionCredentialTest, WithoutRandomBytesThereIsNoTicket) {
  ScriptedRandom none({});
  TicketKeyring keys{none};
  SessionCredential starved(users_, keys);
  ASSERT_TRUE(test::succeeds(starved.look_up(bytes_of(alice_))));
  starved.opened();
  EXPECT_FALSE(starved.next_ticket(kNow));
}

}  // namespace
}  // namespace pawl::host::session_credential_test
