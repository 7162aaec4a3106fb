// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/limits.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "tests/unit/host/failures.hpp"

namespace pawl::host::limits_test {
namespace {

constexpr Limits kDefaults{512, 64, 222, 55};

class Settings : public testing::Test {
 protected:
  void SetUp() override { path_ += std::to_string(::getpid()); }
  void TearDown() override { std::filesystem::remove(path_); }

  FailureOr<Limits> read(const std::string& text) {
    std::ofstream(path_) << text;
    return read_limits(path_, kDefaults);
  }
  FailureOr<Limits> read_fields(const std::string& fields) {
    return read("format = \"pawl server settings 1\"\n" + fields);
  }

  /// What is said of the file.
  std::string refused(const std::string& fields) {
    return test::failure_of(Failure::Kind::file_malformed, read_fields(fields)).detail;
  }

  std::filesystem::path path_ = std::filesystem::temp_directory_path() / "pawl_limits_test.";
};

TEST_F(Settings, SayAllLimits) {
  const Limits limits =
      test::value_of(read_fields("half_open = 1\nhalf_open_per_source = 2\nhellos = 3\nhellos_per_source = 1000000\n"));
  EXPECT_EQ(limits.half_open, 1U);
  EXPECT_EQ(limits.half_open_per_source, 2U);
  EXPECT_EQ(limits.hellos, 3U);
  EXPECT_EQ(limits.hellos_per_source, 1'000'000U);
}

TEST_F(Settings, LeaveWhatTheyDoNotSay) {
  const Limits limits = test::value_of(read_fields("hellos = 7\n"));
  EXPECT_EQ(limits.half_open, kDefaults.half_open);
  EXPECT_EQ(limits.half_open_per_source, kDefaults.half_open_per_source);
  EXPECT_EQ(limits.hellos, 7U);
  EXPECT_EQ(limits.hellos_per_source, kDefaults.hellos_per_source);
}

TEST_F(Settings, ThatMakeNoSenseAreRefused) {
  for (const char* value : {"0", "1000001", "-1", "2.5", "\"5\""}) {
    EXPECT_NE(refused(std::string("hellos = ") + value).find("hellos must be"), std::string::npos) << value;
  }
  EXPECT_NE(refused("helos = 5").find("none of the server's settings"), std::string::npos);
  EXPECT_NE(refused("hellos = ").find("not TOML"), std::string::npos);
  EXPECT_FALSE(read("hellos = 5\n").ok()) << "without a format";
  test::failure_of(Failure::Kind::file_read, read_limits("/nonexistent", kDefaults));
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
