// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/inbox.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <pawl/host/base/text.hpp>
#include <pawl/host/store/sqlite.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/full_disk.hpp"
#include "tests/unit/host/temporary_directory.hpp"
#include "tests/unit/host/world.hpp"

namespace pawl::host::inbox_test {
namespace {

using test::value_of;
using Kind = Failure::Kind;
namespace fs = std::filesystem;

constexpr OutboxId kOutbox{7};

std::string header(std::int64_t number) { return outbox_header({kOutbox, number}); }

class InboxTest : public test::World {
 protected:
  /// A session and its handler.
  struct Talk {
    Talk(Inbox& inbox, const std::string& user) : session(user), handler(value_of(inbox.open(session))) {}
    void say(const std::string& message) { EXPECT_TRUE(handler->take(bytes_of(message), true).ok()); }
    [[nodiscard]] std::vector<std::string> answers() const {
      std::vector<std::string> all;
      for (const auto& part : session.sent) all.push_back(part.bytes);
      return all;
    }

    test::TestSession session;
    std::unique_ptr<SessionHandler> handler;
  };
  using Answers = std::vector<std::string>;

  /// How many messages others see in the file, and how often it was written.
  std::int64_t count() { return value_of(other_.number("SELECT count(*) FROM messages")); }
  std::int64_t version() { return value_of(other_.number("PRAGMA data_version")); }

  test::TemporaryDirectory directory_;
  fs::path path_ = directory_ / "inbox.db";
  test::ServerLog log_;
  Inbox inbox_{value_of(InboxFile::open(path_)), loop_, log_};
  SqliteDatabase other_ = value_of(SqliteDatabase::open(path_));
  Talk alice_{inbox_, "alice"};
};

TEST_F(InboxTest, AnswersOnceItIsKept) {
  alice_.say("a");
  EXPECT_EQ(alice_.answers(), Answers());
  EXPECT_EQ(count(), 0);
  settle();
  EXPECT_EQ(alice_.answers(), Answers{"Server stored: 1"});
  EXPECT_EQ(count(), 1);
}

TEST_F(InboxTest, KeepsWhatSeveralSessionsSentInOneTransaction) {
  Talk bob(inbox_, "bob");
  const std::int64_t before = version();
  alice_.say("a");
  bob.say("b");
  alice_.say("c");
  settle();
  EXPECT_EQ(alice_.answers(), (Answers{"Server stored: 1", "Server stored: 3"}));
  EXPECT_EQ(bob.answers(), Answers{"Server stored: 2"});
  // It counts the commits of others, of which SQLite may see several as one, and never one as several.
  EXPECT_EQ(version(), before + 1);
}

TEST_F(InboxTest, GathersTheFragmentsOfAMessage) {
  EXPECT_TRUE(alice_.handler->take(bytes_of(header(1).substr(0, 3)), false).ok());
  EXPECT_TRUE(alice_.handler->take(bytes_of(header(1).substr(3)), false).ok());
  EXPECT_TRUE(alice_.handler->take(bytes_of("text"), false).ok());
  settle();
  EXPECT_EQ(count(), 0);
  alice_.say("");
  settle();
  EXPECT_EQ(alice_.answers(), Answers{header(1)});
  EXPECT_EQ(value_of(other_.number("SELECT count(*) FROM messages WHERE body = CAST('text' AS BLOB)")), 1);
}

TEST_F(InboxTest, AcknowledgesAMessageOfAnOutboxAsOftenAsItComesAndKeepsItOnce) {
  alice_.say(header(1) + "a");
  settle();
  alice_.say(header(1) + "a");
  settle();
  Talk later(inbox_, "alice");
  later.say(header(1) + "a");
  later.say(header(2));
  settle();
  EXPECT_EQ(alice_.answers(), (Answers{header(1), header(1)}));
  EXPECT_EQ(later.answers(), (Answers{header(1), header(2)}));
  EXPECT_EQ(count(), 2);
}

TEST_F(InboxTest, EndsASessionThatHasTheMagicAndNoNumber) {
  alice_.say(header(1).substr(0, kOutboxHeader - 1));
  EXPECT_EQ(alice_.session.closed, CloseReason::protocol);
  Talk zero(inbox_, "alice");
  zero.say(header(0) + "a");
  EXPECT_EQ(zero.session.closed, CloseReason::protocol);
  settle();
  EXPECT_EQ(count(), 0);
}

TEST_F(InboxTest, TakesTheLongestAndNoLongerOne) {
  const std::string longest(kLongestKept, 'x');
  alice_.say(longest);
  alice_.say(header(1) + longest);
  settle();
  EXPECT_EQ(alice_.answers(), (Answers{"Server stored: 1", header(1)}));
  test::failure_of(Kind::message_too_long, alice_.handler->take(bytes_of(longest + "x"), false));
  Talk other(inbox_, "alice");
  test::failure_of(Kind::message_too_long, other.handler->take(bytes_of(header(2) + longest + "x"), false));
}

TEST_F(InboxTest, KeepsWhatASessionSentThatIsOver) {
  {
    Talk bob(inbox_, "bob");
    bob.say("b");
  }
  settle();
  EXPECT_EQ(count(), 1);
}

// A client that does not read.

TEST_F(InboxTest, KeepsAnswersForWhichThereIsNoRoom) {
  alice_.session.is_full = true;
  alice_.say("a");
  alice_.say("b");
  settle();
  EXPECT_FALSE(alice_.session.listens);
  alice_.session.is_full = false;
  alice_.handler->drained();
  EXPECT_EQ(alice_.answers(), (Answers{"Server stored: 1", "Server stored: 2"}));
  EXPECT_TRUE(alice_.session.listens);
}

// Failures.

TEST_F(InboxTest, AcknowledgesNothingThatIsNotKept) {
  Talk bob(inbox_, "bob");
  Talk silent(inbox_, "carol");
  alice_.say(header(1));
  settle();
  {
    const test::FullDisk disk(fs::file_size(path_.native() + "-wal") + 20'000);
    alice_.say(header(2));
    alice_.say(header(3) + std::string(100'000, 'x'));
    bob.say("b");
    settle();
  }
  EXPECT_EQ(alice_.answers(), Answers{header(1)});
  EXPECT_EQ(bob.answers(), Answers());
  EXPECT_EQ(alice_.session.closed, CloseReason::limit);
  EXPECT_EQ(bob.session.closed, CloseReason::limit);
  EXPECT_FALSE(silent.session.closed) << "it waits for nothing";
  EXPECT_EQ(log_.lines, (std::vector<std::string>{"failed for alice", "failed for bob"}));
  EXPECT_EQ(log_.failures.at(0).kind, Kind::file_write);
  EXPECT_EQ(count(), 1);
  // There is room again.
  Talk later(inbox_, "alice");
  later.say(header(2));
  settle();
  EXPECT_EQ(later.answers(), Answers{header(2)});
  EXPECT_EQ(count(), 2);
}

TEST_F(InboxTest, WaitsWhileAnotherKeepsItLocked) {
  Talk bob(inbox_, "bob");
  ASSERT_TRUE(other_.run("BEGIN IMMEDIATE", Kind::file_write).ok());
  alice_.say("a");
  settle();
  EXPECT_FALSE(alice_.session.listens);
  EXPECT_TRUE(bob.session.listens);
  bob.say("b");
  EXPECT_FALSE(bob.session.listens);
  pass(milliseconds(1000));
  EXPECT_EQ(alice_.answers(), Answers());
  ASSERT_TRUE(other_.run("COMMIT", Kind::file_write).ok());
  pass(milliseconds(100));
  EXPECT_EQ(alice_.answers(), Answers{"Server stored: 1"});
  EXPECT_EQ(bob.answers(), Answers{"Server stored: 2"});
  EXPECT_TRUE(alice_.session.listens);
  EXPECT_TRUE(log_.lines.empty());
}

TEST_F(InboxTest, DoesNotWaitForALockForEver) {
  ASSERT_TRUE(other_.run("BEGIN IMMEDIATE", Kind::file_write).ok());
  alice_.say("a");
  pass(Inbox::kLockPatience);
  pass(seconds(1));
  EXPECT_EQ(alice_.session.closed, CloseReason::limit);
  EXPECT_EQ(log_.failures.at(0).kind, Kind::file_lock);
  ASSERT_TRUE(other_.run("COMMIT", Kind::file_write).ok());
  Talk later(inbox_, "alice");
  later.say("a");
  settle();
  EXPECT_EQ(later.answers(), Answers{"Server stored: 1"});
}

}  // namespace
}  // namespace pawl::host::inbox_test
