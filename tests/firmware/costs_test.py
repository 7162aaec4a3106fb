#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: costs_test.py QEMU MACHINE SHIFT ELF

Runs costs.elf so that QEMU counts instructions, each of which takes 2^SHIFT ns there, and writes what it prints to costs.txt beside it.
"""

import pathlib
import subprocess
import sys

qemu, machine, shift, elf = sys.argv[1:]
done = subprocess.run(
    [qemu, "-M", machine, "-kernel", elf, "-display", "none", "-monitor", "none", "-serial", "null",
     "-icount", f"shift={shift}", "-semihosting-config", "enable=on,target=native"],
    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100)
print(done.stdout, end="")
assert done.returncode == 0, done.returncode
pathlib.Path(elf).with_suffix(".txt").write_text(done.stdout.partition("stack")[0])
