#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl serve` and `pawl connect` with --serial: pseudo-terminals that lose and alter."""

import fcntl
import random
import signal
import socket
import struct
import threading

from harness import AUTHENTICATION, INTERRUPTED, IO, LOST, OK, PATIENCE, PORT_IN_USE, USAGE, Process, TestCase, main, reply, run
from links import Cable, counters

QUIET = ["--idle", "65535"]  # six hours without a ping, which would notice what it is not there for
TCGETS2 = 0x802C542A


def rate_of(device):
    """As Linux knows it, of which the module termios has only the rates with a name."""
    termios2 = fcntl.ioctl(device, TCGETS2, bytes(44))
    return struct.unpack("4I20B2I", termios2)[-1]


class Serial(TestCase):
    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")
        self.cable = Cable(self.home)
        self.addCleanup(self.cable.close)

    def serial_server(self, line=None, *arguments):
        line = line or self.cable.left
        server = Process("serve", "--serial", line, "--records", self.records, *arguments)
        self.addCleanup(server.end)
        server.await_error_line("Listening on the serial line")
        return server

    def start_client(self, *arguments):
        client = Process("connect", "--serial", self.cable.right, "--credential", self.credential, *arguments)
        self.addCleanup(client.end)
        return client

    def talk(self, *arguments, line=None, **options):
        line = line or self.cable.right
        return run("connect", "--serial", line, "--credential", self.credential, *arguments, **options)

    def test_each_line_is_a_message(self):
        server = self.serial_server(self.cable.left + ":57600")
        lines = [b"hello", b"", b"\xff\x00\x11\x13binary", b"x" * 452]
        done = self.talk(line=self.cable.right + ":57600", stdin=b"\n".join(lines))
        self.assert_result(done, OK, b"".join(map(reply, lines)), "^$")
        server.await_error_line("alice connected from the line .*")
        self.assert_result(self.talk(stdin=b"x" * 453), USAGE, b"", "longer than the 452 bytes")

    def test_comes_back_with_a_ticket(self):
        server = self.serial_server()
        for how in ("raw_key", "ticket", "ticket"):
            done = self.talk("--ticket", self.home / "ticket.toml", stdin=b"here")
            self.assert_result(done, OK, reply(b"here"))
            server.await_error_line(f"alice connected from the line .*{how}")

    def test_a_wrong_password(self):
        self.enroll("bob", "--password-file", self.password())
        server = self.serial_server()
        login = "--user", "bob", "--password-file", self.password(b"not the password")
        done = run("connect", "--serial", self.cable.right, *login, stdin=b"x")
        self.assert_result(done, AUTHENTICATION, b"", "wrong")
        server.await_error_line("Refused bob from the line: authentication_failed")

    def test_noise_between_packets(self):
        self.serial_server()
        dice = random.Random(2)
        client = self.start_client("--json")
        for number in range(5):
            for end in (0, 1):
                self.cable.inject(end, dice.randbytes(200) + b"\0")
            client.say(b"%d" % number)
            while b'"message",' not in (line := client.line()):
                pass
            self.assertIn(b"Server received: %d" % number, line)
        done = client.wait()
        self.assertEqual(done.code, OK, done)
        self.assertGreater(counters(done)["corrupt"], 0)
        self.assertGreater(counters(done)["resynchronised"], 0)

    def test_bit_errors_cost_messages_and_no_session(self):
        self.serial_server()
        dice = random.Random(3)

        def spoil(data):
            return bytes(byte ^ (1 << dice.randrange(8) if dice.random() < 0.002 else 0) for byte in data)

        client = self.start_client("--json")
        client.say(b"begin")
        while b'"message",' not in client.line():
            pass
        self.cable.spoil = spoil
        answers = 0
        for number in range(20):
            client.say(b"%d" % number)
            while b'"message",' not in (line := client.line()) and b'"unanswered",' not in line:
                pass
            if b"Server received: %d" % number in line:
                answers += 1
        self.cable.spoil = lambda data: data
        self.assertGreater(answers, 5)
        self.assertIn(client.wait().code, (OK, LOST))

    def test_a_device_unplugged_and_plugged_in_again(self):
        server, client = self.serial_server(None, *QUIET), self.start_client(*QUIET)
        client.say(b"before")
        self.assertEqual(client.line() + b"\n", reply(b"before"))
        for number, (name, process) in enumerate((("left", server), ("right", client))):
            with self.subTest(end=name):
                self.cable.unplug(number)
                process.await_error_line(f"{name} is lost. Waiting")
                self.cable.plug_in(number)
                process.await_error_line(f"{name} is back")
                client.say(b"after")
                self.assertEqual(client.line() + b"\n", reply(b"after"))
        self.assert_result(client.wait(), OK)

    def test_a_device_that_is_not_there_yet_is_waited_for(self):
        for end in (0, 1):
            self.cable.unplug(end)
        server = Process("serve", "--serial", self.cable.left, "--wait", "--records", self.records)
        self.addCleanup(server.end)
        client = self.start_client("--wait")
        for end, (name, process) in enumerate((("left", server), ("right", client))):
            process.await_error_line(f"The serial line .*{name} is not there yet. Waiting")
            self.cable.plug_in(end)
            process.await_error_line(f"The serial line .*{name} is there")
        client.say(b"hello")
        self.assertEqual(client.line() + b"\n", reply(b"hello"))
        self.cable.unplug(1)
        client.await_error_line("right is lost. Waiting")
        self.cable.plug_in(1)
        client.await_error_line("right is back")
        client.say(b"again")
        self.assertEqual(client.line() + b"\n", reply(b"again"))
        self.assert_result(client.wait(), OK)

    def test_waiting_can_be_interrupted(self):
        self.cable.unplug(1)
        client = self.start_client("--wait")
        client.await_error_line("not there yet")
        client.popen.send_signal(signal.SIGINT)
        self.assert_result(client.wait(), INTERRUPTED, b"", "Error: Interrupted")

    def test_rates_that_have_no_name(self):
        for rate in (250_000, 74_880, 31_250):
            with self.subTest(rate=rate):
                server = self.serial_server(f"{self.cable.left}:{rate}")
                self.assertEqual(rate_of(self.cable.ends[0].slave), rate)
                done = self.talk(line=f"{self.cable.right}:{rate}", stdin=b"hello")
                self.assert_result(done, OK, reply(b"hello"))
                server.end()

    def test_names_by_id(self):
        """Links of links, with colons in their names as those of devices have."""
        by_id = self.home / "by-id"
        by_id.mkdir()
        names = [by_id / f"usb-Maker_Board:1.{number}-if00-port0:0" for number in range(2)]
        for name, end in zip(names, (self.cable.left, self.cable.right)):
            name.symlink_to(end)
        self.serial_server(str(names[0]))
        self.assert_result(self.talk(line=f"{names[1]}:9600", stdin=b"hello"), OK, reply(b"hello"))

    def test_a_line_without_a_reset_is_left_alone(self):
        self.serial_server(None, "--reset")
        self.assert_result(self.talk("--reset", stdin=b"hello"), OK, reply(b"hello"))

    def test_both_ends_restarted(self):
        server = self.serial_server()
        for _ in range(3):
            client = self.start_client()
            client.say(b"hello")
            self.assertEqual(client.line() + b"\n", reply(b"hello"))
            client.popen.kill()
            client.popen.wait(PATIENCE)
        server.await_error_line("alice from the line is gone: superseded")
        server.popen.kill()
        server.popen.wait(PATIENCE)
        self.serial_server()
        self.assert_result(self.talk(stdin=b"hello"), OK, reply(b"hello"))

    def test_a_line_is_for_one(self):
        self.serial_server()
        done = self.talk(line=self.cable.left, stdin=b"hello")
        self.assert_result(done, PORT_IN_USE, b"", "Stop the program that uses it")

    def test_what_is_no_line(self):
        self.assert_result(self.talk(line=str(self.home / "none")), IO, b"", "Check that it is plugged in")
        self.assert_result(self.talk(line="/dev/null"), IO, b"", "Cannot open the serial line /dev/null")
        self.assert_result(self.talk(line=self.cable.right + ":0"), USAGE, b"", "no such rate")
        self.assert_result(self.talk(line="tcp:nowhere"), USAGE, b"", "Write HOST:PORT")
        self.assert_result(self.talk(line="tcp:127.0.0.1:1"), LOST, b"", "Check what carries the line")

    def test_a_line_over_tcp(self):
        listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        names = [f"tcp:127.0.0.1:{listener.getsockname()[1]}" for listener in listeners]

        def carry():
            ends = [listener.accept()[0] for listener in listeners]

            def forward(source, sink):
                while data := source.recv(4096):
                    sink.sendall(data)
                sink.close()

            threading.Thread(target=forward, args=ends, daemon=True).start()
            forward(*ends[::-1])

        threading.Thread(target=carry, daemon=True).start()
        self.serial_server(names[0])
        self.assert_result(self.talk(line=names[1], stdin=b"hello"), OK, reply(b"hello"))
        for listener in listeners:
            listener.close()


if __name__ == "__main__":
    main()
