#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: fill_in.py BOARD

Fills the skeleton of a board in for mps2-an385 (Arm's MPS2 with a Cortex-M3), by boards/README.md alone: each comment
FILL IN, with the lines of its block, gives way to what is here. Fails if one is left or missing.
"""

import pathlib
import re
import sys

LINKER_SCRIPT = {
    "memory": """/* MPS2 with the Cortex-M3 design AN385: 4 MB for programs, of which the last page of 1 KB holds the credential; of its
 * RAM a program gets 16 KB. */
MEMORY {
  FLASH (rx) : ORIGIN = 0x00000000, LENGTH = 4M - 1K
  RAM (rwx) : ORIGIN = 0x20000000, LENGTH = 16K
""",
}

SOURCE = {
    "board": """// Arm's MPS2 with the design AN385: Cortex-M3. UART: UART0 of the Cortex-M System Design Kit. LED: LED 0 of the FPGA's
// register. Clock: 25 MHz. It has no source of noise; the counter that serves here is one for the test.
#include <runtime/cortex_m.hpp>
""",
    "uart-start": """    reg(kBase, kDivider) = 25'000'000 / 115'200;
    reg(kBase, kControl) = kTransmitter | kReceiver | kReceiveInterrupt;
    enable_interrupt(0);
""",
    "uart-transmit": """    if ((reg(kBase, kState) & kTransmitFull) != 0) return false;
    reg(kBase) = byte;
    return true;
""",
    "uart-allow": """    reg(kBase, kControl) = kTransmitter | kReceiver | kReceiveInterrupt;
""",
    "uart-receive": """    reg(kBase, kInterrupts) = kReceived;
    while ((reg(kBase, kState) & kReceiveFull) != 0) {
      if (queue.full()) {
        reg(kBase, kControl) = kTransmitter | kReceiver;
        return;
      }
      queue.put(static_cast<std::uint8_t>(reg(kBase)));
    }
""",
    "uart-registers": """  static constexpr std::uint32_t kBase = 0x4000'4000;
  static constexpr std::uint32_t kState = 0x04;
  static constexpr std::uint32_t kTransmitFull = 1;
  static constexpr std::uint32_t kReceiveFull = 2;
  static constexpr std::uint32_t kControl = 0x08;
  static constexpr std::uint32_t kTransmitter = 1;
  static constexpr std::uint32_t kReceiver = 2;
  static constexpr std::uint32_t kReceiveInterrupt = 8;
  static constexpr std::uint32_t kInterrupts = 0x0C;
  static constexpr std::uint32_t kReceived = 2;
  static constexpr std::uint32_t kDivider = 0x10;
""",
    "watchdog": """    // The board's watchdog needs a key that only its debugger has.
""",
    "noise": """    state_ = state_ * 1'664'525 + 1'013'904'223;
    return static_cast<std::uint8_t>(state_ >> 24U);
""",
    "noise-registers": """  std::uint32_t state_ = 1;
""",
    "start": """  start_systick(25'000'000);
""",
    "led": """  reg(0x4002'8000) = on ? 1 : 0;
""",
    "page": """  return {reinterpret_cast<const std::uint8_t*>(0x003F'FC00), 1024};
""",
}


def fill(text, blocks, comment):
    """Replaces each comment FILL IN NAME and the rest of its block, up to a closing brace or an empty line."""
    for name, block in blocks.items():
        pattern = rf"^[ ]*{comment} FILL IN {name}:.*?(?=^[ ]*\}}|^#include|^[ ]*board_uart\.start)"
        text, count = re.subn(pattern, lambda _: block, text, count=1, flags=re.DOTALL | re.MULTILINE)
        assert count == 1, f"the skeleton has no FILL IN {name}"
    assert "FILL IN" not in text, "more is to be filled in than boards/README.md has told"
    return text


def main():
    board = pathlib.Path(sys.argv[1])
    for file, blocks, comment in (("board.ld", LINKER_SCRIPT, r"/\*"), ("board.cpp", SOURCE, "//")):
        path = board / file
        path.write_text(fill(path.read_text(), blocks, comment))


main()
