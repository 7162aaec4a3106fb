/* SPDX-License-Identifier: Apache-2.0 */
/* From reset to main() on a RISC-V of 32 bits, and its traps. */
#include <stdint.h>

#include "image.h"

int main(void);

void image_start(void);
void image_trap(void);

static void stop(void) {
  for (;;) {
  }
}

__attribute__((naked, section(".vectors"), used)) void image_reset(void) {
  __asm__ volatile(
      "csrw mie, zero\n"
      "la sp, image_stack_top\n"
      "la t0, image_trap\n"
      "csrw mtvec, t0\n"
      "j image_start\n");
}

__attribute__((used)) void image_start(void) {
  /* Nothing of this function is on the stack that it paints. */
  image_prepare();
  main();
  stop();
}

enum { kTimer = 0x80000007, kExternal = 0x8000000B };

/* Other traps must not happen, and a watchdog ends them. */
__attribute__((interrupt("machine"), aligned(4), used)) void image_trap(void) {
  uint32_t cause = 0;
  __asm__ volatile("csrr %0, mcause" : "=r"(cause));
  if (cause == (uint32_t)kTimer) {
    image_tick();
  } else if (cause == (uint32_t)kExternal) {
    image_interrupt();
  } else {
    stop();
  }
}
