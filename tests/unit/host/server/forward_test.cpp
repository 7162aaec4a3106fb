// SPDX-License-Identifier: Apache-2.0
// Real connections on the loopback interface, and sessions that the test plays.
#include <pawl/host/server/forward.hpp>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <memory>
#include <string>

#include <pawl/host/base/text.hpp>
#include <pawl/port/posix/tcp.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/socket_world.hpp"

namespace pawl::host::forward_test {
namespace {

using test::failure_of;
using test::value_of;

class ForwardTest : public test::SocketWorld {
 protected:
  void open() {
    forward_ = value_of(Forward::to(loop_, where(listener_)));
    handler_ = value_of(forward_->open(session_));
    EXPECT_FALSE(session_.listens) << "there is no connection yet";
    ASSERT_TRUE(await([&] { return session_.listens; }));
    target_ = std::move(listener_.accept().value()->socket);
  }
  static std::string where(const TcpListener& listener) { return "127.0.0.1:" + std::to_string(listener.port()); }
  void take(const std::string& fragment, bool last = false) {
    EXPECT_TRUE(handler_->take(bytes_of(fragment), last).ok());
  }
  bool await_answers(const std::string& text) {
    return await([&] { return session_.text() == text; });
  }

  TcpListener listener_ = std::move(TcpListener::open("127.0.0.1", 0).value());
  test::TestSession session_;
  std::unique_ptr<Gateway> forward_;
  std::unique_ptr<SessionHandler> handler_;
  Descriptor target_;
};

TEST_F(ForwardTest, CarriesBytesBothWays) {
  open();
  take("one");
  take("two");
  EXPECT_EQ(heard(target_, 6), "onetwo");
  say(target_, "three");
  EXPECT_TRUE(await_answers("three")) << session_.text();
}

TEST_F(ForwardTest, EndsOneDirectionAtATime) {
  open();
  take("last", true);
  EXPECT_EQ(heard(target_, 99), "last");
  EXPECT_EQ(error_, 0) << "it is the end";
  EXPECT_FALSE(session_.closed);
  say(target_, "answer");
  ::shutdown(target_.get(), SHUT_WR);
  EXPECT_TRUE(await([&] { return session_.closed.has_value(); }));
  EXPECT_EQ(session_.text(), "answer.");
  EXPECT_EQ(session_.closed, CloseReason::normal);
}

TEST_F(ForwardTest, TheTargetMayEndFirst) {
  open();
  ::shutdown(target_.get(), SHUT_WR);
  EXPECT_TRUE(await_answers("."));
  EXPECT_FALSE(session_.closed);
  take("still", true);
  EXPECT_EQ(heard(target_, 99), "still");
  EXPECT_TRUE(await([&] { return session_.closed.has_value(); }));
}

/// EndsOneDirectionAtATime is its control, where the end is one in good order.
TEST_F(ForwardTest, ASessionThatIsCutResetsTheConnection) {
  open();
  take("half");
  EXPECT_EQ(heard(target_, 4), "half");
  handler_->ended({.error = Error::truncated});
  EXPECT_EQ(heard(target_, 99), "");
  EXPECT_EQ(error_, ECONNRESET);
}

TEST_F(ForwardTest, ATargetThatResetsCutsTheSession) {
  open();
  const linger none{.l_onoff = 1, .l_linger = 0};
  ASSERT_EQ(::setsockopt(target_.get(), SOL_SOCKET, SO_LINGER, &none, sizeof(none)), 0);
  target_.reset();
  EXPECT_TRUE(await([&] { return session_.failure.has_value(); }));
  EXPECT_EQ(session_.failure->kind, Failure::Kind::forward);
  EXPECT_EQ(session_.text(), "") << "it is no end";
  EXPECT_FALSE(session_.closed);
}

TEST_F(ForwardTest, ATunnelHasOneMessageEachWay) {
  open();
  take("one", true);
  failure_of(Failure::Kind::protocol, handler_->take(bytes_of("two"), false));
}

TEST_F(ForwardTest, ATargetThatIsNotThereFailsTheSession) {
  const std::string nowhere = where(TcpListener::open("127.0.0.1", 0).value());
  forward_ = value_of(Forward::to(loop_, nowhere));
  handler_ = value_of(forward_->open(session_));
  EXPECT_TRUE(await([&] { return session_.failure.has_value(); }));
  EXPECT_EQ(session_.failure->kind, Failure::Kind::forward);
  EXPECT_EQ(session_.failure->detail, nowhere);
}

TEST_F(ForwardTest, WhatIsNoAddressIsSaid) {
  EXPECT_FALSE(Forward::to(loop_, "nowhere").ok());
  failure_of(Failure::Kind::forward, Forward::to(loop_, "no.such.host.invalid:1"));
}

}  // namespace
}  // namespace pawl::host::forward_test
