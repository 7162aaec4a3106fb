#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl serve --config`: what a file says, what it may not say, and what the command line says instead."""

import json
import os
import re
import signal
import time

from harness import BUSY, IO, LOST, OK, USAGE, Process, TestCase, main, run

# Options that say nothing a file could say.
NOT_IN_A_FILE = {"help", "config", "check_config"}


class ConfigCase(TestCase):
    def check(self, text, *arguments):
        return run("serve", "--config", self.config(text), "--check-config", *arguments)

    def serve(self, text, *arguments):
        """A server that is told nothing but its configuration."""
        server = Process("serve", "--config", self.config(text), *arguments)
        self.addCleanup(server.end)
        return server


class Checking(ConfigCase):
    def test_what_is_right(self):
        for text in ("", "# nothing\n", "[limits]\n", 'listen = "[::1]:0"\nudp = false\nidle = 0\n[limits]\nhellos = 5\n'):
            with self.subTest(text=text):
                self.assert_result(self.check(text), OK, b"", r"^\S+ '.*pawl.toml' is right\.\n$")

    def test_what_is_wrong_is_told_with_line_and_key_and_what_is_allowed(self):
        for text, said in (
            ("\nidle = 2", "line 2: idle must be 0, or a number from 3 to 65535."),
            ('idle = "60"', "line 1: idle must be 0, or a number from 3 to 65535."),
            ("max_sessions = 100001", "line 1: max_sessions must be a number from 1 to 100000."),
            ("udp = 1", "line 1: udp must be true or false."),
            ("listen = 7295", "line 1: listen must be a string"),
            ('listen = "localhost"', "line 1: listen: 'localhost' is no address. A port is"),
            ('serial = "tcp:nowhere"', "line 1: serial: it is no serial line. Write PATH"),
            ('nstp = true\ndevice_salt = "12"', "line 2: device_salt: it must be 8 to 16 bytes"),
            ('device_salt = "0102030405060708"', "line 1: device_salt: it is for nstp"),
            ("reset = true", "line 1: reset: it is for a line"),
            ('udp = true\nserial = "/dev/ttyS0"', "line 2: serial: it cannot be with udp"),
            ('save = "."\nnstp = true', "line 2: nstp: it cannot be with save"),
            ('save = "."\nexec = "cat"', "line 2: exec: it cannot be with save"),
            ('forward = "localhost:1"\nudp = true', "line 1: forward: it cannot be with udp"),
            ('exec_arguments = ["-u"]', "line 1: exec_arguments: it is for a command"),
            ('exec = "cat"\nexec_arguments = "-u"', "line 2: exec_arguments must be a list of strings"),
            ('exec = "cat"\nexec_framing = "words"', 'line 2: exec_framing: it must be "lines" or "lengths"'),
            ("udp = true\nidle = 0", "line 2: idle: over datagrams it must be at least 3"),
            ("max-sessions = 5", "line 1: there is no key max-sessions. There are .*max_sessions"),
            ("hellos = 5", "line 1: there is no key hellos. There are "),
            ("[limits]\nhellos = 0", "line 2: limits.hellos must be a number from 1 to 1000000."),
            ("idle = 5\nidle = 6", "line 2: it is not TOML: "),
            ("idle", "line 1: it is not TOML: "),
            ("\0\xff", "line 1: it is not TOML: "),
        ):
            with self.subTest(text=text):
                self.assert_result(self.check(text), USAGE, b"", f"^Error: '.*pawl.toml', {said}")
                done = run("serve", "--config", self.home / "pawl.toml")
                self.assert_result(done, USAGE, b"", f"^Error: '.*pawl.toml', {said}")

    def test_what_cannot_be_read(self):
        fifo = self.home / "fifo"
        os.mkfifo(fifo)
        large = self.home / "large"
        large.write_text("\n" * 100_000)
        for path in (self.home / "none", self.home, fifo, large, ""):
            with self.subTest(path=path):
                self.assert_result(run("serve", "--check-config", "--config", path), IO, b"", "^Error: Cannot ")

    def test_each_option_has_a_key(self):
        options = re.findall(r"^  (?:-\w,)?--([\w-]+)", run("serve", "--help").output.decode(), re.MULTILINE)
        keys = {option.replace("-", "_") for option in options} - NOT_IN_A_FILE
        self.assertIn("max_sessions", keys)
        for key in keys:
            with self.subTest(key=key):
                done = self.check(f"{key} = []")
                self.assertRegex(done.errors, f"line 1: {key} must be ")


class Serving(ConfigCase):
    def test_a_file_says_all(self):
        self.enroll("alice")
        server = self.serve(f'listen = "127.0.0.1:0"\nusers = "{self.records}"\njson = true\n')
        listening = json.loads(server.line())
        self.assertEqual(listening["event"], "listening")
        done = run("connect", listening["address"], "--credential", self.home / "alice.toml", "--count", "1")
        self.assertEqual(done.code, OK, done)

    def test_nstp_of_a_file_has_its_port(self):
        done = self.check("nstp = true\n", "--json")
        self.assertEqual(json.loads(done.output)["event"], "config")
        self.assert_result(run("serve", "--config", self.config('nstp = true\nusers = "/nonexistent"')), IO, b"", "no users")

    def test_the_command_line_wins(self):
        self.enroll("alice")
        text = f'listen = "192.0.2.1:7295"\nusers = "{self.records}"\nmax_sessions = 1\nidle = 60\n'
        server = self.serve(text, "--listen", "127.0.0.1:0")
        server.await_error_line(r"Listening on port \d+: 127.0.0.1")

    def test_a_command_of_a_file(self):
        self.enroll("alice")
        text = f'exec = "sed"\nexec_arguments = ["-u", "s/^/file: /"]\nusers = "{self.records}"\n'
        for arguments, said in (
            ((), b"file: hello\n"),
            # Of the file's command nothing is left, and neither is of its arguments.
            (("--exec", "cat"), b"hello\n"),
        ):
            with self.subTest(arguments=arguments):
                server = self.serve(text, "--json", "--listen", "127.0.0.1:0", *arguments)
                address = json.loads(server.line())["address"]
                done = run("connect", address, "--credential", self.home / "alice.toml", stdin=b"hello\n")
                self.assertEqual((done.code, done.output), (OK, said), done)

    def test_an_option_wins_over_what_it_excludes(self):
        self.enroll("alice")
        text = f'serial = "/nonexistent"\nreset = true\nusers = "{self.records}"\n'
        server = self.serve(text, "--udp", "--listen", "127.0.0.1:0")
        server.await_error_line(r"Listening on port \d+: 127.0.0.1:\d+ \(UDP\)")
        # The control: without the option the file counts.
        self.assert_result(run("serve", "--config", self.home / "pawl.toml"), IO, b"", "serial line /nonexistent")


class Reloading(ConfigCase):
    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")
        self.served = self.server("--config", self.config("idle = 600\n"))

    def reload(self, text, said):
        self.config(text)
        self.served.popen.send_signal(signal.SIGHUP)
        self.served.await_error_line(said)

    def talk(self, client):
        client.say(b"hi")
        self.assertEqual(client.line(), b"Server received: hi")

    def test_limits_hold_for_all_that_comes_and_sessions_go_on(self):
        first = self.client(self.served.address, self.credential)
        self.talk(first)
        self.reload("[limits]\nsessions_per_user = 1\n", "The limits are those of '.*pawl.toml' now")
        self.talk(first)
        second = self.client(self.served.address, self.credential)
        self.talk(second)
        self.assert_result(first.wait(input_goes_on=True), BUSY, b"", "ended the session: a limit")
        self.reload("", "(?s)now.*The limits are those of '.*pawl.toml' now")
        third = self.client(self.served.address, self.credential)
        self.talk(third)
        self.talk(second)

    def test_a_shorter_idle_holds_for_new_sessions(self):
        self.reload("idle = 3\n", "The limits are those of")
        client = self.client(self.served.address, self.credential)
        self.talk(client)
        client.popen.send_signal(signal.SIGSTOP)
        self.served.await_error_line("alice from .* is gone: idle")
        client.popen.send_signal(signal.SIGCONT)

    def test_what_cannot_change_is_said(self):
        self.reload('max_sessions = 7\nsave = "received"\nlisten = "0"\n', "The limits are those of")
        said = self.served.errors()
        self.assertRegex(said, "Warning: What the configuration says of save takes effect at the next start")
        self.assertRegex(said, "of max_sessions takes effect at the next start")
        self.assertNotIn("of listen takes effect", said, "the command line says where it listens")
        self.assertNotIn("of idle takes effect", said)

    def test_a_file_that_is_wrong_changes_nothing(self):
        first = self.client(self.served.address, self.credential)
        self.talk(first)
        wrong = "[limits]\nsessions_per_user = 1\nhellos = 0\n"
        self.reload(wrong, "Warning: '.*pawl.toml', line 3: limits.hellos must be .* Nothing has changed")
        second = self.client(self.served.address, self.credential)
        self.talk(second)
        self.talk(first)
        (self.home / "pawl.toml").unlink()
        self.served.popen.send_signal(signal.SIGHUP)
        self.served.await_error_line("Warning: Cannot read '.*pawl.toml'.* Nothing has changed")
        self.talk(first)

    def test_a_message_may_not_be_too_long_and_the_next_session_is_as_good(self):
        self.reload("[limits]\nmessage_size = 100000\n", "The limits are those of")
        file = self.home / "file"
        login = (self.served.address, "--credential", self.credential)
        for size, code, said in ((100_000, OK, "^"), (100_001, BUSY, "ended the session: a limit"), (100_000, OK, "^")):
            with self.subTest(size=size):
                file.write_bytes(bytes(size))
                self.assert_result(run("connect", *login, "--file", file), code, None, said)
        self.served.await_error_line("alice from .* is gone: limit")

    def test_too_many_messages_wait_and_none_is_lost(self):
        self.reload("[limits]\nmessage_rate = 5\n", "The limits are those of")
        started = time.monotonic()
        done = run("connect", self.served.address, "--credential", self.credential, stdin=b"hi\n" * 12)
        self.assert_result(done, OK, b"Server received: hi\n" * 12)
        # Five at once, and the other seven a fifth of a second apart.
        self.assertGreater(time.monotonic() - started, 1.3)

    def test_many_at_once_are_one_or_more(self):
        for _ in range(200):
            self.served.popen.send_signal(signal.SIGHUP)
        self.served.await_error_line("The limits are those of")
        self.talk(self.client(self.served.address, self.credential))
        self.assert_result(self.served.stop(), OK, b"")

    def test_an_old_session_ends_and_its_client_comes_back_by_ticket(self):
        self.reload("[limits]\nlifetime = 1\n", "The limits are those of")
        ticket = ("--ticket", self.home / "ticket.toml")
        client = self.client(self.served.address, self.credential, *ticket)
        self.talk(client)
        self.assert_result(client.wait(input_goes_on=True), LOST, b"", "^Error: The server ended the session")
        self.served.await_error_line("alice from .* is gone: normal")
        done = run("connect", self.served.address, "--credential", self.credential, *ticket, "--count", "1")
        self.assertEqual(done.code, OK, done)
        self.served.await_error_line(r"alice connected from .* \(ticket, ")


if __name__ == "__main__":
    main()
