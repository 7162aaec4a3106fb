/* SPDX-License-Identifier: Apache-2.0 */
/* The vectors behind those of the processor: one for each interrupt of the part. */
#include "image.h"

enum { kInterrupts = 64 };

__attribute__((section(".vectors.interrupts"), used)) static void (*const interrupts[kInterrupts])(void) = {
    [0 ... kInterrupts - 1] = image_interrupt};
