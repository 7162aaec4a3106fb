// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/failure.hpp>

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <string>

#include "tests/unit/host/failures.hpp"

namespace pawl::host::failure_test {
namespace {

using Kind = Failure::Kind;

FailureOr<> refuse() { return Failure{.kind = Kind::no_users, .path = "records"}; }

/// Counts how far it came.
FailureOr<> try_both(const FailureOr<>& first, const FailureOr<>& second, int& steps) {
  PAWL_HOST_TRY(first);
  ++steps;
  PAWL_HOST_TRY(second);
  ++steps;
  return {};
}

TEST(Failure, OfAFileHasWhatTheLastCallSaid) {
  errno = ENOSPC;
  const Failure failure = file_failure(Kind::file_write, "messages/1.part");
  EXPECT_EQ(failure.kind, Kind::file_write);
  EXPECT_EQ(failure.error, std::errc::no_space_on_device);
  EXPECT_EQ(failure.path, "messages/1.part");
  EXPECT_EQ(failure.detail, "");
}

TEST(Failure, OfAFileHasTheValueThatItIsGiven) {
  errno = ENOSPC;
  const Failure failure = file_failure(Kind::file_read, "records/alice.toml", ENOENT);
  EXPECT_EQ(failure.kind, Kind::file_read);
  EXPECT_EQ(failure.error, std::errc::no_such_file_or_directory);
  EXPECT_EQ(failure.path, "records/alice.toml");
}

TEST(Failure, OfTheCoreHasItsError) {
  const Failure failure = core_failure(Error::random_failed);
  EXPECT_EQ(failure.kind, Kind::core);
  EXPECT_EQ(failure.core, Error::random_failed);
  EXPECT_FALSE(failure.error);
}

TEST(FailureOr, IsAValueOrAFailure) {
  const FailureOr<int> value = 7;
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(value.value(), 7);
  const FailureOr<int> failure = core_failure(Error::limit);
  ASSERT_FALSE(failure.ok());
  EXPECT_EQ(failure.failure().core, Error::limit);
}

TEST(FailureOr, GivesItsValueAway) {
  FailureOr<std::unique_ptr<std::string>> value = std::make_unique<std::string>("a value that only moves");
  const std::unique_ptr<std::string> taken = std::move(value.value());
  EXPECT_EQ(*taken, "a value that only moves");
}

TEST(FailureOr, OfNothingIsSuccessUnlessSomethingFailed) {
  EXPECT_TRUE(FailureOr<>().ok());
  EXPECT_EQ(test::failure_of(Kind::no_users, refuse()).path, "records");
}

TEST(FailureOr, TakesOverAStatusOfTheCore) {
  EXPECT_TRUE(FailureOr<>(Status()).ok());
  EXPECT_EQ(test::failure_of(Kind::core, FailureOr<>(Status(Error::too_long))).core, Error::too_long);
}

TEST(FailureOr, TryLeavesAtTheFirstFailure) {
  int steps = 0;
  EXPECT_TRUE(try_both({}, {}, steps).ok());
  EXPECT_EQ(steps, 2);
  EXPECT_EQ(test::failure_of(Kind::no_users, try_both({}, refuse(), steps)).path, "records");
  EXPECT_EQ(steps, 3);
  EXPECT_EQ(test::failure_of(Kind::core, try_both(core_failure(Error::busy), refuse(), steps)).core, Error::busy);
  EXPECT_EQ(steps, 3);
}

}  // namespace
}  // namespace pawl::host::failure_test
