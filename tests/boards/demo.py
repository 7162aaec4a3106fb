#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: demo.py BOARD ELF. For tools/demo board: runs the image in QEMU and shows what is said on its line."""

import os
import pathlib
import secrets
import sys
import tempfile

from board import BOARDS, Device, Peer, enrol
from pawl_line import DATA, LineServer


class Watcher(Peer):
    """Shows each message as it comes."""

    def take(self, datagram):
        before = len(self.messages)
        super().take(datagram)
        for message in self.messages[before:]:
            print(f"   {BOARD}: {message.decode()}", flush=True)

    def readings(self, count):
        wanted = len(self.messages) + count
        self.until(lambda: len(self.messages) >= wanted)


def show_led(device):
    print(f"   the pin of its LED, read in QEMU: {'lit' if device.led() else 'dark'}", flush=True)


def main():
    with tempfile.TemporaryDirectory(prefix="pawl-") as home:
        folder = pathlib.Path(home)
        os.chdir(folder)
        known = enrol(folder, "psk_ecdhe", secrets.token_bytes(32))
        (folder / "seed.bin").write_bytes(secrets.token_bytes(32))
        device = Device(BOARDS[BOARD], ELF, folder)
        try:
            server = Watcher(device, LineServer([known]))
            server.open()
            print("   a session is open: each end has proved that it has the key\n")
            server.readings(3)
            show_led(device)
            print("\n   server: led on", flush=True)
            off_later = server.state.seal(DATA, b"led off")
            server.send(b"led on")
            server.readings(2)
            show_led(device)
            print("\n   an intruder on the line: led off, altered by one bit; and without a session", flush=True)
            server.transmit(off_later[:-1] + bytes([off_later[-1] ^ 1]))
            server.transmit(b"led off")
            server.readings(2)
            show_led(device)
            print("\n   server: led off", flush=True)
            server.transmit(off_later)
            server.readings(2)
            show_led(device)
            lit = device.led()
        finally:
            device.cut_power()
            os.chdir("/")
    if lit:
        sys.exit("demo.py: the LED did not obey")


BOARD, ELF = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
main()
