// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/toml_users.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <barrier>
#include <string>
#include <thread>

#include <pawl/host/base/text.hpp>
#include "tests/support/enrolled.hpp"
#include "tests/support/heap_trap.hpp"
#include "tests/support/names.hpp"
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"
#include "tests/unit/host/users.hpp"

namespace pawl::host::toml_users_test {
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

class Users : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<StoredEnrolment> find(std::string_view user) const {
    return value_of(users_.find(bytes_of(user)));
  }
  void save(const Enrolment& enrolment) { EXPECT_TRUE(succeeds(host::save(users_, enrolment))); }

  /// Puts `content` in the place of alice's enrolment and expects it to be refused by its name, without a secret of it.
  std::string refused(const std::string& content) {
    put_content(path_, content);
    const Failure failure = failure_of(Kind::file_malformed, users_.find(bytes_of("alice")));
    EXPECT_EQ(failure.path, path_);
    EXPECT_FALSE(has(failure.detail, hex(alice_.enrolment.psk.bytes()).substr(0, 8)));
    return failure.detail;
  }

  TemporaryDirectory directory_;
  TomlUsers users_{directory_ / "records"};
  std::filesystem::path path_ = directory_ / "records" / "alice.toml";
  Enrolled alice_{{.flow = pawl::test::kPasswordEcdhe}};
};

class UsersOf : public Users, public testing::WithParamInterface<Flow> {};

INSTANTIATE_TEST_SUITE_P(, UsersOf, testing::ValuesIn(pawl::test::kFlows), pawl::test::name_of_flow);

TEST_P(UsersOf, AreFoundAsSaved) {
  Enrolled user({.flow = GetParam(), .user = pawl::test::bytes_of("ann/\"\xC3\xBC\\")});
  user.enrolment.generation = 4'294'967'295;
  save(user.enrolment);
  const auto found = find("ann/\"\xC3\xBC\\");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->user, "ann/\"\xC3\xBC\\");
  test::expect_same(*found, user);
}

/// Nobody finds out by the time of a look-up whether a user exists, nor how he is enrolled: of the work, what can be
/// counted is the same, but for the growth of a parser's buffers. An enrolment in mode pake has six fields more than
/// one of a raw key in mode psk, with several calls each.
TEST_P(UsersOf, AreLookedUpWithTheSameWorkAsNobody) {
  const Enrolled user({.flow = GetParam(), .user = pawl::test::bytes_of("known")});
  save(user.enrolment);
  value_of(users_.enumeration_key());
  const auto work = [&](std::string_view name) {
    const pawl::test::HeapTrap trap;
    static_cast<void>(users_.find(bytes_of(name)));
    return pawl::test::HeapTrap::calls();
  };
  EXPECT_GT(work("known"), 0U);
  EXPECT_NEAR(work("known"), work("nobdy"), 10);
}

TEST_F(Users, AreForTheirOwnerAloneAndSayThatTheyAreSecret) {
  save(alice_.enrolment);
  EXPECT_EQ(mode_of(directory_ / "records"), 0700U);
  EXPECT_EQ(mode_of(path_), 0600U);
  EXPECT_EQ(content_of(path_).rfind("# SECRET: a user of 'pawl serve'", 0), 0U);
  EXPECT_EQ(value_of(users_.path_of(bytes_of("alice"))), path_);
}

TEST_F(Users, SayThatEverybodyMayReadThem) {
  save(alice_.enrolment);
  ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);
  EXPECT_EQ(find("alice")->exposed, path_);
}

TEST_F(Users, OfNobodyAreNone) {
  EXPECT_EQ(find("alice"), nullptr);  // there is not even a directory
  save(alice_.enrolment);
  for (const std::string& user :
       {std::string("bob"), std::string("alice "), std::string("alice\0", 6), std::string(),
        std::string("../records/alice"), std::string("enumeration"), std::string(128, '\xFF')}) {
    EXPECT_EQ(find(user), nullptr) << printable(bytes_of(user));
  }
  value_of(users_.enumeration_key());
  EXPECT_EQ(find("bob"), nullptr);
  EXPECT_EQ(find("enumeration"), nullptr);
}

TEST_F(Users, ChangeAtOnce) {
  save(alice_.enrolment);
  ASSERT_NE(find("alice"), nullptr);
  alice_.enrolment.generation = 7;
  save(alice_.enrolment);
  EXPECT_EQ(find("alice")->enrolment.generation, 7U);
  std::filesystem::remove(path_);
  EXPECT_EQ(find("alice"), nullptr);
}

TEST_F(Users, OfAnotherUserAreRefused) {
  save(alice_.enrolment);
  const auto bob = directory_ / "records" / "bob.toml";
  std::filesystem::rename(path_, bob);
  const Failure failure = failure_of(Kind::file_unfit, users_.find(bytes_of("bob")));
  EXPECT_EQ(failure.path, bob);
  EXPECT_TRUE(has(failure.detail, "another user"));
}

TEST_F(Users, WithAFieldMissingAreRefused) {
  save(alice_.enrolment);
  const std::string text = content_of(path_);
  for (const std::string field :
       {"format", "user", "kind", "mode", "generation", "iterations", "salt", "psk", "verifier"}) {
    const std::size_t begin = text.find("\n" + field + " = ");
    ASSERT_NE(begin, std::string::npos) << field;
    std::string without = text;
    without.erase(begin, text.find('\n', begin + 1) - begin);
    EXPECT_TRUE(has(refused(without), field + " must be"));
  }
}

TEST_F(Users, OfModePakeNeedAllOfIt) {
  const Enrolled pake({.flow = pawl::test::kPasswordPake});
  save(pake.enrolment);
  const std::string text = content_of(path_);
  for (const std::string field : {"verifier", "w0", "w0m", "w0n"}) {
    std::string without = text;
    const std::size_t begin = text.find("\n" + field + " = ");
    without.erase(begin, text.find('\n', begin + 1) - begin);
    EXPECT_TRUE(has(refused(without), field + " must be"));
  }
  std::string key = text;
  key.replace(key.find("kind = \"password\""), 17, "kind = \"raw_key\"");
  EXPECT_TRUE(has(refused(key), "for passwords"));
}

TEST_F(Users, WithABadFieldAreRefused) {
  save(alice_.enrolment);
  const std::string text = content_of(path_);
  const std::array<std::array<std::string, 2>, 15> cases{{{"format", "\"pawl record 3\""},
                                                          {"user", "\"\""},
                                                          {"user", "5"},
                                                          {"kind", "\"ticket\""},
                                                          {"mode", "\"spake\""},
                                                          {"generation", "-1"},
                                                          {"generation", "4294967296"},
                                                          {"generation", "\"1\""},
                                                          {"iterations", "1.5"},
                                                          {"iterations", "600000.0"},
                                                          {"iterations", "4e33"},
                                                          {"iterations", "0"},
                                                          {"salt", "\"a0\""},
                                                          {"psk", "\"" + std::string(64, 'A') + "\""},
                                                          {"verifier", "\"" + std::string(127, '0') + "g\""}}};
  for (const auto& [field, value] : cases) {
    const std::size_t begin = text.find("\n" + field + " = ") + field.size() + 4;
    std::string changed = text;
    changed.replace(begin, text.find('\n', begin) - begin, value);
    EXPECT_TRUE(has(refused(changed), field + " must be")) << value;
  }
}

/// A program that knows nothing of states does not know the format either, so it lets nobody in.
TEST_F(Users, WhoAreNotEnabledHaveAnotherFormat) {
  save(alice_.enrolment);
  EXPECT_TRUE(has(content_of(path_), "format = \"pawl record 1\""));
  EXPECT_FALSE(has(content_of(path_), "state"));
  value_of(set_state(users_, bytes_of("alice"), UserState::disabled));
  const std::string text = content_of(path_);
  EXPECT_TRUE(has(text, "format = \"pawl record 2\""));
  EXPECT_TRUE(has(text, "state = \"disabled\""));
  std::string changed = text;
  changed.replace(changed.find("\"disabled\""), 10, "\"sleeping\"");
  EXPECT_TRUE(has(refused(changed), "state must be"));
  changed = text;
  changed.replace(changed.find("state = "), 8, "stat_ = ");
  EXPECT_TRUE(has(refused(changed), "state must be"));
}

TEST_F(Users, InAFileOfAnotherNameAreNotListed) {
  save(alice_.enrolment);
  std::filesystem::rename(path_, directory_ / "records" / "bob.toml");
  EXPECT_EQ(failure_of(Kind::file_unfit, users_.list()).path, directory_ / "records" / "bob.toml");
}

TEST_F(Users, ThatAreNoTomlAreRefused) {
  save(alice_.enrolment);
  EXPECT_TRUE(has(refused("psk = \"0123\nuser"), "line 1"));
  EXPECT_TRUE(has(refused(std::string(100, '\0')), "line 1"));
  EXPECT_TRUE(has(refused(std::string(4000, '[')), "line 1"));
  refused("");
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_EQ(failure_of(Kind::file_unfit, users_.find(bytes_of("alice"))).path, path_);
}

TEST_F(Users, ForANameThatIsTooLongAreRefused) {
  Enrolled user({.flow = pawl::test::kRawKeyPsk, .user = pawl::test::Buffer(128, ' ')});
  failure_of(Kind::user_name, host::save(users_, user.enrolment));
  failure_of(Kind::user_name, users_.path_of(user.enrolment.user));
  Enrolled longest({.flow = pawl::test::kRawKeyPsk, .user = pawl::test::Buffer(80, ' ')});
  save(longest.enrolment);
  EXPECT_NE(value_of(users_.find(longest.enrolment.user)), nullptr);
}

class TheEnumerationKey : public Users {
 protected:
  TheEnumerationKey() { std::filesystem::create_directory(directory_ / "records"); }

  [[nodiscard]] std::string key() const { return hex(value_of(users_.enumeration_key()).bytes()); }

  std::filesystem::path key_path_ = directory_ / "records" / "enumeration.key";
};

TEST_F(TheEnumerationKey, StaysTheSame) {
  const std::string first = key();
  EXPECT_EQ(key(), first);
  EXPECT_EQ(hex(value_of(TomlUsers(directory_ / "records").enumeration_key()).bytes()), first);
  EXPECT_EQ(mode_of(key_path_), 0600U);
  EXPECT_EQ(content_of(key_path_).rfind("# SECRET:", 0), 0U);
}

TEST_F(TheEnumerationKey, IsRandom) {
  const std::string first = key();
  std::filesystem::remove(key_path_);
  EXPECT_NE(key(), first);
}

TEST_F(TheEnumerationKey, IsOneForAllWhoAskAtOnce) {
  constexpr std::size_t kAsking = 8;
  std::array<std::string, kAsking> keys;
  std::array<std::thread, kAsking> threads;
  std::barrier start(static_cast<std::ptrdiff_t>(kAsking));
  for (std::size_t i = 0; i < kAsking; ++i) {
    threads[i] = std::thread([&, i] {
      start.arrive_and_wait();
      keys[i] = key();
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& one : keys) EXPECT_EQ(one, key());
  const auto entries = std::filesystem::directory_iterator(directory_ / "records");
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

TEST_F(TheEnumerationKey, IsRefusedIfItWasSpoilt) {
  for (const std::string text : {"", "key = \"00\"", "format = \"pawl enumeration key 1\"\nkey = \"00\""}) {
    put_content(key_path_, text);
    EXPECT_EQ(failure_of(Kind::file_malformed, users_.enumeration_key()).path, key_path_);
  }
}

TEST_F(TheEnumerationKey, NeedsTheDirectory) {
  const auto other = directory_ / "other";
  EXPECT_EQ(failure_of(Kind::no_users, TomlUsers(other).enumeration_key()).path, other);
}

TEST_F(Users, HaveAnotherVersionWheneverTheyAreEnrolledAnew) {
  EXPECT_EQ(users_.version(bytes_of("alice")), 0U);
  save(alice_.enrolment);
  const auto first = users_.version(bytes_of("alice"));
  EXPECT_NE(first, 0U);
  EXPECT_EQ(users_.version(bytes_of("alice")), first);
  save(alice_.enrolment);
  EXPECT_NE(users_.version(bytes_of("alice")), first);
  std::filesystem::remove(path_);
  EXPECT_EQ(users_.version(bytes_of("alice")), 0U);
}

}  // namespace
}  // namespace pawl::host::toml_users_test
