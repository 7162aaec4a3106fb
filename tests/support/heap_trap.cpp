// SPDX-License-Identifier: Apache-2.0
#include "tests/support/heap_trap.hpp"

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define PAWL_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PAWL_ADDRESS_SANITIZER 1
#endif
#endif

namespace {

constinit thread_local bool armed = false;
constinit thread_local unsigned call_count = 0;
constinit thread_local unsigned times_left = 0;

void note() {
  if (armed) ++call_count;
}

}  // namespace

#ifdef PAWL_ADDRESS_SANITIZER

// The sanitizer has its own allocator, which tells of every call.
#include <sanitizer/allocator_interface.h>

namespace {

[[maybe_unused]] const int kInstalled =
    __sanitizer_install_malloc_and_free_hooks([](const volatile void* /*memory*/, std::size_t /*size*/) { note(); },
                                              [](const volatile void* /*memory*/) { note(); });

}  // namespace

#else

namespace {

/// Notes a call that takes memory; false if there is none left.
bool grant() {
  note();
  if (!armed) return true;
  if (times_left == 0) return false;
  --times_left;
  return true;
}

}  // namespace

// The program's own malloc and relatives go before those of the C library, which glibc also has under these names.
extern "C" {
void* __libc_malloc(std::size_t size);                           // NOLINT(bugprone-reserved-identifier)
void* __libc_calloc(std::size_t count, std::size_t size);        // NOLINT(bugprone-reserved-identifier)
void* __libc_realloc(void* memory, std::size_t size);            // NOLINT(bugprone-reserved-identifier)
void* __libc_memalign(std::size_t alignment, std::size_t size);  // NOLINT(bugprone-reserved-identifier)
void __libc_free(void* memory);                                  // NOLINT(bugprone-reserved-identifier)

void* malloc(std::size_t size) { return grant() ? __libc_malloc(size) : nullptr; }

void* calloc(std::size_t count, std::size_t size) { return grant() ? __libc_calloc(count, size) : nullptr; }

void* realloc(void* memory, std::size_t size) { return grant() ? __libc_realloc(memory, size) : nullptr; }

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return grant() ? __libc_memalign(alignment, size) : nullptr;
}

void free(void* memory) {
  note();
  __libc_free(memory);
}
}

#endif

namespace pawl::test {

HeapTrap::HeapTrap(unsigned times) {
  call_count = 0;
  times_left = times;
  armed = true;
}

HeapTrap::~HeapTrap() { armed = false; }

unsigned HeapTrap::calls() { return call_count; }

bool HeapTrap::can_run_out() {
#ifdef PAWL_ADDRESS_SANITIZER
  return false;
#else
  return true;
#endif
}

}  // namespace pawl::test
