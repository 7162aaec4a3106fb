// SPDX-License-Identifier: Apache-2.0
#include "board.hpp"

extern "C" {
extern std::uint8_t image_stack[];
extern std::uint8_t image_stack_top[];
void image_tick();
}

namespace firmware {
namespace {

/// Rounds of the system timer: milliseconds, unless it counts cycles.
volatile std::uint32_t rounds;

/// Armv6-M and Armv7-M: the system timer, counting down from `reload`.
struct SysTick {
  std::uint32_t control;
  std::uint32_t reload;
  std::uint32_t value;
};
volatile SysTick& systick() { return *reinterpret_cast<volatile SysTick*>(0xE000E010); }
constexpr std::uint32_t kRunWithInterrupt = 7;
constexpr std::uint32_t kLongestRound = 0xFF'FFFF;

void start_timer(std::uint32_t reload) {
  systick().reload = reload;
  systick().value = 0;
  systick().control = kRunWithInterrupt;
}

constexpr std::uint32_t kWrite0 = 0x04;
constexpr std::uint32_t kExitExtended = 0x20;
constexpr std::uint32_t kApplicationExit = 0x20026;

void semihost(std::uint32_t operation, const void* argument) {
  register std::uint32_t r0 asm("r0") = operation;
  register const void* r1 asm("r1") = argument;
  asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

/// What startup.c has painted the stack with; what is no longer paint was used.
constexpr std::uint8_t kStackPaint = 0xA5;

std::uint32_t stack_used() {
  const std::uint8_t* untouched = image_stack;
  while (untouched != image_stack_top && *untouched == kStackPaint) ++untouched;
  return static_cast<std::uint32_t>(image_stack_top - untouched);
}

}  // namespace

void start_board() {
  start_uart();
  start_timer(kCyclesPerMillisecond - 1);
}

pawl::Instant now() { return {rounds}; }

void start_counting() { start_timer(kLongestRound); }

std::uint64_t ticks() {
  // Again, if a round ended meanwhile.
  for (;;) {
    const std::uint32_t round = rounds;
    const std::uint32_t left = systick().value;
    if (round == rounds) return std::uint64_t{round} * (kLongestRound + 1) + (kLongestRound - left);
  }
}

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

void finish(int code) {
  const std::uint32_t used = stack_used();
  say("stack ");
  say(used);
  say("\n");
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

void image_tick() { firmware::rounds = firmware::rounds + 1; }
