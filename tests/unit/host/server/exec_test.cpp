// SPDX-License-Identifier: Apache-2.0
// Real commands, and sessions that the test plays.
#include <pawl/host/server/exec.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include <pawl/host/base/text.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/world.hpp"

namespace pawl::host::exec_test {
namespace {

using test::failure_of;
using test::value_of;

class ExecTest : public test::World {
 protected:
  void run(const std::vector<std::string>& words, Framing framing = Framing::lines) {
    exec_ = std::make_unique<Exec>(loop_, log_, words, framing);
    handler_ = value_of(exec_->open(session_));
  }
  void run_script(const std::string& script, Framing framing = Framing::lines) { run({"sh", "-c", script}, framing); }
  void say(const std::string& message) { EXPECT_TRUE(handler_->take(bytes_of(message), true).ok()); }
  bool await_answers(const std::string& text) {
    return await([&] { return session_.text() == text; });
  }
  /// As when the client goes.
  void end_session() {
    handler_->ended({});
    handler_.reset();
  }
  bool await_end() {
    return await([&] { return exec_->idle(); });
  }

  test::ServerLog log_;
  test::TestSession session_;
  std::unique_ptr<Exec> exec_;
  std::unique_ptr<SessionHandler> handler_;
};

TEST_F(ExecTest, GivesMessagesToTheCommandAndItsOutputToTheClient) {
  run({"cat"});
  say("one");
  EXPECT_TRUE(await_answers("one.")) << session_.text();
  say("two");
  EXPECT_TRUE(await_answers("one.two.")) << session_.text();
  EXPECT_FALSE(session_.closed);
}

TEST_F(ExecTest, TellsTheCommandWhoItIs) {
  run_script("echo \"$PAWL_USER\"");
  EXPECT_TRUE(await_answers("alice.")) << session_.text();
}

/// Its output ends with it, and so does the session.
TEST_F(ExecTest, TheSessionEndsWithTheCommand) {
  run_script("echo bye");
  EXPECT_TRUE(await([&] { return session_.closed.has_value(); }));
  EXPECT_EQ(session_.closed, CloseReason::normal);
  EXPECT_EQ(session_.text(), "bye.");
  EXPECT_TRUE(log_.failures.empty());
}

TEST_F(ExecTest, SaysThatACommandHasFailed) {
  run_script("exit 4");
  EXPECT_TRUE(await([&] { return !log_.failures.empty(); }));
  EXPECT_EQ(log_.failures.front().kind, Failure::Kind::command_ended);
  EXPECT_EQ(log_.failures.front().detail, "sh ended with status 4");
  EXPECT_EQ(log_.lines.back(), "failed for alice");
}

TEST_F(ExecTest, AMessageThatTheCommandDidNotEndFailsTheSession) {
  run_script("printf '\\0\\0\\0\\5ab'", Framing::lengths);
  EXPECT_TRUE(await([&] { return session_.failure.has_value(); }));
  EXPECT_EQ(session_.failure->kind, Failure::Kind::command_ended);
  EXPECT_FALSE(session_.closed);
}

TEST_F(ExecTest, TheCommandHasTheEndOfItsInputWhenTheSessionIsOver) {
  run({"cat"});
  say("one");
  end_session();
  EXPECT_FALSE(exec_->idle());
  EXPECT_TRUE(await_end());
  EXPECT_TRUE(log_.failures.empty()) << "it has ended by itself";
}

TEST_F(ExecTest, ACommandThatGoesOnIsToldToEnd) {
  run_script("sleep 1000");
  end_session();
  settle();
  EXPECT_FALSE(exec_->idle());
  clock_.advance(Exec::kPatience);
  EXPECT_TRUE(await_end());
  EXPECT_TRUE(log_.failures.empty()) << "it was told to";
}

TEST_F(ExecTest, ACommandThatDoesNotListenIsKilled) {
  run_script("trap '' TERM; echo ready; while :; do sleep 1000; done");
  ASSERT_TRUE(await_answers("ready."));
  end_session();
  clock_.advance(Exec::kPatience);
  settle();
  EXPECT_FALSE(exec_->idle());
  clock_.advance(Exec::kPatience);
  EXPECT_TRUE(await_end());
}

TEST_F(ExecTest, WhoDoesNotReadIsNotReadFrom) {
  run({"cat"});
  session_.is_full = true;
  const std::string message(16384, 'x');
  for (int i = 0; i < 1000 && session_.listens; ++i) {
    say(message);
    settle();
  }
  EXPECT_FALSE(session_.listens) << "the command waits for a client that does not read";
  session_.is_full = false;
  handler_->drained();
  EXPECT_TRUE(await([&] { return session_.listens; }));
}

TEST_F(ExecTest, WhatIsNoCommandFailsTheSession) {
  Exec exec(loop_, log_, {"/nonexistent"}, Framing::lines);
  const Failure failure = failure_of(Failure::Kind::command, exec.open(session_));
  EXPECT_EQ(failure.detail, "/nonexistent");
}

}  // namespace
}  // namespace pawl::host::exec_test
