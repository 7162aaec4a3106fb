// SPDX-License-Identifier: Apache-2.0
#include "board.hpp"

#include "uart.hpp"

extern "C" {
extern std::uint8_t image_stack[];
extern std::uint8_t image_stack_top[];
void image_tick();
}

namespace firmware {
namespace {

volatile std::uint32_t milliseconds;

/// Armv6-M and Armv7-M: the system timer, counting down from `reload`.
struct SysTick {
  std::uint32_t control;
  std::uint32_t reload;
  std::uint32_t value;
};
volatile SysTick& systick() { return *reinterpret_cast<volatile SysTick*>(0xE000E010); }
constexpr std::uint32_t kRunWithInterrupt = 7;

constexpr std::uint32_t kWrite0 = 0x04;
constexpr std::uint32_t kExitExtended = 0x20;
constexpr std::uint32_t kApplicationExit = 0x20026;

void semihost(std::uint32_t operation, const void* argument) {
  register std::uint32_t r0 asm("r0") = operation;
  register const void* r1 asm("r1") = argument;
  asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

/// startup.c has painted the stack; what is no longer paint was used.
std::uint32_t stack_used() {
  const std::uint8_t* untouched = image_stack;
  while (untouched != image_stack_top && *untouched == kStackPaint) ++untouched;
  return static_cast<std::uint32_t>(image_stack_top - untouched);
}

}  // namespace

void start_board() {
  start_uart();
  systick().reload = kCyclesPerMillisecond - 1;
  systick().value = 0;
  systick().control = kRunWithInterrupt;
}

pawl::Instant now() { return {milliseconds}; }

void finish(int code) {
  char text[] = "stack 00000\n";
  std::uint32_t used = stack_used();
  for (char* digit = text + 10; used != 0; used /= 10) *digit-- = static_cast<char>('0' + used % 10);
  semihost(kWrite0, text);
  const std::uint32_t exit[] = {kApplicationExit, static_cast<std::uint32_t>(code)};
  semihost(kExitExtended, exit);
  for (;;) {
  }
}

pawl::Status KnownRandom::fill(pawl::MutBytes out) {
  for (auto& byte : out) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    byte = static_cast<std::uint8_t>(state_);
  }
  return pawl::Error::none;
}

}  // namespace firmware

void image_tick() { firmware::milliseconds = firmware::milliseconds + 1; }
