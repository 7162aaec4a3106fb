// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <board.hpp>

namespace device {

/// The device cannot do its work, and does nothing: it has no credential.
[[noreturn]] inline void halt() {
  for (;;) {
    board::watchdog().feed();
    board::sleep();
  }
}

}  // namespace device
