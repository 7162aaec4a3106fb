// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/client/session_settings.hpp>

#include <gtest/gtest.h>

#include <pawl/handshake/key.hpp>
#include <pawl/handshake/p256.hpp>
#include <pawl/handshake/password.hpp>

namespace pawl::host::session_settings_test {
namespace {

class SessionSettingsTest : public testing::Test {
 protected:
  void have_ticket() {
    const ByteArray<5> ticket{1, 2, 3, 4, 5};
    const ByteArray<TicketSecret::kSize> secret{9};
    ASSERT_TRUE(next_.restore(ticket, secret).ok());
  }

  ClientCredential credential_;
  NextTicket next_;
};

TEST_F(SessionSettingsTest, AreThoseOfTheCredential) {
  credential_.kind = Kind::raw_key;
  credential_.mode = Mode::psk_ecdhe;
  SessionSettings key(credential_, 30, next_);
  EXPECT_EQ(key.settings().flow, &key_initiator);
  EXPECT_EQ(key.settings().credential, &credential_);
  EXPECT_EQ(key.settings().exchange, &p256_exchange);
  EXPECT_EQ(key.settings().idle, 30);
  credential_.kind = Kind::password;
  credential_.mode = Mode::pake;
  SessionSettings password(credential_, 0, next_);
  EXPECT_EQ(password.settings().flow, &password_initiator);
  EXPECT_EQ(password.settings().exchange, &p256_pake);
}

TEST_F(SessionSettingsTest, TakeTheTicketSoThatNobodyElseHasIt) {
  have_ticket();
  const SessionSettings first(credential_, 120, next_);
  EXPECT_TRUE(first.has_ticket());
  EXPECT_FALSE(next_.usable());
  const SessionSettings second(credential_, 120, next_);
  EXPECT_FALSE(second.has_ticket());
}

TEST_F(SessionSettingsTest, GiveATicketBackThatWasNotUsed) {
  have_ticket();
  SessionSettings session(credential_, 120, next_);
  EXPECT_FALSE(session.ended(Error::connection_lost)) << "there is no reason to begin again at once";
  ASSERT_TRUE(next_.usable());
  EXPECT_EQ(next_.bytes().size(), 5U);
  EXPECT_EQ(next_.secret().bytes()[0], 9);
}

TEST_F(SessionSettingsTest, WithoutATicketThereIsNothingToGiveBack) {
  SessionSettings session(credential_, 120, next_);
  EXPECT_FALSE(session.ended(Error::authentication_failed));
  EXPECT_FALSE(next_.usable());
}

}  // namespace
}  // namespace pawl::host::session_settings_test
