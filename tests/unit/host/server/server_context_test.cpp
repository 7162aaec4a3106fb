// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/server_context.hpp>

#include <gtest/gtest.h>

#include <pawl/handshake/key.hpp>
#include <pawl/handshake/p256.hpp>
#include <pawl/handshake/password.hpp>

#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/world.hpp"

namespace pawl::host::server_context_test {
namespace {

class ServerContextTest : public test::ContextWorld {};

TEST_F(ServerContextTest, SharesWhatAServerIsGiven) {
  options_.limits.half_open = 3;
  EXPECT_EQ(&context().loop, &loop_);
  EXPECT_EQ(&context().random, &random_);
  EXPECT_EQ(&context().observer, &log_);
  EXPECT_EQ(context().options.limits.half_open, 3U);
}

TEST_F(ServerContextTest, LimitsWhatItIsToldTo) {
  options_.limits.half_open = 1;
  HalfOpenLimit& limit = context().admission.half_open();
  const auto first = limit.enter({4, 1}, nullptr);
  EXPECT_NE(first, nullptr);
  EXPECT_EQ(limit.enter({4, 2}, nullptr), nullptr);
}

TEST_F(ServerContextTest, AServiceSpeaksEveryFlow) {
  PawlService service(users_, context().ticket_keys(users_), EnumerationKey());
  EXPECT_FALSE(service.decoy.prepared());
  ASSERT_TRUE(test::succeeds(service.prepare(77)));
  EXPECT_EQ(service.settings.idle, 77);
  EXPECT_EQ(service.settings.exchange, &p256_exchange);
  EXPECT_EQ(service.settings.pake, &p256_pake);
  EXPECT_EQ(service.settings.password_flow, &password_responder);
  EXPECT_EQ(service.settings.key_flow, &key_responder);
  EXPECT_EQ(service.settings.ticket_exchange, &p256_tickets);
  EXPECT_EQ(&service.users, &users_);
  EXPECT_EQ(&service.tickets, &context().ticket_keys(users_));
  const test::MemoryUsers others;
  EXPECT_NE(&context().ticket_keys(others), &service.tickets) << "no ticket is good for another store";
}

/// Nobody can tell from the handshake who is enrolled.
TEST_F(ServerContextTest, AServiceHasDecoysOfEveryMode) {
  PawlService service(users_, context().ticket_keys(users_), EnumerationKey());
  ASSERT_TRUE(test::succeeds(service.prepare(0)));
  EXPECT_TRUE(service.decoy.prepared());
  EXPECT_EQ(service.decoy.pake(), &service.decoy_pake);
  Enrolment enrolment;
  service.decoy.stand_in(bytes_of("nobody"), Kind::password, Mode::pake, enrolment);
  EXPECT_EQ(enrolment.iterations, Config::kIterationsFloor);
}

}  // namespace
}  // namespace pawl::host::server_context_test
