# SPDX-License-Identifier: Apache-2.0
"""A board in QEMU, and the server at the other end of its serial line, for board_test.py."""

import os
import pathlib
import queue
import re
import socket
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "interop"))

from pawl_keys import PSK, PSK_ECDHE, Credential
from pawl_line import decode_packet, encode_packet
from pawl_peer import DATA, PONG

PATIENCE = 240  # seconds, for what takes a few; the machine may be busy
MODES = {"psk": PSK, "psk_ecdhe": PSK_ECDHE}
USER, KEY = "sensor", bytes(range(32))


class Layout:
    """What the test knows of a board: QEMU and its machine, the addresses of the credential's page and of the seed's, RAM,
    and how to see the LED: the address of the output register and the bit, lit when it is `lit`; or, where the pin is not modelled,
    the device and the offset of its set and reset register, and the bit. Of the watchdog, which QEMU models on none of them: the
    device, the last writes of its start, and that which feeds it, each as offset and value. Of the flash controller: the device,
    and what is to be written to it so that the second page of the seed is erased and gets an entry."""

    def __init__(self, qemu, machine, page, ram, seed=None, led=None, led_log=None, watchdog=None, flash=None):
        self.qemu, self.machine, self.page, self.ram, self.seed = qemu, machine, page, ram, seed
        self.led, self.led_log, self.watchdog, self.flash = led, led_log, watchdog, flash


STM32_WATCHDOG = [(0x04, 6), (0x08, 0xFFF)], (0x00, 0xAAAA)


def stm32_flash(erase, program, lock):
    """RM0041 and RM0090, section "Embedded Flash memory interface": keys, then the bits of the control register, at last its lock.
    What is written to the flash itself QEMU drops."""
    keys = [(0x04, 0x45670123), (0x04, 0xCDEF89AB)]
    return "Flash Int", lambda entry: [*keys, *erase, (0x10, lock), *keys, (0x10, program), (0x10, lock)]


def spi_flash_writes(entry):
    """FE310-G000 manual, chapter "Serial Peripheral Interface", and the commands of serial flash: the flash is taken out of the
    memory map; each command, framed by its chip select, follows "write enable" and is followed by "read status"."""
    address, writes = b"\xff\xe0\x00", []
    for command in (b"\x20" + address, b"\x02" + address + entry):
        writes.append((0x60, 0))
        for sent in (b"\x06", command, b"\x05\0"):
            writes += [(0x18, 2), *((0x48, byte) for byte in sent), (0x18, 0)]
        writes.append((0x60, 1))
    return writes
BOARDS = {
    "microbit": Layout("qemu-system-arm", "microbit", 0x3FC00, (0x20000000, 0x4000), led=(0x50000504, 13, 1),
                       watchdog=("nrf51_soc.io", [(0x10504, 10 * 32768 - 1), (0x10000, 1)], (0x10600, 0x6E524635))),
    "stm32vldiscovery": Layout("qemu-system-arm", "stm32vldiscovery", 0x0801FC00, (0x20000000, 0x2000),
                               seed=0x0801F400, led_log=("GPIOC", 0x10, 9), watchdog=("IWDG", *STM32_WATCHDOG),
                               flash=stm32_flash([(0x10, 0x02), (0x14, 0x0801F800), (0x10, 0x42)], 0x01, 0x80)),
    "netduinoplus2": Layout("qemu-system-arm", "netduinoplus2", 0x080E0000, (0x20000000, 0x20000),
                            seed=0x080A0000, led_log=("GPIOA", 0x18, 10),
                            watchdog=("I2S2ext", *STM32_WATCHDOG),  # QEMU's name for what is at its address
                            flash=stm32_flash([(0x10, 0x252), (0x10, 0x10252)], 0x201, 0x80000000)),
    "mps2-an385": Layout("qemu-system-arm", "mps2-an385", 0x3FFC00, (0x20000000, 0x4000), led=(0x40028000, 0, 1)),
    "hifive1": Layout("qemu-system-riscv32", "sifive_e", 0x20FFF000, (0x80000000, 0x4000), seed=0x20FFD000,
                      led=(0x1001200C, 19, 0),
                      watchdog=("riscv.sifive.e.aon", [(0x20, 10 * 32768 // 256), (0x00, 0x1108)], (0x18, 0x0D09F00D)),
                      flash=("riscv.sifive.e.qspi0", spi_flash_writes)),
}


def enrol(folder, mode, key=KEY, record=False):
    """Writes the credential, or the record, that `pawl enroll --raw-key` would, and of it the page; returns both."""
    known = Credential.from_raw_key(USER.encode(), key, MODES[mode])
    what = "record" if record else "credential"
    text = f'format = "pawl {what} 1"\nuser = "{USER}"\nkind = "raw_key"\nmode = "{mode}"\npsk = "{known.psk.hex()}"\n'
    if record:
        text += "generation = 1\n"
    if known.w1:
        text += f'verifier = "{known.verifier.hex()}"\n' if record else f'w1 = "{known.w1.hex()}"\n'
    (folder / "credential.toml").write_text(text)
    subprocess.run([HERE.parent.parent / "tools" / "credential_page", folder / "credential.toml", folder / "page"], check=True)
    return known


class Device:
    """A board that runs an image, with these options of QEMU. Its folder has `page`, the credential's, if there is one, and
    seed.bin."""

    def __init__(self, layout, elf, folder, options=()):
        self.layout, self.folder = layout, folder
        listener, monitor = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX)
        with listener, monitor:
            path = folder / "monitor"
            path.unlink(missing_ok=True)
            monitor.bind(os.path.relpath(path))
            monitor.listen()
            for waiting in (listener, monitor):
                waiting.settimeout(PATIENCE)
            command = [
                layout.qemu, "-M", layout.machine, "-kernel", elf, "-display", "none", "-monitor", "unix:monitor",
                "-serial", f"tcp:127.0.0.1:{listener.getsockname()[1]},nodelay=on",
                "-semihosting-config", "enable=on,target=native", "-d", "unimp", "-D", "unimplemented.log",
                *options]
            if (folder / "page").exists():
                command += ["-device", f"loader,file=page,addr={layout.page},force-raw=on"]
            if (folder / "seed.entry").exists():
                command += ["-device", f"loader,file=seed.entry,addr={layout.seed},force-raw=on"]
            self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                            stderr=subprocess.STDOUT, text=True)
            self.line, _ = listener.accept()
            self.monitor, _ = monitor.accept()
        self.monitor.settimeout(PATIENCE)
        self.read_monitor()
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Read without pause: a full socket would make a board in QEMU lose what it sends.
        self.received = queue.Queue()
        threading.Thread(target=self.drain, daemon=True).start()

    def drain(self):
        try:
            while data := self.line.recv(4096):
                self.received.put(data)
        except OSError:
            pass
        self.received.put(b"")

    def read_monitor(self):
        text = b""
        while not text.endswith(b"(qemu) "):
            text += self.monitor.recv(65536)
        return text.decode(errors="replace")

    def command(self, text):
        self.monitor.sendall(text.encode() + b"\n")
        return self.read_monitor()

    def word(self, address):
        return int(re.search(rf"{address:016x}: 0x([0-9a-f]+)", self.command(f"xp /1wx {address:#x}"))[1], 16)

    def led(self):
        if self.layout.led:
            address, bit, lit = self.layout.led
            return (self.word(address) >> bit & 1) == lit
        port, set_reset, pin = self.layout.led_log
        values = [value for offset, value in self.unimplemented(port) if offset == set_reset and value & (1 << pin | 1 << pin + 16)]
        return bool(values) and bool(values[-1] & 1 << pin)

    def unimplemented(self, device):
        """What was written to a device that QEMU knows by name alone: offsets and values."""
        log = (self.folder / "unimplemented.log").read_text()
        return [(int(offset, 16), int(value, 16)) for offset, value in re.findall(
            rf"^{device}: unimplemented device write \(size \d, offset (0x[0-9a-f]+), value (0x[0-9a-f]+)\)$", log, re.MULTILINE)]

    def memory(self):
        start, size = self.layout.ram
        self.command(f'memsave {start:#x} {size:#x} "ram"')
        return (self.folder / "ram").read_bytes()

    def cut_power(self):
        self.process.kill()
        self.process.communicate()
        self.line.close()
        self.monitor.close()

    def wait(self):
        """The exit code and what it said."""
        said, _ = self.process.communicate(timeout=PATIENCE)
        self.line.close()
        self.monitor.close()
        return self.process.returncode, said


class Peer:
    """The peer at the other end of a device's line, and what is wrong with that line. `alter` may change what comes (0) or
    goes (1) on it. `state` is the DatagramServer or DatagramClient that it is."""

    def __init__(self, device, state):
        self.device, self.state = device, state
        self.rest, self.alter, self.log = b"", lambda data, way: data, []
        self.messages, self.pongs = [], []

    def transmit(self, datagram):
        self.device.line.sendall(self.alter(b"\0" + encode_packet(datagram), 1))

    def step(self, seconds):
        """Takes what comes within this time, and answers it; False if nothing came."""
        try:
            data = self.device.received.get(timeout=max(seconds, 0))
        except queue.Empty:
            return False
        if not data:
            raise ConnectionError("QEMU has ended")
        *packets, self.rest = (self.rest + self.alter(data, 0)).split(b"\0")
        for packet in packets:
            datagram = decode_packet(packet) if packet else None
            if datagram:
                self.log.append(datagram)
                self.take(datagram)
        return True

    def take(self, datagram):
        answers, record = self.state.take(datagram)
        for answer in answers:
            self.transmit(answer)
        if record and record[0] == DATA:
            self.messages.append(record[1])
        elif record and record[0] == PONG:
            self.pongs.append(record[1])

    def until(self, condition, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            self.step(min(deadline - time.monotonic(), 0.5))

    def run(self, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.step(deadline - time.monotonic())

    def connect(self, done=lambda state: state.sends, seconds=PATIENCE):
        """As a client: says hello, which a board that is still starting does not hear, until the state is as wanted."""
        hello, deadline = self.state.hello(), time.monotonic() + seconds
        while not done(self.state):
            assert time.monotonic() < deadline, "the device does not answer"
            self.transmit(hello)
            self.step(1)
            self.run(0.05)

    def open(self, seconds=PATIENCE):
        """As a server: a session that the device has confirmed."""
        opened = self.state.opened
        self.until(lambda: self.state.opened > opened and self.state.ping in self.pongs, seconds)

    def send(self, message):
        self.transmit(self.state.seal(DATA, message))

    def ask(self, message, seconds=PATIENCE):
        """Waits until exercise.cpp has sent this message back."""
        self.messages.clear()
        self.send(message)
        self.until(lambda: message in self.messages, seconds)
