#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: demo.py BOARD IMAGES PAWL. For tools/demo board: runs a board's images in QEMU with the program `pawl` at the other
end of its line, and shows what they say."""

import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

from board import BOARDS, HERE, Device

BOARD, IMAGES, PAWL = sys.argv[1], *(pathlib.Path(path).resolve() for path in sys.argv[2:4])
ROOT = HERE.parent.parent
PATIENCE = 40  # seconds, for what takes a few
DERIVATION = 300  # for what takes QEMU twenty if it has a processor for itself
PASSWORD = b"correct horse battery staple"


def say(text):
    print(f"   {text}", flush=True)


def require(holds, what):
    if not holds:
        sys.exit(f"demo.py: {what}")


class Line:
    """Carries the line of a device to the TCP port that `pawl --serial tcp:` connects to. A hostile one: while `altering`, it
    turns a bit of whatever the device sends."""

    def __init__(self, device):
        self.device, self.end, self.altering = device, None, False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = self.listener.getsockname()
        self.name = f"tcp:127.0.0.1:{self.address[1]}"
        for carry in (self.carry_to_device, self.carry_from_device):
            threading.Thread(target=carry, daemon=True).start()

    def carry_to_device(self):
        while True:
            self.end, _ = self.listener.accept()
            try:
                while data := self.end.recv(4096):
                    self.device.line.sendall(data)
            except OSError:
                pass
            self.end = None

    def carry_from_device(self):
        """What comes while nobody is at the other end is lost."""
        while data := self.device.received.get():
            end = self.end
            try:
                if end:
                    end.sendall(data[:-1] + bytes([data[-1] ^ 1]) if self.altering else data)
            except OSError:
                pass


def enrol(name, *secret):
    subprocess.run([PAWL, "enroll", name, *secret, "--records", "records", "--credential", f"{name}.credential"],
                   check=True, capture_output=True)


def flash(image, file=None):
    """The board with an image and, in its page, a credential or a record, if any; and its line."""
    pathlib.Path("page").unlink(missing_ok=True)
    if file:
        subprocess.run([ROOT / "tools" / "credential_page", file, "page"], check=True)
    device = Device(BOARDS[BOARD], IMAGES / f"{BOARD}_{image}_emulated.elf", pathlib.Path.cwd())
    return device, Line(device)


def show_led(device, lit):
    say(f"the pin of its LED, read in QEMU: {'lit' if device.led() else 'dark'}")
    require(device.led() == lit, "the LED should be " + ("lit" if lit else "dark"))


def readings(count, patience=PATIENCE):
    """Waits for so many more messages that the server has kept, and shows them."""
    deadline = time.monotonic() + patience
    while count:
        require(time.monotonic() < deadline, "no readings arrive")
        for file in sorted(pathlib.Path("received").iterdir(), key=lambda file: file.stat().st_mtime_ns):
            if file not in shown and not file.name.startswith(".") and count:
                shown.add(file)
                say(f"{BOARD}: {file.read_text()}")
                count -= 1
        time.sleep(0.05)


def serve(line, shows):
    """pawl serve at the board's line, for as long as shows() takes; what it said."""
    server = subprocess.Popen([PAWL, "serve", "--serial", line.name, "--records", "records", "--save", "received", "--verbose"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        shows()
    finally:
        server.terminate()
        said = server.communicate(timeout=PATIENCE)[1]
    require(server.returncode == 0, f"the server ended with {server.returncode} and said:\n{said}")
    return said


def device_is_client():
    device, line = flash("client_psk_ecdhe", "sensor.credential")

    def with_noise():
        readings(3)
        say("one bit of all that it says is altered for three seconds")
        line.altering = True
        time.sleep(3)
        line.altering = False
        readings(2)

    try:
        said = serve(line, with_noise)
    finally:
        device.cut_power()
    counters = re.search(r".*[1-9]\d* corrupt.*", said)
    require(counters, f"the server saw nothing corrupt and said:\n{said}")
    say("pawl serve: " + counters[0].strip())


def device_has_a_password():
    device, line = flash("client_pake")
    try:
        with socket.create_connection(line.address, timeout=PATIENCE) as terminal:
            terminal.sendall(b"\r")  # it has put its question before the terminal was there
            said = b""
            for question, answer in ((b"Name: ", b"guest"), (b"Password: ", PASSWORD)):
                while not said.endswith(question):
                    said += terminal.recv(256)
                terminal.sendall(answer + b"\r")
            while not said.endswith(b"line.\r\n"):
                said += terminal.recv(256)
        for row in said.decode().split("\r\n"):
            say(row)
        say("(now it computes, in QEMU about twenty seconds; its LED flickers)")
        serve(line, lambda: readings(2, DERIVATION))
    finally:
        device.cut_power()


def command(line, who, login, text, code):
    """pawl connect sends `text`, logged in so."""
    done = subprocess.run([PAWL, "connect", "--serial", line.name, *login], input=text + "\n",
                          capture_output=True, text=True, timeout=2 * PATIENCE, check=False)
    for output in (done.stdout, done.stderr if code else ""):
        for answer in output.splitlines():
            say(f"{who}, {text}: {answer}")
    require(done.returncode == code, f"pawl connect ended with {done.returncode} instead of {code}: {done.stderr}")


def device_is_server():
    device, line = flash("server", "records/sensor.toml")
    try:
        owner = "--credential", "sensor.credential"
        guess = "--user", "sensor", "--password-file", "guess", "--mode", "psk"
        command(line, "sensor", owner, "led on", 0)
        show_led(device, True)
        command(line, "intruder", guess, "led off", 3)
        show_led(device, True)
        command(line, "sensor", owner, "led off", 0)
        show_led(device, False)
    finally:
        device.cut_power()


shown = set()
with tempfile.TemporaryDirectory(prefix="pawl-") as home:
    os.chdir(home)
    pathlib.Path("seed.bin").write_bytes(os.urandom(32))
    pathlib.Path("guess").write_text("12345678")
    pathlib.Path("password").write_bytes(PASSWORD)
    pathlib.Path("received").mkdir()
    enrol("sensor", "--raw-key")
    enrol("guest", "--password-file", "password")
    print("\nThe board sends readings to `pawl serve --serial`", flush=True)
    device_is_client()
    print("\nThe board is told its name and its password by a person at a terminal, and derives its keys", flush=True)
    device_has_a_password()
    print("\nThe board obeys `pawl connect --serial`", flush=True)
    device_is_server()
    os.chdir("/")
