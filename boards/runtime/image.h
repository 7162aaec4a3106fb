/* SPDX-License-Identifier: Apache-2.0 */
/* What start-up files and sections.ld agree on. */
#ifndef PAWL_BOARDS_RUNTIME_IMAGE_H
#define PAWL_BOARDS_RUNTIME_IMAGE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of each word of the stack that was never used. */
#define IMAGE_STACK_PAINT 0xA5A5A5A5U

extern uint32_t image_data[], image_data_end[], image_data_load[], image_bss[], image_bss_end[];
extern uint32_t image_stack[], image_stack_top[];
extern void (*image_constructors[])(void);
extern void (*image_constructors_end[])(void);

/* The timer's interrupt, and all others, as a board handles them. */
void image_tick(void);
void image_interrupt(void);

/* Makes memory what the program expects. */
__attribute__((always_inline)) static inline void image_prepare(void) {
  for (uint32_t* to = image_stack; to != image_stack_top;) *to++ = IMAGE_STACK_PAINT;
  for (uint32_t *to = image_data, *from = image_data_load; to != image_data_end;) *to++ = *from++;
  for (uint32_t* to = image_bss; to != image_bss_end;) *to++ = 0;
  for (void (**constructor)(void) = image_constructors; constructor != image_constructors_end;) (*constructor++)();
}

#ifdef __cplusplus
}
#endif

#endif
