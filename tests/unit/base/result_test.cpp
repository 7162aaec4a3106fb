// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/base/result.hpp>

namespace pawl::test::result_test {
namespace {

TEST(Status, IsSuccessUnlessToldOtherwise) {
  EXPECT_TRUE(Status().ok());
  EXPECT_EQ(Status().error(), Error::none);
  EXPECT_TRUE(Status(Error::none).ok());
  EXPECT_FALSE(Status(Error::busy).ok());
  EXPECT_EQ(Status(Error::busy).error(), Error::busy);
}

TEST(Result, IsAValueOrAnError) {
  const Result<int> value = 7;
  EXPECT_TRUE(value.ok());
  EXPECT_EQ(value.error(), Error::none);
  EXPECT_EQ(value.value(), 7);
  const Result<int> error = Error::malformed;
  EXPECT_FALSE(error.ok());
  EXPECT_EQ(error.error(), Error::malformed);
}

int reached = 0;

Status twice(Status first, Status second) {
  PAWL_TRY(first);
  ++reached;
  PAWL_TRY(second);
  ++reached;
  return Error::none;
}

TEST(Try, LeavesAtTheFirstErrorWithIt) {
  reached = 0;
  EXPECT_EQ(twice(Error::timeout, Error::busy).error(), Error::timeout);
  EXPECT_EQ(reached, 0);
  EXPECT_EQ(twice(Error::none, Error::busy).error(), Error::busy);
  EXPECT_EQ(reached, 1);
  EXPECT_TRUE(twice(Error::none, Error::none).ok());
  EXPECT_EQ(reached, 3);
}

Result<int> doubled(Status status) {
  PAWL_TRY(status);
  return 2;
}

TEST(Try, ServesFunctionsThatReturnAResult) {
  EXPECT_EQ(doubled(Error::limit).error(), Error::limit);
  EXPECT_EQ(doubled(Error::none).value(), 2);
}

}  // namespace
}  // namespace pawl::test::result_test
