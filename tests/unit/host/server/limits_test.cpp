// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/limits.hpp>

#include <gtest/gtest.h>

#include <string>

#include <pawl/host/base/text.hpp>
#include "tests/unit/host/failures.hpp"

namespace pawl::host::limits_test {
namespace {

constexpr Limits kDefaults{512, 64, 222, 55};

/// The limits of a file whose table has `fields`.
FailureOr<Limits> limits_of(const std::string& fields) {
  const std::string text = "[limits]\n" + fields;
  ConfigFile file = test::value_of(ConfigFile::parse("pawl.toml", bytes_of(text)));
  Limits limits = kDefaults;
  read_limits(file, limits);
  PAWL_HOST_TRY(file.done());
  return limits;
}

/// What is said of the file.
std::string refused(const std::string& fields) {
  return test::failure_of(Failure::Kind::config, limits_of(fields)).detail;
}

TEST(LimitsOfAFile, AreAllSaid) {
  const Limits limits =
      test::value_of(limits_of("half_open = 1\nhalf_open_per_source = 2\nhellos = 3\nhellos_per_source = 1000000\n"
                               "failures = 4\nfailures_per_source = 5\nforgiveness = 6\nlongest_wait = 7\n"
                               "sessions_per_user = 9\nlifetime = 10\nmessage_size = 4294967295\nmessage_rate = 12\n"));
  EXPECT_EQ(limits.half_open, 1U);
  EXPECT_EQ(limits.half_open_per_source, 2U);
  EXPECT_EQ(limits.hellos, 3U);
  EXPECT_EQ(limits.hellos_per_source, 1'000'000U);
  EXPECT_EQ(limits.failures, 4U);
  EXPECT_EQ(limits.failures_per_source, 5U);
  EXPECT_EQ(limits.forgiveness, 6U);
  EXPECT_EQ(limits.longest_wait, 7U);
  EXPECT_EQ(limits.sessions_per_user, 9U);
  EXPECT_EQ(limits.lifetime, 10U);
  EXPECT_EQ(limits.message_size, 4'294'967'295U);
  EXPECT_EQ(limits.message_rate, 12U);
}

TEST(LimitsOfAFile, AreTheDefaultsWhereItSaysNothing) {
  const Limits limits = test::value_of(limits_of("hellos = 7\n"));
  EXPECT_EQ(limits.half_open, kDefaults.half_open);
  EXPECT_EQ(limits.half_open_per_source, kDefaults.half_open_per_source);
  EXPECT_EQ(limits.hellos, 7U);
  EXPECT_EQ(limits.hellos_per_source, kDefaults.hellos_per_source);
}

TEST(LimitsOfAFile, ThatMakeNoSenseAreRefusedWithLineAndRange) {
  for (const char* value : {"0", "1000001", "-1", "2.5", "\"5\""}) {
    const std::string said = refused("# a comment\nhellos = " + std::string(value));
    EXPECT_EQ(said.find("line 3: "), 0U) << value << said;
  }
  EXPECT_EQ(refused("lifetime = 86401"), "line 2: limits.lifetime must be a number from 1 to 86400");
  EXPECT_EQ(refused("longest_wait = 301"), "line 2: limits.longest_wait must be a number from 1 to 300");
  EXPECT_EQ(refused("hellos = 0"), "line 2: limits.hellos must be a number from 1 to 1000000");
  EXPECT_EQ(refused("helos = 5").find("line 2: there is no key limits.helos. There are failures, "), 0U);
}

TEST(DefaultLimits, FollowFromWhatAMultiplicationCosts) {
  const Limits slow = default_limits({"a", "1", false, 900});
  EXPECT_EQ(slow.hellos, 222U);
  EXPECT_EQ(slow.hellos_per_source, 55U);
  const Limits fast = default_limits({"b", "1", true, 60});
  EXPECT_EQ(fast.hellos, 3333U);
  EXPECT_EQ(fast.hellos_per_source, 833U);
  EXPECT_EQ(slow.half_open, fast.half_open);
}

}  // namespace
}  // namespace pawl::host::limits_test
