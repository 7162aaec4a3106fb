/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled with -fno-tree-loop-distribute-patterns: otherwise each loop here becomes a call of the function it is in.
 */
#include <stddef.h>
#include <stdint.h>

__attribute__((used)) void* memcpy(void* restrict to, const void* restrict from, size_t size) {
  uint8_t* out = to;
  const uint8_t* in = from;
  while (size-- != 0) *out++ = *in++;
  return to;
}

__attribute__((used)) void* memmove(void* to, const void* from, size_t size) {
  uint8_t* out = to;
  const uint8_t* in = from;
  if ((uintptr_t)to <= (uintptr_t)from) {
    while (size-- != 0) *out++ = *in++;
  } else {
    while (size-- != 0) out[size] = in[size];
  }
  return to;
}

__attribute__((used)) void* memset(void* to, int value, size_t size) {
  uint8_t* out = to;
  while (size-- != 0) *out++ = (uint8_t)value;
  return to;
}

__attribute__((used)) int memcmp(const void* left, const void* right, size_t size) {
  const uint8_t* a = left;
  const uint8_t* b = right;
  for (; size != 0; --size, ++a, ++b) {
    if (*a != *b) return *a - *b;
  }
  return 0;
}
