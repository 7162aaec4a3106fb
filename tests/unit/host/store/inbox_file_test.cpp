// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/inbox_file.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <pawl/host/base/text.hpp>
#include <pawl/host/store/sqlite.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/full_disk.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::inbox_file_test {
namespace {

using test::failure_of;
using test::succeeds;
using test::value_of;
using Kind = Failure::Kind;
using Ids = std::vector<std::int64_t>;
namespace fs = std::filesystem;

constexpr OutboxId kOne{1};
constexpr OutboxId kTwo{2};

InboxMessage plain(const std::string& body) { return {.user = "alice", .body = body}; }
InboxMessage numbered(const OutboxId& outbox, std::int64_t number, const std::string& user = "alice") {
  return {.user = user, .number = OutboxNumber{outbox, number}, .body = std::to_string(number)};
}

class InboxFileTest : public testing::Test {
 protected:
  Ids add(const std::vector<InboxMessage>& messages) { return value_of(file_.add(messages)); }
  /// What others see in the file, all of a column in one line.
  std::string look(const std::string& what) {
    auto database = value_of(SqliteDatabase::open(path_));
    auto rows = value_of(database.prepare(("SELECT " + what).c_str()));
    std::string all;
    while (value_of(rows.step(Kind::file_read))) {
      const Bytes value = rows.blob(0);
      all += std::string(value.begin(), value.end()) + ";";
    }
    return all;
  }
  void change(const char* sql) {
    auto database = value_of(SqliteDatabase::open(path_));
    EXPECT_TRUE(succeeds(database.run(sql, Kind::file_write)));
  }
  [[nodiscard]] InboxFile reopen() const { return value_of(InboxFile::open(path_)); }

  test::TemporaryDirectory directory_;
  fs::path path_ = directory_ / "inbox.db";
  InboxFile file_ = value_of(InboxFile::open(path_));
};

TEST_F(InboxFileTest, IsForItsOwnerAlone) {
  add({plain("a")});
  for (const std::string& name : directory_.names()) EXPECT_EQ(test::mode_of(directory_ / name), 0600U) << name;
}

TEST_F(InboxFileTest, KeepsMessagesInTheirOrder) {
  const std::string binary("\0\xff\n", 3);
  EXPECT_EQ(add({plain("a"), plain("a"), plain("")}), (Ids{1, 2, 3}));
  EXPECT_EQ(add({plain(binary)}), (Ids{4}));
  EXPECT_EQ(look("body FROM messages ORDER BY id"), "a;a;;" + binary + ";");
  EXPECT_EQ(look("DISTINCT user FROM messages"), "alice;");
}

TEST_F(InboxFileTest, SaysWhenAMessageCameAsPeopleWriteIt) {
  add({plain("a")});
  EXPECT_EQ(look("received_at GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]."
                 "[0-9][0-9][0-9]Z' FROM messages"),
            "1;");
}

TEST_F(InboxFileTest, ShowsNamesThatAreNoText) {
  add({{.user = "a\n\xff\\", .body = "a"}});
  EXPECT_EQ(look("user FROM messages"), printable(bytes_of("a\n\xff\\")) + ";");
}

// Numbers.

TEST_F(InboxFileTest, KeepsAMessageOfAnOutboxOnce) {
  EXPECT_EQ(add({numbered(kOne, 1), numbered(kOne, 1)}), (Ids{1, 0}));
  EXPECT_EQ(add({numbered(kOne, 1), numbered(kOne, 2)}), (Ids{0, 2}));
  InboxFile again = reopen();
  EXPECT_EQ(value_of(again.add(std::vector{numbered(kOne, 1), numbered(kOne, 2), numbered(kOne, 5)})), (Ids{0, 0, 3}));
  EXPECT_EQ(look("body FROM messages ORDER BY id"), "1;2;5;");
}

TEST_F(InboxFileTest, KnowsOutboxesApartAndUsersToo) {
  EXPECT_EQ(add({numbered(kOne, 7), numbered(kTwo, 7), numbered(kOne, 7, "bob"), numbered(kOne, 7, "bob")}),
            (Ids{1, 2, 3, 0}));
  // Nobody keeps another's messages away, whatever number they give to another's outbox.
  EXPECT_EQ(add({numbered(kTwo, 1'000'000, "bob"), numbered(kTwo, 8)}), (Ids{4, 5}));
}

TEST_F(InboxFileTest, KnowsWhatCameAlsoAfterItWasDeleted) {
  add({numbered(kOne, 1), numbered(kOne, 2)});
  change("DELETE FROM messages");
  EXPECT_EQ(add({numbered(kOne, 2), numbered(kOne, 3)}), (Ids{0, 3})) << "and no number comes twice";
}

TEST_F(InboxFileTest, ForgetsTheOutboxThatWasSilentForLongest) {
  std::vector<InboxMessage> all;
  for (std::int64_t i = 0; i < InboxFile::kOutboxesPerUser; ++i) {
    all.push_back(numbered({static_cast<std::uint8_t>(i >> 8U), static_cast<std::uint8_t>(i), 9}, 1));
  }
  add(all);
  add({numbered({0, 0, 9}, 2), numbered(kOne, 1, "bob")});
  add({numbered({0, 0, 8}, 1)});
  EXPECT_EQ(look("count(*) FROM outboxes WHERE user = 'alice'"), std::to_string(InboxFile::kOutboxesPerUser) + ";");
  EXPECT_EQ(add({numbered({0, 0, 9}, 2)}), (Ids{0})) << "it spoke again";
  EXPECT_EQ(add({numbered(kOne, 1, "bob")}), (Ids{0})) << "it is another's";
  EXPECT_NE(add({numbered({0, 1, 9}, 1)}), (Ids{0})) << "this one was forgotten";
}

// Failures.

TEST_F(InboxFileTest, AddsAllOrNothing) {
  add({numbered(kOne, 1)});
  {
    const test::FullDisk disk(fs::file_size(path_.native() + "-wal") + 20'000);
    InboxMessage large = numbered(kOne, 3);
    large.body = std::string(100'000, 'x');
    const std::vector<InboxMessage> both{numbered(kOne, 2), large};
    failure_of(Kind::file_write, file_.add(both));
  }
  EXPECT_EQ(look("body FROM messages"), "1;");
  EXPECT_EQ(add({numbered(kOne, 2)}), (Ids{2})) << "there is room again, and nothing of it came before";
}

TEST_F(InboxFileTest, SaysAtOnceThatAnotherKeepsItLocked) {
  auto other = value_of(SqliteDatabase::open(path_));
  EXPECT_TRUE(succeeds(other.run("BEGIN IMMEDIATE", Kind::file_write)));
  const std::vector<InboxMessage> one{plain("a")};
  failure_of(Kind::file_lock, file_.add(one));
  EXPECT_TRUE(succeeds(other.run("COMMIT", Kind::file_write)));
  EXPECT_EQ(add(one), (Ids{1}));
}

TEST_F(InboxFileTest, IsReadWhileItIsWrittenTo) {
  auto reader = value_of(SqliteDatabase::open(path_));
  EXPECT_TRUE(succeeds(reader.run("BEGIN; SELECT * FROM messages", Kind::file_read)));
  EXPECT_EQ(add({plain("a")}), (Ids{1}));
}

TEST_F(InboxFileTest, IsNoOtherFile) {
  test::put_content(directory_ / "text", std::string(5000, 'x'));
  failure_of(Kind::file_malformed, InboxFile::open(directory_ / "text"));
  failure_of(Kind::file_unfit, InboxFile::open(directory_.path()));
  failure_of(Kind::file_write, InboxFile::open(directory_ / "none/inbox.db"));
  change("PRAGMA user_version = 2");
  EXPECT_TRUE(test::has(failure_of(Kind::file_unfit, InboxFile::open(path_)).detail, "a newer pawl made it"));
  change("PRAGMA application_id = 7");
  EXPECT_TRUE(test::has(failure_of(Kind::file_malformed, InboxFile::open(path_)).detail, "another program"));
}

}  // namespace
}  // namespace pawl::host::inbox_file_test
