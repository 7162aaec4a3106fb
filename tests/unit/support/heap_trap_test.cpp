// SPDX-License-Identifier: Apache-2.0
// The controls of the heap trap: it catches whatever there is to catch.
#include "tests/support/heap_trap.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace pawl::test::heap_trap_test {
namespace {

constexpr std::size_t kSize = 100;
constexpr std::size_t kAlignment = 64;

/// Goes where the compiler cannot see what becomes of it, so that no allocation is left out.
void use(void* memory) { __asm__ volatile("" : : "r"(memory) : "memory"); }

template <class Function>
unsigned calls_in(Function function) {
  const HeapTrap trap;
  function();
  return HeapTrap::calls();
}

TEST(HeapTrap, SeesNothingWhereThereIsNothing) {
  EXPECT_EQ(calls_in([] {
              int local = 0;
              use(&local);
            }),
            0U);
}

TEST(HeapTrap, SeesTakingAndGivingBack) {
  void* memory = nullptr;
  EXPECT_EQ(calls_in([&] {
              memory = std::malloc(kSize);
              use(memory);
            }),
            1U);
  EXPECT_EQ(calls_in([&] { std::free(memory); }), 1U);
}

TEST(HeapTrap, CatchesTheRelativesOfMalloc) {
  void* memory = nullptr;
  EXPECT_GE(calls_in([&] { use(memory = std::calloc(1, kSize)); }), 1U);
  EXPECT_GE(calls_in([&] { use(memory = std::realloc(memory, 2 * kSize)); }), 1U);
  std::free(memory);
  EXPECT_GE(calls_in([&] { use(memory = std::aligned_alloc(kAlignment, kAlignment)); }), 1U);
  std::free(memory);
}

TEST(HeapTrap, CatchesNewAndDelete) {
  struct alignas(kAlignment) Aligned {
    char bytes[kAlignment];
  };
  EXPECT_GE(calls_in([] { use(std::make_unique<int>(1).get()); }), 2U);
  EXPECT_GE(calls_in([] { use(std::make_unique<char[]>(kSize).get()); }), 2U);
  EXPECT_GE(calls_in([] { use(std::make_unique<Aligned>().get()); }), 2U);
  EXPECT_GE(calls_in([] { use(std::string(kSize, 'x').data()); }), 2U);
}

TEST(HeapTrap, RunsOut) {
  if (!HeapTrap::can_run_out()) GTEST_SKIP() << "the sanitizer's allocator takes no orders";
  bool first = false;
  bool second = true;
  {
    const HeapTrap trap(1);
    void* memory = std::malloc(kSize);
    void* more = std::malloc(kSize);
    use(memory);
    use(more);
    first = memory != nullptr;
    second = more != nullptr;
    std::free(memory);
  }
  EXPECT_TRUE(first);
  EXPECT_FALSE(second);
}

TEST(HeapTrap, LooksOnlyWhileItLives) {
  EXPECT_EQ(calls_in([] {}), 0U);
  use(std::make_unique<int>(1).get());
  EXPECT_EQ(HeapTrap::calls(), 0U);
}

}  // namespace
}  // namespace pawl::test::heap_trap_test
