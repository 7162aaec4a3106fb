// SPDX-License-Identifier: Apache-2.0
#include "semihosting.hpp"

#include <runtime/image.h>

namespace firmware {
namespace {

constexpr std::uintptr_t kWrite0 = 0x04;
constexpr std::uintptr_t kExitExtended = 0x20;
constexpr std::uintptr_t kApplicationExit = 0x20026;

}  // namespace

#ifdef __riscv
// The three instructions that mean it are in one piece, and not compressed.
[[gnu::aligned(16), gnu::noinline]] std::intptr_t semihost(std::uintptr_t operation, const void* argument) {
  register std::uintptr_t a0 asm("a0") = operation;
  register const void* a1 asm("a1") = argument;
  asm volatile(
      ".option push\n.option norvc\n.balign 16\n"
      "slli zero, zero, 0x1f\nebreak\nsrai zero, zero, 7\n.option pop"
      : "+r"(a0)
      : "r"(a1)
      : "memory");
  return static_cast<std::intptr_t>(a0);
}
#else
std::intptr_t semihost(std::uintptr_t operation, const void* argument) {
  register std::uintptr_t r0 asm("r0") = operation;
  register const void* r1 asm("r1") = argument;
  asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return static_cast<std::intptr_t>(r0);
}
#endif

void say(const char* text) { semihost(kWrite0, text); }

void say(std::uint32_t number) {
  char text[11] = {};
  char* first = text + 10;
  do {
    *--first = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  say(first);
}

std::uint32_t stack_used() {
  const std::uint32_t* untouched = image_stack;
  while (untouched != image_stack_top && *untouched == IMAGE_STACK_PAINT) ++untouched;
  return static_cast<std::uint32_t>(image_stack_top - untouched) * sizeof(*untouched);
}

void finish(int code) {
  const std::uint32_t used = stack_used();
  say("stack ");
  say(used);
  say("\n");
  const std::uintptr_t exit[] = {kApplicationExit, static_cast<std::uintptr_t>(code)};
  semihost(kExitExtended, exit);
  for (;;) {
  }
}

}  // namespace firmware
