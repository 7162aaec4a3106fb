// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/time.h>

#include <csignal>

#include <pawl/port/posix/random.hpp>
#include <pawl/port/sim/seeded_random.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::random_test {
namespace {

TEST(SystemRandom, FillsAllAndNeverTheSame) {
  SystemRandom random;
  Buffer one(32);
  Buffer two(32);
  ASSERT_TRUE(random.fill(one).ok());
  ASSERT_TRUE(random.fill(two).ok());
  EXPECT_NE(hex(one), hex(two));
  EXPECT_NE(hex(one), hex(Buffer(32)));
}

TEST(SystemRandom, FillsNothing) { EXPECT_TRUE(SystemRandom().fill({}).ok()); }

/// Interrupts the program every millisecond.
class Interruptions {
 public:
  Interruptions() {
    struct sigaction ignore {};
    ignore.sa_handler = [](int) {};
    EXPECT_EQ(::sigaction(SIGALRM, &ignore, &before_), 0);
    const itimerval often{{0, 1000}, {0, 1000}};
    EXPECT_EQ(::setitimer(ITIMER_REAL, &often, nullptr), 0);
  }
  Interruptions(const Interruptions&) = delete;
  Interruptions& operator=(const Interruptions&) = delete;
  ~Interruptions() {
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigaction(SIGALRM, &before_, nullptr);
  }

 private:
  struct sigaction before_ {};
};

TEST(SystemRandom, GoesOnAfterASignalHasCutItShort) {
  const Interruptions interruptions;
  Buffer large(8U << 20U);
  ASSERT_TRUE(SystemRandom().fill(large).ok());
  EXPECT_NE(hex(Bytes(large).last(32)), hex(Buffer(32)));
}

TEST(SystemRandom, FailsClosed) {
  constexpr std::size_t kSize = 4096;
  void* const forbidden = ::mmap(nullptr, kSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(forbidden, MAP_FAILED);
  EXPECT_EQ(SystemRandom().fill({static_cast<std::uint8_t*>(forbidden), kSize}).error(), Error::random_failed);
  ::munmap(forbidden, kSize);
}

TEST(SeededRandom, DependsOnTheSeedAlone) {
  pawl::SeededRandom one(7);
  pawl::SeededRandom same(7);
  pawl::SeededRandom other(8);
  Buffer a(64);
  Buffer b(64);
  Buffer c(64);
  ASSERT_TRUE(one.fill(a).ok());
  for (std::uint8_t& byte : b) ASSERT_TRUE(same.fill({&byte, 1}).ok());
  ASSERT_TRUE(other.fill(c).ok());
  EXPECT_EQ(hex(a), hex(b));
  EXPECT_NE(hex(a), hex(c));
  ASSERT_TRUE(one.fill(b).ok());
  EXPECT_NE(hex(a), hex(b));
}

TEST(ScriptedRandom, GivesTheScriptThenFails) {
  pawl::ScriptedRandom random(unhex("0102030405"));
  Buffer two(2);
  ASSERT_TRUE(random.fill(two).ok());
  EXPECT_EQ(hex(two), "0102");
  EXPECT_EQ(random.left(), 3U);
  Buffer four(4);
  EXPECT_EQ(random.fill(four).error(), Error::random_failed);
  EXPECT_EQ(hex(four), "00000000");
  ASSERT_TRUE(random.fill(two).ok());
  EXPECT_EQ(hex(two), "0304");
}

}  // namespace
}  // namespace pawl::test::random_test
