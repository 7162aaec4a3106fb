// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/sqlite_rows.hpp>

#include <gtest/gtest.h>

#include <string>

#include <pawl/host/base/text.hpp>
#include <pawl/host/store/sqlite.hpp>
#include "tests/support/enrolled.hpp"
#include "tests/support/names.hpp"
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"
#include "tests/unit/host/users.hpp"

namespace pawl::host::sqlite_rows_test {
namespace {

using pawl::test::Enrolled;
using test::succeeds;
using test::value_of;
using Kind = Failure::Kind;

/// A table without the rules that the store's has, so that a row may have anything in it.
class SqliteRows : public testing::TestWithParam<pawl::test::Flow> {
 protected:
  SqliteRows() {
    EXPECT_TRUE(succeeds(database_.run(
        "CREATE TABLE users (name, state, kind, mode, generation, iterations, salt, psk, verifier, w0, w0m, w0n, "
        "PRIMARY KEY (name))",
        Kind::file_write)));
  }

  FailureOr<> write(const SecretColumns& secrets, UserState state = UserState::enabled) {
    auto put = value_of(database_.prepare(kPutRow));
    return write_row(put, secrets, alice_.enrolment, state);
  }
  /// Whether the one row is good.
  bool read(const SecretColumns& secrets, StoredEnrolment& stored) {
    auto row = value_of(database_.prepare("SELECT * FROM users"));
    EXPECT_TRUE(value_of(row.step(Kind::file_read)));
    return read_row(row, secrets, stored);
  }
  bool reads_after(const std::string& change) {
    EXPECT_TRUE(succeeds(write(plain_)));
    EXPECT_TRUE(succeeds(database_.run(("UPDATE users SET " + change).c_str(), Kind::file_write)));
    StoredEnrolment stored;
    return read(plain_, stored);
  }

  test::TemporaryDirectory directory_;
  SqliteDatabase database_ = [this] {
    test::put_content(directory_ / "a.db", "");
    return value_of(SqliteDatabase::open(directory_ / "a.db"));
  }();
  Enrolled alice_{{.flow = GetParam()}};
  SecretColumns plain_{std::nullopt};
  SecretColumns sealed_{StoreKey()};
};

INSTANTIATE_TEST_SUITE_P(, SqliteRows, testing::ValuesIn(pawl::test::kFlows), pawl::test::name_of_flow);

TEST_P(SqliteRows, AreReadAsWritten) {
  for (const SecretColumns* secrets : {&plain_, &sealed_}) {
    for (const UserState state : {UserState::enabled, UserState::disabled, UserState::removed}) {
      ASSERT_TRUE(succeeds(write(*secrets, state)));
      StoredEnrolment stored;
      ASSERT_TRUE(read(*secrets, stored));
      EXPECT_EQ(stored.user, "alice");
      EXPECT_EQ(stored.state, state);
      test::expect_same(stored, alice_);
    }
  }
}

TEST_P(SqliteRows, OfSealedSecretsNeedTheKey) {
  ASSERT_TRUE(succeeds(write(sealed_)));
  StoredEnrolment stored;
  EXPECT_FALSE(read(plain_, stored));
  EXPECT_EQ(stored.user, "alice") << "to say whose it is";
}

TEST_P(SqliteRows, WithAnythingElseInThemAreDamaged) {
  EXPECT_TRUE(reads_after("state = 2"));
  for (const char* change : {"state = 3", "state = -1", "kind = 0", "kind = 3", "mode = 0", "mode = 4",
                             "generation = -1", "generation = 4294967296", "kind = 1, iterations = 0",
                             "kind = 2, mode = 3", "salt = x'00'", "psk = zeroblob(31)", "psk = zeroblob(33)",
                             "verifier = x''", "w0 = NULL", "w0m = zeroblob(65)", "w0n = zeroblob(63)"}) {
    EXPECT_FALSE(reads_after(change)) << change;
  }
}

}  // namespace
}  // namespace pawl::host::sqlite_rows_test
