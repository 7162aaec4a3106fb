/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

extern uint32_t image_data[], image_data_end[], image_data_load[], image_bss[], image_bss_end[], image_stack_top[];
extern void (*image_constructors[])(void);
extern void (*image_constructors_end[])(void);

int main(void);

static void stop(void) {
  for (;;) {
  }
}

void image_reset(void);
void image_reset(void) {
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
    image_stack_top, {image_reset, stop, stop, stop, stop, stop, stop, stop, stop, stop, stop, stop, stop, stop, stop}};
