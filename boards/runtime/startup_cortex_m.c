/* SPDX-License-Identifier: Apache-2.0 */
/* From reset to main() on a Cortex-M. */
#include <stdint.h>

#include "image.h"

int main(void);

static void stop(void) {
  for (;;) {
  }
}

void image_reset(void);
void image_reset(void) {
  /* Nothing of this function is on the stack that it paints. */
  image_prepare();
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
