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

// The program's own malloc and relatives go before those of the C library, which glibc also has under these names.
extern "C" {
void* __libc_malloc(std::size_t size);                           // NOLINT(bugprone-reserved-identifier)
void* __libc_calloc(std::size_t count, std::size_t size);        // NOLINT(bugprone-reserved-identifier)
void* __libc_realloc(void* memory, std::size_t size);            // NOLINT(bugprone-reserved-identifier)
void* __libc_memalign(std::size_t alignment, std::size_t size);  // NOLINT(bugprone-reserved-identifier)
void __libc_free(void* memory);                                  // NOLINT(bugprone-reserved-identifier)

void* malloc(std::size_t size) {
  note();
  return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) {
  note();
  return __libc_calloc(count, size);
}

void* realloc(void* memory, std::size_t size) {
  note();
  return __libc_realloc(memory, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  note();
  return __libc_memalign(alignment, size);
}

void free(void* memory) {
  note();
  __libc_free(memory);
}
}

#endif

namespace pawl::test {

HeapTrap::HeapTrap() {
  call_count = 0;
  armed = true;
}

HeapTrap::~HeapTrap() { armed = false; }

unsigned HeapTrap::calls() { return call_count; }

}  // namespace pawl::test
