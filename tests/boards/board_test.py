#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: board_test.py BOARD IMAGES PRODUCTION [TEST...]

Runs a board's images in QEMU and is the server at the other end of their line. IMAGES is the folder of those that the
tests have built, PRODUCTION of those without anything of the tests.
"""

import hashlib
import hmac
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

from board import BOARDS, HERE, KEY, Device, Peer, enrol
from pawl_datagram import DatagramClient, DatagramServer
from pawl_frames import CLIENT_HELLO
from pawl_keys import PAKE, PSK, Credential
from pawl_peer import DATA, PING

BOARD, IMAGES, PRODUCTION = sys.argv[1], *(pathlib.Path(path).resolve() for path in sys.argv[2:4])
LAYOUT = BOARDS[BOARD]
HAS_NOISE = BOARD == "microbit"
# The exit codes of exercise.cpp.
NO_CREDENTIAL, NO_RANDOM = 2, 3
PAINT = b"\xa5" * 4


def is_frame(datagram, kind):
    return datagram[0] == 0 and datagram[2] == kind


class BoardTest(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.TemporaryDirectory(prefix="pawl-")
        self.folder = pathlib.Path(self.home.name)
        os.chdir(self.folder)
        self.devices = []
        self.known = enrol(self.folder, "psk")
        (self.folder / "seed.bin").write_bytes(random.randbytes(32))

    def tearDown(self):
        for device in self.devices:
            device.cut_power()
        os.chdir("/")
        self.home.cleanup()

    def start(self, image, state=None, options=()):
        self.device = Device(LAYOUT, image, self.folder, options)
        self.devices.append(self.device)
        return Peer(self.device, state or DatagramServer([self.known]))

    def note_stack(self, image):
        memory = self.device.memory()
        unused = next(at for at in range(0, len(memory), 4) if memory[at : at + 4] != PAINT)
        self.assertGreater(unused, 0, "the stack was large enough")
        (image.parent / (image.stem + ".unused")).write_text(f"{unused}\n")

    def exercise(self, state=None):
        return self.start(IMAGES / f"{BOARD}_exercise.elf", state)

    def finish(self):
        code, said = self.device.wait()
        self.devices.remove(self.device)
        return code, said

    def cut_power(self):
        self.devices.remove(self.device)
        self.device.cut_power()


class Messages(BoardTest):
    def test_a_thousand_both_ways_in_every_size_over_two_rekeys(self):
        server = self.exercise()
        server.open()
        longest = server.state.peer_max_rx - 17
        most = min(server.state.max_rx - 17, 256 - 26)  # what the device can send
        for n in range(1000):
            size = n % (most + 1)
            message = bytes((7 * i + n) & 0xFF for i in range(size))
            server.ask(message)
            if n == 300:
                server.ask(b"rekey")
            if n == 600:
                server.state.sends.ratchet()
                server.pongs.clear()
                server.transmit(server.state.seal(PING, b"in the 1"))
        self.assertEqual(server.state.receives.epoch, 1, "the device has moved to fresh keys")
        self.assertIn(b"in the 1", server.pongs, "it has followed the server to fresh keys")
        server.send(bytes(longest + 1))  # longer than it said it takes: dropped
        server.ask(b"and goes on")
        self.assertEqual(server.state.opened, 1)
        server.send(b"exit")
        code, said = self.finish()
        self.assertEqual(code, 0, said)
        print(f"{BOARD}: exercise, {said.strip()} bytes")

    def test_bytes_altered_on_the_line_cost_messages_and_nothing_else(self):
        server = self.exercise()
        server.open()
        dice = random.Random(1)

        def alter(data, way):
            return bytes(b ^ 1 << dice.randrange(8) if dice.randrange(100) == 0 else b for b in data)

        server.alter = alter
        for n in range(60):
            server.send(b"noise %d" % n)
            server.run(0.02)
        server.alter = lambda data, way: data
        server.run(0.5)
        arrived = set(server.messages)
        self.assertLess(arrived, {b"noise %d" % n for n in range(60)}, "some are lost, none is altered")
        self.assertTrue(arrived)
        server.ask(b"clear")
        self.assertEqual(server.state.opened, 1, "in the same session")


class Commands(BoardTest):
    def test_led_obeys_the_session_alone(self):
        server = self.exercise()
        server.transmit(b"led on")
        server.open()
        self.assertFalse(self.device.led(), "before there is a session nobody commands")
        server.ask(b"led on")
        self.assertTrue(self.device.led())
        off = server.state.seal(DATA, b"led off")
        server.transmit(off)
        server.until(lambda: not self.device.led())
        server.ask(b"led on")
        self.assertTrue(self.device.led())
        server.transmit(off)  # the same once more
        forged = server.state.seal(DATA, b"led off")
        for at in range(0, len(forged), 5):
            server.transmit(forged[:at] + bytes([forged[at] ^ 0x10]) + forged[at + 1 :])
        server.transmit(b"led off")
        server.ask(b"has taken all of that")
        self.assertTrue(self.device.led(), "replayed and forged commands change nothing")
        server.transmit(forged)
        server.until(lambda: not self.device.led())  # a control: unaltered, that record is a command


class Failures(BoardTest):
    def test_wrong_key(self):
        right, self.known = self.known, enrol(pathlib.Path(tempfile.mkdtemp(dir=self.folder)), "psk", KEY[::-1])
        server = self.exercise()
        server.until(lambda: sum(is_frame(d, CLIENT_HELLO) for d in server.log) >= 3)
        self.assertFalse([d for d in server.log if not is_frame(d, CLIENT_HELLO)], "it answers no server with another key")
        server.state = DatagramServer([right])
        server.open()

    def test_power_cut_in_a_handshake_and_in_a_record(self):
        server = self.exercise()
        state = server.state
        server.until(lambda: server.log)
        self.cut_power()  # the server has answered the hello
        server = self.exercise(state)
        server.open()
        server.alter = lambda data, way: data[: len(data) // 2] if way else data
        server.send(b"half of this record arrives")
        self.cut_power()
        server = self.exercise(state)
        server.open()
        server.send(bytes(200))
        server.until(lambda: server.rest)  # in the middle of its answer
        self.cut_power()
        server = self.exercise(state)
        server.open()
        server.ask(b"again")

    def test_link_lost_and_server_restarted(self):
        server = self.exercise()
        server.open()
        server.state = DatagramServer([self.known])
        server.open()
        server.ask(b"a new session")

    def test_keys_are_gone_after_a_close(self):
        server = self.exercise()
        server.open()
        secrets = [server.state.sends.secret, server.state.receives.secret]
        memory = self.device.memory()
        self.assertTrue(all(secret in memory for secret in secrets), "a control: they are where this looks")
        server.send(b"close")
        server.until(lambda: server.state.sends is None)

        def gone():
            memory = self.device.memory()
            return not any(secret in memory for secret in secrets)

        server.until(gone)


class Random(BoardTest):
    def test_no_start_repeats_another(self):
        nonces = []
        for _ in range(3):
            server = self.exercise()
            server.until(lambda: server.log)
            nonces.append(server.log[0][11:27])
            self.cut_power()
        self.assertEqual(len(set(nonces)), 3)

    @unittest.skipIf(HAS_NOISE, "it has a source of noise")
    def test_without_a_seed_it_refuses_to_start(self):
        seed = (self.folder / "seed.bin").read_bytes()
        self.exercise().until(lambda: (self.folder / "seed.bin").read_bytes() != seed)
        self.cut_power()
        (self.folder / "seed.bin").unlink()
        self.exercise()
        self.assertEqual(self.finish()[0], NO_RANDOM)

    @unittest.skipIf(HAS_NOISE, "it has a source of noise")
    def test_production_image_that_cannot_replace_its_seed_says_nothing(self):
        """And it has tried to: QEMU logs what its driver did."""
        subprocess.run([HERE.parent.parent / "tools" / "seed_entry", self.folder / "seed.entry"], check=True)
        seed = (self.folder / "seed.entry").read_bytes()[4:36]
        after = (1).to_bytes(4, "little") + hmac.digest(seed, b"pawl seed next", "sha256")
        entry = after + hashlib.sha256(b"pawl seed slot" + after).digest()[:8]
        name, writes = LAYOUT.flash
        # Its tick is a millisecond of the silicon's timer. QEMU's is 305 times faster on the HiFive1: a tick is 3.2 us there, and
        # on a busy machine ticks leave no time for anything else, unless an instruction takes a nanosecond.
        server = self.start(PRODUCTION / f"{BOARD}_client_psk.elf", options=("-icount", "shift=0"))
        server.until(lambda: len(self.device.unimplemented(name)) >= len(writes(entry)))
        server.run(1)
        self.assertEqual((server.log, server.rest), ([], b""))
        self.assertEqual(self.device.unimplemented(name), writes(entry))

    @unittest.skipUnless(HAS_NOISE, "it has no source of noise")
    def test_production_image_needs_nothing_of_the_tests(self):
        server = self.start(PRODUCTION / f"{BOARD}_client_psk.elf")
        server.open()

    def test_without_a_credential_it_refuses_to_start(self):
        (self.folder / "page").unlink()
        self.exercise()
        self.assertEqual(self.finish()[0], NO_CREDENTIAL)


class Sensor(BoardTest):
    """The example program, in both modes; and how much of its stack it uses."""

    def check(self, mode):
        self.known = enrol(self.folder, mode)
        image = IMAGES / f"{BOARD}_client_{mode}_emulated.elf"
        server = self.start(image)
        server.open()
        server.until(lambda: len(server.messages) >= 2)
        first, second = server.messages[:2]
        self.assertRegex(first, rb"^reading 0: up \d+ s, led off$")
        self.assertRegex(second, rb"^reading 1: up \d+ s, led off$")
        server.send(b"led on")
        server.until(lambda: server.messages[-1].endswith(b"led on"))
        self.assertTrue(self.device.led())
        self.note_stack(image)

    def test_psk(self):
        self.check("psk")

    def test_psk_ecdhe(self):
        self.check("psk_ecdhe")


class Provisioning(BoardTest):
    """The example program that asks for its name and its password."""

    PASSWORD = b"correct horse battery staple"

    def setUp(self):
        super().setUp()
        (self.folder / "page").unlink()
        self.known = Credential.from_password(b"sensor", self.PASSWORD, PAKE, 600_000, os.urandom(16))
        self.image = IMAGES / f"{BOARD}_client_pake_emulated.elf"
        self.server, self.said = self.start(self.image), b""
        self.server.alter = self.listen

    def listen(self, data, way):
        if way == 0:
            self.said += data
        return data

    def answer(self, question, text):
        """Waits until the board has put this question, and types."""
        self.server.until(lambda: question in self.said)
        self.said = self.said.partition(question)[2]
        self.device.line.sendall(text)

    def test_name_and_password_are_typed(self):
        self.answer(b"Name: ", b"\r")  # of somebody who came too late to see the question
        self.answer(b"Name: ", b"zz\0sensso\x7f\x7for\r")
        self.answer(b"Password: ", self.PASSWORD)
        self.server.until(lambda: self.PASSWORD in self.device.memory())  # a control: it is where this looks
        self.device.line.sendall(b"\r\n")
        self.server.until(lambda: len(self.server.messages) >= 2)
        self.assertFalse(self.PASSWORD in self.device.memory(), "it is forgotten once the keys are derived")
        self.assertNotIn(self.PASSWORD[:1], self.said.partition(b"\0")[0].partition(b"Now")[0], "nothing of it is echoed")
        self.note_stack(self.image)

    def test_who_is_refused_is_asked_again(self):
        self.answer(b"Name: ", b"sensor\r")
        self.answer(b"Password: ", b"correct horse battery stapler\r")
        self.answer(b"does not accept this name and password.\r\n\r\nName: ", 65 * b"x" + b"\r")  # longer than names can be
        self.assertEqual((self.server.state.opened, self.server.state.refused), (0, 1))
        self.answer(b"Name: ", b"sensor\n")
        self.answer(b"Password: ", self.PASSWORD + b"\n")
        self.server.until(lambda: self.server.messages)


@unittest.skipUnless(LAYOUT.watchdog, "its watchdog is not for programs")
class Watchdog(BoardTest):
    def fed_once_more(self):
        name, _, feed = LAYOUT.watchdog
        fed = self.device.unimplemented(name).count(feed)
        self.peer.until(lambda: self.device.unimplemented(name).count(feed) > fed)

    def test_is_started_once_and_fed_with_and_without_a_session(self):
        name, start, feed = LAYOUT.watchdog
        self.peer = self.start(IMAGES / f"{BOARD}_client_psk_emulated.elf")
        self.peer.alter = lambda data, way: b"" if way else data
        self.peer.until(lambda: self.peer.log)  # it says hello, and no answer arrives
        self.fed_once_more()
        self.peer.alter = lambda data, way: data
        self.peer.open()
        self.fed_once_more()
        writes = self.device.unimplemented(name)
        first = writes.index(feed)
        for write in start:
            self.assertEqual(writes.count(write), 1)
            self.assertLess(writes.index(write), first)

    def test_is_fed_by_a_server_too(self):
        self.known = enrol(self.folder, "psk", record=True)
        self.peer = self.start(IMAGES / f"{BOARD}_server_emulated.elf", DatagramClient(self.known))
        self.fed_once_more()


class DeviceAsServer(BoardTest):
    def serve(self, mode):
        self.known = enrol(self.folder, mode, record=True)
        return self.start(IMAGES / f"{BOARD}_server_emulated.elf", DatagramClient(self.known))

    def test_obeys_its_client(self):
        for mode in ("psk", "psk_ecdhe"):
            with self.subTest(mode=mode):
                client = self.serve(mode)
                client.connect()
                client.send(b"led on")
                client.until(lambda: b"led is on" in client.messages)
                self.assertTrue(self.device.led())
                client.send(b"led off")
                client.until(lambda: b"led is off" in client.messages)
                self.assertFalse(self.device.led())
                client.send(b"format disk")
                client.until(lambda: b"commands: led on, led off" in client.messages)
                self.cut_power()

    def test_client_that_restarts_takes_the_place_of_the_one_before(self):
        client = self.serve("psk")
        client.connect()
        earlier = client.state
        client.state = DatagramClient(self.known)
        client.connect()
        client.send(b"led on")
        client.until(lambda: b"led is on" in client.messages)
        client.transmit(earlier.seal(DATA, b"led off"))
        client.run(1)
        self.assertTrue(self.device.led(), "the earlier session is over")

    def test_wrong_key_and_unknown_user_are_refused_alike(self):
        client = self.serve("psk")
        for user, key in ((b"sensor", KEY[::-1]), (b"nobody", KEY)):
            client.state = DatagramClient(Credential.from_raw_key(user, key, PSK))
            client.connect(lambda state: state.wrong)
            self.assertEqual(len(client.log[-1]), 61, "an answer in shape, proved by no key of theirs")
        client.transmit(b"led on")
        client.run(0.5)
        self.assertFalse(self.device.led())
        client.state = DatagramClient(self.known)
        client.connect()


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]], verbosity=2)
