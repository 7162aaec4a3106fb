// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/editable_users.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <pawl/host/base/text.hpp>
#include <pawl/host/store/toml_users.hpp>
#include "tests/support/enrolled.hpp"
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::editable_users_test {
namespace {

using pawl::test::Enrolled;
using pawl::test::hex;
using test::failure_of;
using test::succeeds;
using test::TemporaryDirectory;
using test::value_of;
using Kind = Failure::Kind;

/// What holds for every store, looked at in a directory.
class EditableUsersTest : public testing::Test {
 protected:
  static void enrol(EditableUsers& users, const std::string& name, std::uint32_t generation = 1,
                    const pawl::test::Flow& flow = pawl::test::kRawKeyPsk) {
    Enrolled user({.flow = flow, .user = pawl::test::bytes_of(name)});
    user.enrolment.generation = generation;
    EXPECT_TRUE(succeeds(save(users, user.enrolment)));
  }
  static std::unique_ptr<StoredEnrolment> read(const EditableUsers& users, const std::string& name) {
    return value_of(users.read(bytes_of(name)));
  }
  static FailureOr<std::uint32_t> set(EditableUsers& users, const std::string& name, UserState state) {
    return set_state(users, bytes_of(name), state);
  }
  static std::string key_of(const EditableUsers& users) { return hex(value_of(users.enumeration_key()).bytes()); }

  TemporaryDirectory directory_;
  TomlUsers users_{directory_ / "records"};
  TomlUsers others_{directory_ / "others"};
};

TEST_F(EditableUsersTest, AreFoundOnlyWhileEnabled) {
  enrol(users_, "alice");
  value_of(set(users_, "alice", UserState::disabled));
  EXPECT_EQ(value_of(users_.find(bytes_of("alice"))), nullptr);
  EXPECT_EQ(read(users_, "alice")->state, UserState::disabled);
  value_of(set(users_, "alice", UserState::enabled));
  EXPECT_NE(value_of(users_.find(bytes_of("alice"))), nullptr);
  value_of(set(users_, "alice", UserState::removed));
  EXPECT_EQ(value_of(users_.find(bytes_of("alice"))), nullptr);
}

/// Tickets of an earlier generation are worth nothing, so none may come twice.
TEST_F(EditableUsersTest, HaveAnotherGenerationAfterEachChange) {
  enrol(users_, "alice", 5);
  std::uint32_t generation = 5;
  for (const UserState state : {UserState::disabled, UserState::enabled, UserState::disabled, UserState::removed}) {
    value_of(set(users_, "alice", state));
    EXPECT_EQ(read(users_, "alice")->enrolment.generation, ++generation);
  }
  EXPECT_EQ(value_of(next_generation(users_, read(users_, "alice").get())), 10U) << "not 1 again";
  EXPECT_EQ(value_of(next_generation(users_, nullptr)), 1U);
}

TEST_F(EditableUsersTest, StayAsTheyAreIfNothingChanges) {
  enrol(users_, "alice");
  value_of(set(users_, "alice", UserState::enabled));
  EXPECT_EQ(read(users_, "alice")->enrolment.generation, 1U);
}

TEST_F(EditableUsersTest, ThatAreRemovedLeaveNoSecret) {
  enrol(users_, "alice", 1, pawl::test::kPasswordPake);
  value_of(set(users_, "alice", UserState::removed));
  const auto rest = read(users_, "alice");
  EXPECT_FALSE(is_user(rest.get()));
  EXPECT_EQ(hex(rest->enrolment.psk.bytes()), std::string(64, '0'));
  EXPECT_EQ(hex(rest->pake.blinds.w0.bytes()), std::string(64, '0'));
  EXPECT_EQ(hex(rest->enrolment.salt), std::string(32, '0'));
  EXPECT_EQ(failure_of(Kind::no_user, set(users_, "alice", UserState::enabled)).detail, "alice");
}

TEST_F(EditableUsersTest, ThatDoNotExistAreNotChanged) {
  EXPECT_EQ(failure_of(Kind::no_user, set(users_, "bob\n", UserState::disabled)).detail, "bob\\x0A");
  EXPECT_EQ(directory_.names().size(), 0U) << "no store is made for that";
  EXPECT_EQ(failure_of(Kind::no_users, users_.list()).path, directory_ / "records");
}

TEST_F(EditableUsersTest, CannotBeChangedBeyondTheLastGeneration) {
  enrol(users_, "alice", 4'294'967'295);
  failure_of(Kind::file_unfit, set(users_, "alice", UserState::disabled));
  EXPECT_NE(value_of(users_.find(bytes_of("alice"))), nullptr);
}

TEST_F(EditableUsersTest, AreListedInOrder) {
  enrol(users_, "bob", 3);
  enrol(users_, "alice", 1, pawl::test::kPasswordPake);
  enrol(users_, "Zoe");
  value_of(set(users_, "Zoe", UserState::disabled));
  const auto list = value_of(users_.list());
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].user + list[1].user + list[2].user, "Zoealicebob");
  EXPECT_EQ(name(list[0].state) + name(list[1].state), "disabledenabled");
  EXPECT_EQ(list[1].mode, Mode::pake);
  EXPECT_GT(list[1].iterations, 0U);
  EXPECT_EQ(list[2].generation, 3U);
  EXPECT_EQ(list[2].iterations, 0U);
}

// Copies.

TEST_F(EditableUsersTest, AreCopiedWithTheirStateAndTheKeyOfTheDecoys) {
  for (const char* user : {"alice", "bob", "carol"}) enrol(users_, user, 7);
  value_of(set(users_, "bob", UserState::disabled));
  value_of(set(users_, "carol", UserState::removed));
  EXPECT_EQ(value_of(copy_users(users_, others_, Existing::kept)), 2U);
  EXPECT_EQ(read(others_, "alice")->enrolment.generation, 7U);
  EXPECT_EQ(hex(read(others_, "alice")->enrolment.psk.bytes()), hex(read(users_, "alice")->enrolment.psk.bytes()));
  EXPECT_EQ(read(others_, "bob")->state, UserState::disabled);
  EXPECT_EQ(read(others_, "carol")->enrolment.generation, 8U);
  EXPECT_EQ(key_of(others_), key_of(users_));
  EXPECT_EQ(value_of(copy_users(users_, others_, Existing::kept)), 0U) << "all of them are there";
}

TEST_F(EditableUsersTest, AreReplacedOnlyIfToldTo) {
  enrol(users_, "alice", 2);
  enrol(users_, "bob", 2);
  enrol(others_, "bob", 9, pawl::test::kPasswordPake);
  const std::string key = key_of(others_);
  EXPECT_EQ(failure_of(Kind::user_exists, copy_users(users_, others_, Existing::kept)).detail, "bob");
  EXPECT_EQ(read(others_, "alice"), nullptr) << "all or nothing";
  EXPECT_EQ(value_of(copy_users(users_, others_, Existing::replaced)), 2U);
  EXPECT_EQ(read(others_, "bob")->enrolment.generation, 10U) << "it does not go back";
  EXPECT_EQ(read(others_, "bob")->enrolment.mode, Mode::psk);
  EXPECT_EQ(key_of(others_), key) << "a store keeps its own";
}

TEST_F(EditableUsersTest, ThatWereRemovedComeBackWithALaterGeneration) {
  enrol(users_, "alice", 2);
  enrol(others_, "alice", 4);
  value_of(set(others_, "alice", UserState::removed));
  EXPECT_EQ(value_of(copy_users(users_, others_, Existing::kept)), 1U);
  EXPECT_EQ(read(others_, "alice")->enrolment.generation, 6U);
}

TEST_F(EditableUsersTest, AreNotThereBeforeTheCommit) {
  enrol(users_, "alice");
  {
    const Enrolled bob({.flow = pawl::test::kRawKeyPsk, .user = pawl::test::bytes_of("bob")});
    const auto edit = value_of(users_.edit());
    EXPECT_TRUE(succeeds(edit->write(bob.enrolment, UserState::enabled)));
  }
  EXPECT_EQ(read(users_, "bob"), nullptr);
  EXPECT_EQ(value_of(users_.list()).size(), 1U);
}

TEST_F(EditableUsersTest, AreThereOnlyIfWhatComesFirstIsDone) {
  const Enrolled bob({.flow = pawl::test::kRawKeyPsk, .user = pawl::test::bytes_of("bob")});
  auto edit = value_of(users_.edit());
  EXPECT_TRUE(succeeds(edit->write(bob.enrolment, UserState::enabled)));
  failure_of(Kind::output, edit->commit_after([&]() -> FailureOr<> {
    EXPECT_EQ(read(users_, "bob"), nullptr) << "it comes before";
    return Failure{.kind = Kind::output};
  }));
  edit.reset();
  EXPECT_EQ(read(users_, "bob"), nullptr);
  enrol(users_, "bob");
  EXPECT_NE(read(users_, "bob"), nullptr);
}

TEST(NobodyOfAStore, HasAllFieldsAndNoSecret) {
  const Nobody nobody;
  EXPECT_EQ(nobody.enrolment.mode, Mode::pake);
  EXPECT_EQ(nobody.enrolment.pake, &nobody.pake);
  EXPECT_GT(nobody.enrolment.iterations, 0U);
  EXPECT_EQ(hex(nobody.enrolment.psk.bytes()), std::string(64, '0'));
  EXPECT_EQ(hex(nobody.pake.blinds.w0.bytes()), std::string(64, '0'));
}

TEST(EnumerationKeys, AreDrawn) {
  EXPECT_NE(hex(value_of(draw_enumeration_key()).bytes()), hex(value_of(draw_enumeration_key()).bytes()));
}

}  // namespace
}  // namespace pawl::host::editable_users_test
