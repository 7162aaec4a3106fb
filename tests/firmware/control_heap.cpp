// SPDX-License-Identifier: Apache-2.0
// A control: an image that allocates. tools/check_no_heap must reject it.
#include <stddef.h>
#include <stdlib.h>

int* volatile kept;

[[gnu::noinline]] void* operator new(size_t size) { return malloc(size); }
[[gnu::noinline]] void* operator new[](size_t size) { return malloc(size); }

int main() {
  kept = new int[4];
  return 0;
}
