// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/net/descriptor_limit.hpp>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <limits>

namespace pawl::host::descriptor_limit_test {
namespace {

constexpr rlim_t kLow = 64;

/// The limit of this process is low, and after the test what it was before.
class DescriptorLimit : public testing::Test {
 protected:
  DescriptorLimit() {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    set({kLow, before_.rlim_max});
  }
  ~DescriptorLimit() override { set(before_); }

  static rlim_t limit() {
    rlimit now{};
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &now), 0);
    return now.rlim_cur;
  }
  [[nodiscard]] rlim_t most() const { return before_.rlim_max; }

 private:
  static void set(const rlimit& limit) { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0); }

  rlimit before_{};
};

TEST_F(DescriptorLimit, IsRaised) {
  ASSERT_GT(most(), kLow + 1);
  EXPECT_TRUE(raise_descriptor_limit(kLow + 1));
  EXPECT_EQ(limit(), kLow + 1);
}

TEST_F(DescriptorLimit, IsNeverLowered) {
  EXPECT_TRUE(raise_descriptor_limit(kLow - 1));
  EXPECT_EQ(limit(), kLow);
  EXPECT_TRUE(raise_descriptor_limit(kLow));
  EXPECT_EQ(limit(), kLow);
}

TEST_F(DescriptorLimit, IsNotRaisedFurtherThanTheSystemAllows) {
  EXPECT_FALSE(raise_descriptor_limit(most() + 1));
  EXPECT_LE(limit(), most());
  EXPECT_FALSE(raise_descriptor_limit(std::numeric_limits<std::uint64_t>::max() - 1));
}

}  // namespace
}  // namespace pawl::host::descriptor_limit_test
