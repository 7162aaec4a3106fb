// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/sqlite_users.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <thread>
#include <vector>

#include <pawl/host/base/text.hpp>
#include <pawl/host/store/sqlite.hpp>
#include "tests/support/enrolled.hpp"
#include "tests/support/names.hpp"
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/full_disk.hpp"
#include "tests/unit/host/temporary_directory.hpp"
#include "tests/unit/host/users.hpp"

namespace pawl::host::sqlite_users_test {
namespace {

using pawl::test::Enrolled;
using pawl::test::Flow;
using pawl::test::hex;
using test::content_of;
using test::failure_of;
using test::has;
using test::mode_of;
using test::put_content;
using test::succeeds;
using test::TemporaryDirectory;
using test::value_of;
using Kind = Failure::Kind;
namespace fs = std::filesystem;

class SqliteUsersTest : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<StoredEnrolment> find(std::string_view user) const {
    return value_of(users_.find(bytes_of(user)));
  }
  static FailureOr<> enrol(SqliteUsers& users, const std::string& name, std::uint32_t generation = 1) {
    Enrolled user({.flow = pawl::test::kRawKeyPsk, .user = pawl::test::bytes_of(name)});
    user.enrolment.generation = generation;
    return save(users, user.enrolment);
  }
  void enrol(const std::string& name, std::uint32_t generation = 1) {
    EXPECT_TRUE(succeeds(enrol(users_, name, generation)));
  }
  /// Runs statements on the file as another program would.
  void alter(const std::string& sql, const fs::path& path) {
    if (!fs::exists(path)) put_content(path, "");
    auto database = value_of(SqliteDatabase::open(path));
    EXPECT_TRUE(succeeds(database.run(sql.c_str(), Kind::file_write)));
  }
  void alter(const std::string& sql) { alter(sql, path_); }
  /// Whoever is looked up, listed, or changed meets a failure of `kind`. Its detail.
  std::string refused(Kind kind) {
    failure_of(kind, users_.list());
    failure_of(kind, users_.enumeration_key());
    failure_of(kind, users_.edit());
    const Failure failure = failure_of(kind, users_.find(bytes_of("alice")));
    EXPECT_EQ(failure.path, path_);
    EXPECT_EQ(users_.version(bytes_of("alice")), std::nullopt);
    return failure.detail;
  }

  TemporaryDirectory directory_;
  fs::path path_ = directory_ / "users.db";
  SqliteUsers users_{path_};
};

class SqliteUsersOf : public SqliteUsersTest, public testing::WithParamInterface<Flow> {};

INSTANTIATE_TEST_SUITE_P(, SqliteUsersOf, testing::ValuesIn(pawl::test::kFlows), pawl::test::name_of_flow);

TEST_P(SqliteUsersOf, AreFoundAsSaved) {
  Enrolled user({.flow = GetParam(), .user = pawl::test::bytes_of("ann/\"\xC3\xBC\\")});
  user.enrolment.generation = 4'294'967'295;
  EXPECT_TRUE(succeeds(save(users_, user.enrolment)));
  const auto found = find("ann/\"\xC3\xBC\\");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->user, "ann/\"\xC3\xBC\\");
  test::expect_same(*found, user);
}

// Users.

TEST_F(SqliteUsersTest, OfNobodyAreNone) {
  EXPECT_EQ(find("alice"), nullptr) << "there is not even a file";
  EXPECT_EQ(users_.version(bytes_of("alice")), 0U);
  enrol("alice");
  enrol("zoe");
  for (const std::string& user :
       {std::string("bob"), std::string("alice "), std::string("alice\0", 6), std::string("a"), std::string(),
        std::string("zz"), std::string(128, '\xFF'), std::string(200, 'a')}) {
    EXPECT_EQ(find(user), nullptr) << printable(bytes_of(user));
    EXPECT_EQ(users_.version(bytes_of(user)), 0U);
  }
  EXPECT_EQ(find("alice' OR ''='"), nullptr);
}

TEST_F(SqliteUsersTest, ChangeAtOnceForAllWhoLook) {
  const SqliteUsers server(path_);
  enrol("alice", 3);
  EXPECT_EQ(value_of(server.find(bytes_of("alice")))->enrolment.generation, 3U);
  EXPECT_EQ(server.version(bytes_of("alice")), 3U);
  value_of(set_state(users_, bytes_of("alice"), UserState::disabled));
  EXPECT_EQ(value_of(server.find(bytes_of("alice"))), nullptr);
  EXPECT_EQ(server.version(bytes_of("alice")), 0U);
  EXPECT_EQ(value_of(server.read(bytes_of("alice")))->state, UserState::disabled);
  value_of(set_state(users_, bytes_of("alice"), UserState::enabled));
  EXPECT_EQ(server.version(bytes_of("alice")), 5U);
  value_of(set_state(users_, bytes_of("alice"), UserState::removed));
  EXPECT_EQ(value_of(server.find(bytes_of("alice"))), nullptr);
}

TEST_F(SqliteUsersTest, AreListedInOrder) {
  for (const char* user : {"carol", "alice", "Zoe", "b"}) enrol(user);
  std::vector<std::string> names;
  for (const UserSummary& each : value_of(users_.list())) names.push_back(each.user);
  EXPECT_EQ(names, (std::vector<std::string>{"Zoe", "alice", "b", "carol"}));
}

TEST_F(SqliteUsersTest, WithANameThatIsNoneAreRefused) {
  for (const std::string& user : {std::string(), std::string(129, 'a'), std::string("a\nb"), std::string("\xFF")}) {
    const auto edit = value_of(users_.edit());
    Enrolled known({.flow = pawl::test::kRawKeyPsk});
    known.enrolment.user = bytes_of(user);
    failure_of(Kind::user_name, edit->write(known.enrolment, UserState::enabled));
  }
}

TEST_F(SqliteUsersTest, LeaveNothingOfASecretInTheFileWhenTheyAreRemoved) {
  Enrolled alice({.flow = pawl::test::kPasswordPake, .user = pawl::test::bytes_of("alice")});
  alice.enrolment.generation = 1;
  EXPECT_TRUE(succeeds(save(users_, alice.enrolment)));
  const Bytes psk = alice.enrolment.psk.bytes();
  const std::string secret(psk.begin(), psk.end());
  EXPECT_TRUE(has(content_of(path_), secret)) << "the control";
  value_of(set_state(users_, bytes_of("alice"), UserState::removed));
  EXPECT_FALSE(has(content_of(path_), secret));
  EXPECT_EQ(fs::file_size(directory_ / "users.db-wal"), 0U) << "all is in one file, although somebody has it open";
}

// The file.

TEST_F(SqliteUsersTest, AreForTheirOwnerAlone) {
  const mode_t old = ::umask(0);
  const auto edit = value_of(users_.edit());
  ::umask(old);
  for (const char* file : {"users.db", "users.db-wal", "users.db-shm"}) EXPECT_EQ(mode_of(directory_ / file), 0600U);
}

TEST_F(SqliteUsersTest, SayThatEverybodyMayReadThem) {
  enrol("alice");
  EXPECT_EQ(find("alice")->exposed, "");
  ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);
  EXPECT_EQ(find("alice")->exposed, path_);
}

TEST_F(SqliteUsersTest, ThatRootMakesBelongToWhomTheDirectoryDoes) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  ASSERT_EQ(::chown(directory_.path().c_str(), 4711, 4712), 0);
  const auto edit = value_of(users_.edit());
  for (const char* file : {"users.db", "users.db-wal", "users.db-shm"}) {
    struct stat status {};
    ASSERT_EQ(::stat((directory_ / file).c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, 4711U) << file;
    EXPECT_EQ(status.st_gid, 4712U) << file;
  }
}

TEST_F(SqliteUsersTest, AreLookedForAgainIfTheFileIsAnotherOne) {
  enrol("alice");
  ASSERT_NE(find("alice"), nullptr);
  fs::remove(path_);
  EXPECT_EQ(find("alice"), nullptr);
  EXPECT_EQ(users_.version(bytes_of("alice")), 0U) << "their sessions end";
  SqliteUsers others(directory_ / "others.db");
  EXPECT_TRUE(succeeds(enrol(others, "bob")));
  fs::rename(directory_ / "others.db", path_);
  EXPECT_NE(find("bob"), nullptr);
}

TEST_F(SqliteUsersTest, NeedAFileWithUsersToBeServed) {
  failure_of(Kind::no_users, users_.list());
  EXPECT_EQ(failure_of(Kind::no_users, users_.enumeration_key()).path, path_);
  put_content(path_, "");
  failure_of(Kind::no_users, users_.list());
  failure_of(Kind::no_users, users_.enumeration_key());
  EXPECT_EQ(find("alice"), nullptr);
  EXPECT_EQ(fs::file_size(path_), 0U) << "who looks writes nothing";
  enrol("alice");
  EXPECT_NE(find("alice"), nullptr) << "an empty file becomes a store";
}

TEST_F(SqliteUsersTest, InWhatIsNoDatabaseAreRefusedAndItStaysAsItIs) {
  for (const std::string& content : {std::string("text"), std::string(100'000, 'x'), std::string(4096, '\0')}) {
    put_content(path_, content);
    refused(Kind::file_malformed);
    EXPECT_EQ(content_of(path_), content);
  }
  fs::remove(path_);
  fs::create_directory(path_);
  EXPECT_TRUE(has(refused(Kind::file_unfit), "regular file"));
  fs::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_TRUE(has(refused(Kind::file_unfit), "regular file"));
}

TEST_F(SqliteUsersTest, InADatabaseOfSomebodyElseAreRefusedAndItStaysAsItIs) {
  alter("CREATE TABLE users (name TEXT)");
  const std::string before = content_of(path_);
  EXPECT_TRUE(has(refused(Kind::file_malformed), "another program"));
  EXPECT_EQ(content_of(path_), before);
}

TEST_F(SqliteUsersTest, InADatabaseOfANewerPawlAreRefused) {
  enrol("alice");
  alter("PRAGMA user_version = 3");
  EXPECT_TRUE(has(refused(Kind::file_unfit), "a newer pawl made it, in version 3"));
}

TEST_F(SqliteUsersTest, InADamagedDatabaseAreRefused) {
  for (int i = 0; i < 50; ++i) enrol("user" + std::to_string(i));
  std::string content = content_of(path_);
  std::fill(content.begin() + 4096, content.end(), '\x5A');
  put_content(path_, content);
  failure_of(Kind::file_malformed, users_.find(bytes_of("user7")));
  failure_of(Kind::file_malformed, users_.list());
}

TEST_F(SqliteUsersTest, WithADamagedEntryAreRefusedAndTheOthersAreNot) {
  for (const char* column : {"state = 3", "kind = 0", "kind = 3", "mode = 0", "mode = 4", "generation = -1",
                             "generation = 4294967296", "salt = x'00'", "psk = x''", "verifier = zeroblob(65)",
                             "w0 = x'00'", "w0m = x''", "w0n = x''", "mode = 3", "kind = 1"}) {
    fs::remove(path_);
    enrol("alice");
    enrol("carol");
    alter("UPDATE users SET " + std::string(column) + " WHERE name = CAST('alice' AS BLOB)");
    const Failure failure = failure_of(Kind::file_malformed, users_.find(bytes_of("alice")));
    EXPECT_TRUE(has(failure.detail, "the user alice is damaged")) << column;
    EXPECT_EQ(find("bob"), nullptr) << "who is looked for behind alice";
    EXPECT_NE(find("carol"), nullptr);
    failure_of(Kind::file_malformed, users_.list());
  }
}

TEST_F(SqliteUsersTest, InAFileThatIsLockedAreRefusedAfterAMoment) {
  enrol("alice");
  auto other = value_of(SqliteDatabase::open(path_));
  EXPECT_TRUE(succeeds(other.run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE", Kind::file_write)));
  const Failure failure = failure_of(Kind::file_lock, users_.find(bytes_of("alice")));
  EXPECT_EQ(failure.path, path_);
  EXPECT_EQ(users_.version(bytes_of("alice")), std::nullopt) << "no session ends for that";
}

TEST_F(SqliteUsersTest, AreFoundWhileSomebodyChangesThem) {
  enrol("alice");
  const auto edit = value_of(users_.edit());
  const Enrolled bob({.flow = pawl::test::kRawKeyPsk, .user = pawl::test::bytes_of("bob")});
  EXPECT_TRUE(succeeds(edit->write(bob.enrolment, UserState::enabled)));
  EXPECT_NE(find("alice"), nullptr);
  EXPECT_EQ(find("bob"), nullptr) << "not yet";
  EXPECT_TRUE(succeeds(edit->commit()));
  EXPECT_NE(find("bob"), nullptr);
}

TEST_F(SqliteUsersTest, StayAsTheyAreIfTheDiskIsFull) {
  enrol("alice");
  {
    const test::FullDisk full(2000);
    const auto done = enrol(users_, "bob");
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.failure().path, path_);
    EXPECT_TRUE(done.failure().kind == Kind::file_write || done.failure().kind == Kind::file_read);
    EXPECT_NE(done.failure().error, std::error_code());
  }
  EXPECT_NE(find("alice"), nullptr);
  EXPECT_EQ(find("bob"), nullptr);
  enrol("bob");
}

TEST_F(SqliteUsersTest, InADirectoryThatIsMissingAreNotMade) {
  SqliteUsers users(directory_ / "missing" / "users.db");
  const Failure failure = failure_of(Kind::file_write, enrol(users, "alice"));
  EXPECT_EQ(failure.error, std::errc::no_such_file_or_directory);
}

/// Each with a store of its own, as programs have. The file is made at the same time.
TEST_F(SqliteUsersTest, AreAllThereWhenSeveralAreAddedAtOnce) {
  constexpr int kWriters = 4;
  constexpr int kEach = 8;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      SqliteUsers users(path_);
      for (int i = 0; i < kEach; ++i) {
        EXPECT_TRUE(succeeds(enrol(users, std::to_string(writer) + "-" + std::to_string(i))));
      }
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(value_of(users_.list()).size(), std::size_t{kWriters} * kEach);
}

TEST_F(SqliteUsersTest, AreFoundByManyThreadsOfOneStore) {
  enrol("alice");
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      for (int look = 0; look < 50; ++look) EXPECT_NE(find("alice"), nullptr);
    });
  }
  for (auto& reader : readers) reader.join();
}

// The key of the decoys.

TEST_F(SqliteUsersTest, HaveOneKeyOfTheDecoysFromTheFirstChangeOn) {
  enrol("alice");
  const std::string key = hex(value_of(users_.enumeration_key()).bytes());
  EXPECT_NE(key, std::string(64, '0'));
  enrol("bob");
  EXPECT_EQ(hex(value_of(SqliteUsers(path_).enumeration_key()).bytes()), key);
  SqliteUsers others(directory_ / "others.db");
  EXPECT_TRUE(succeeds(enrol(others, "alice")));
  EXPECT_NE(hex(value_of(others.enumeration_key()).bytes()), key);
}

TEST_F(SqliteUsersTest, TakeAKeyOfTheDecoysThatIsOfferedOnlyAtFirst) {
  for (const std::uint8_t byte : {std::uint8_t{1}, std::uint8_t{2}}) {
    EnumerationKey key;
    std::ranges::fill(key.writable(), byte);
    const auto edit = value_of(users_.edit());
    edit->offer_key(std::move(key));
    EXPECT_TRUE(succeeds(edit->commit()));
  }
  EXPECT_EQ(value_of(users_.enumeration_key()).bytes()[0], 1);
}

TEST_F(SqliteUsersTest, WithADamagedKeyOfTheDecoysAreNotServed) {
  enrol("alice");
  alter("UPDATE keys SET value = x'00'");
  EXPECT_TRUE(has(failure_of(Kind::file_malformed, users_.enumeration_key()).detail, "key of the decoys"));
}

// Sealed.

std::optional<StoreKey> store_key(std::uint8_t byte) {
  std::optional<StoreKey> key(std::in_place);
  std::ranges::fill(key->writable(), byte);
  return key;
}

class SealedUsers : public SqliteUsersTest {
 protected:
  SealedUsers() { EXPECT_TRUE(succeeds(save(sealed_, alice_.enrolment))); }

  SqliteUsers sealed_{path_, store_key(1)};
  Enrolled alice_{{.flow = pawl::test::kPasswordPake, .user = pawl::test::bytes_of("alice")}};
};

TEST_F(SealedUsers, AreFoundAsSaved) {
  const auto found = value_of(sealed_.find(bytes_of("alice")));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(hex(found->enrolment.psk.bytes()), hex(alice_.enrolment.psk.bytes()));
  EXPECT_EQ(hex(found->pake.verifier), hex(alice_.verifier.verifier));
  EXPECT_EQ(hex(found->pake.blinds.w0.bytes()), hex(alice_.verifier.blinds.w0.bytes()));
  EXPECT_EQ(hex(found->pake.blinds.w0_m.bytes()), hex(alice_.verifier.blinds.w0_m.bytes()));
  EXPECT_EQ(hex(found->pake.blinds.w0_n.bytes()), hex(alice_.verifier.blinds.w0_n.bytes()));
  EXPECT_EQ(value_of(sealed_.find(bytes_of("bob"))), nullptr);
  EXPECT_EQ(value_of(sealed_.list()).size(), 1U);
}

TEST_F(SealedUsers, HaveNoSecretInTheFile) {
  const std::string content = content_of(path_);
  const auto text = [](Bytes bytes) { return std::string(bytes.begin(), bytes.end()); };
  for (const Bytes secret :
       {Bytes(alice_.enrolment.psk.bytes()), Bytes(alice_.verifier.verifier), Bytes(alice_.verifier.blinds.w0.bytes()),
        Bytes(alice_.verifier.blinds.w0_m.bytes()), Bytes(alice_.verifier.blinds.w0_n.bytes())}) {
    EXPECT_FALSE(has(content, text(secret).substr(0, 16)));
  }
  EXPECT_FALSE(has(content, text(value_of(sealed_.enumeration_key()).bytes())));
}

TEST_F(SealedUsers, NeedTheirKeyAndNoOther) {
  EXPECT_TRUE(has(refused(Kind::store_key), "is needed"));
  SqliteUsers other(path_, store_key(2));
  failure_of(Kind::store_key, other.list());
  failure_of(Kind::store_key, other.edit());
  EXPECT_TRUE(has(failure_of(Kind::store_key, other.find(bytes_of("alice"))).detail, "another store key"));
}

TEST_F(SqliteUsersTest, ThatAreNotSealedAreNotTakenForSealedOnes) {
  enrol("alice");
  const SqliteUsers sealed(path_, store_key(1));
  EXPECT_TRUE(has(failure_of(Kind::store_key, sealed.find(bytes_of("alice"))).detail, "not sealed"));
}

/// Whoever can write the file, and has not the key, cannot give one user the secrets of another.
TEST_F(SealedUsers, DoNotTakeTheSecretsOfAnother) {
  Enrolled eve({.flow = pawl::test::kPasswordPake, .user = pawl::test::bytes_of("eve")});
  EXPECT_TRUE(succeeds(save(sealed_, eve.enrolment)));
  alter("UPDATE users SET psk = (SELECT psk FROM users WHERE name = x'657665') WHERE name = x'616c696365'");
  failure_of(Kind::file_malformed, sealed_.find(bytes_of("alice")));
  EXPECT_NE(value_of(sealed_.find(bytes_of("eve"))), nullptr);
}

// Versions of the format.

/// The dumps of users in each version of the format.
class SqliteUsersOfVersion : public SqliteUsersTest, public testing::WithParamInterface<const char*> {};

INSTANTIATE_TEST_SUITE_P(, SqliteUsersOfVersion, testing::Values("users_1.sql", "users_2.sql"),
                         [](const auto& dump) { return std::string(dump.param).substr(0, 7); });

/// Whatever the format becomes, what was written in an earlier version is read.
TEST_P(SqliteUsersOfVersion, AreRead) {
  alter(content_of(fs::path(PAWL_VECTORS_DIR) / GetParam()));
  const auto alice = find("alice");
  ASSERT_NE(alice, nullptr);
  EXPECT_EQ(alice->enrolment.kind, pawl::Kind::password);
  EXPECT_EQ(alice->enrolment.mode, Mode::pake);
  EXPECT_EQ(alice->enrolment.generation, 3U);
  EXPECT_EQ(alice->enrolment.iterations, 600'000U);
  EXPECT_EQ(hex(alice->enrolment.salt), "000102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(hex(alice->enrolment.psk.bytes()).substr(0, 8), "a1a1a1a1");
  EXPECT_EQ(hex(alice->pake.verifier).substr(0, 8), "a2a2a2a2");
  EXPECT_EQ(hex(alice->pake.blinds.w0.bytes()).substr(0, 8), "a3a3a3a3");
  EXPECT_EQ(hex(alice->pake.blinds.w0_m.bytes()).substr(0, 8), "a4a4a4a4");
  EXPECT_EQ(hex(alice->pake.blinds.w0_n.bytes()).substr(0, 8), "a5a5a5a5");
  EXPECT_EQ(find("bob"), nullptr) << "disabled";
  EXPECT_EQ(value_of(users_.read(bytes_of("bob")))->enrolment.generation, 7U);
  EXPECT_EQ(hex(find("sensor")->enrolment.verifier).substr(0, 8), "b2b2b2b2");
  EXPECT_EQ(hex(value_of(users_.enumeration_key()).bytes()).substr(0, 8), "e0e0e0e0");
  EXPECT_EQ(value_of(users_.list()).size(), 4U);
  enrol("carol", 12);
  EXPECT_EQ(find("carol")->enrolment.generation, 12U);
}

/// The schema that a new file has is that of the dump, so that the tests are of what is out there. A file of an earlier
/// version has it from its first change on.
TEST_F(SqliteUsersTest, AreMadeAsInVersion2) {
  enrol("alice");
  const fs::path dump = directory_ / "dump.db";
  alter(content_of(fs::path(PAWL_VECTORS_DIR) / "users_2.sql"), dump);
  const auto schema = [](const fs::path& path) {
    auto database = value_of(SqliteDatabase::open(path));
    auto tables = value_of(database.prepare("SELECT sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY name"));
    std::string all = std::to_string(value_of(database.number("PRAGMA user_version")));
    while (value_of(tables.step(Kind::file_read))) all += printable(tables.blob(0));
    std::erase(all, ' ');
    for (std::size_t at = all.find("\\x0A"); at != std::string::npos; at = all.find("\\x0A")) all.erase(at, 4);
    return all;
  };
  EXPECT_EQ(schema(path_), schema(dump));
  const fs::path old = directory_ / "old.db";
  alter(content_of(fs::path(PAWL_VECTORS_DIR) / "users_1.sql"), old);
  SqliteUsers users(old);
  EXPECT_TRUE(succeeds(enrol(users, "dave")));
  EXPECT_EQ(schema(old), schema(dump));
}

}  // namespace
}  // namespace pawl::host::sqlite_users_test
