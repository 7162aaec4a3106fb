/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

extern uint32_t image_data[], image_data_end[], image_data_load[], image_bss[], image_bss_end[];
extern uint32_t image_stack[], image_stack_top[];
extern void (*image_constructors[])(void);
extern void (*image_constructors_end[])(void);

int main(void);
/* board.cpp has a clock; the controls need none. */
__attribute__((weak)) void image_tick(void) {}

static void stop(void) {
  for (;;) {
  }
}

void image_reset(void);
void image_reset(void) {
  /* Paint the stack, so that board.cpp can tell how much of it was used; nothing of this function is on it. */
  for (uint32_t* to = image_stack; to != image_stack_top;) *to++ = 0xA5A5A5A5;
  for (uint32_t *to = image_data, *from = image_data_load; to != image_data_end;) *to++ = *from++;
  for (uint32_t* to = image_bss; to != image_bss_end;) *to++ = 0;
  for (void (**constructor)(void) = image_constructors; constructor != image_constructors_end;) (*constructor++)();
  main();
  stop();
}

struct Vectors {
  uint32_t* stack;
  void (*handlers[15])(void);
};

__attribute__((section(".vectors"), used)) static const struct Vectors vectors = {
    image_stack_top,
    {image_reset, stop, stop, stop, stop, stop, stop, stop, stop, stop, stop, stop, stop, stop, image_tick}};
