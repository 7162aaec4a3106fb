// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/time_of_day.hpp>

#include <gtest/gtest.h>

#include <ctime>

namespace pawl::host::time_of_day_test {
namespace {

TEST(SystemTimeOfDay, IsTheTimeOfTheSystem) {
  SystemTimeOfDay time_of_day;
  const std::time_t before = std::time(nullptr);
  const auto now = static_cast<std::time_t>(time_of_day.seconds());
  EXPECT_GE(now, before);
  EXPECT_LE(now, std::time(nullptr));
}

}  // namespace
}  // namespace pawl::host::time_of_day_test
