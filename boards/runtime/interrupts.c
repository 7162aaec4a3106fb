/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"

/* A board has what it needs of these; the rest must not happen, and a watchdog ends it. */
__attribute__((weak)) void image_tick(void) {}
__attribute__((weak)) void image_interrupt(void) {
  for (;;) {
  }
}
