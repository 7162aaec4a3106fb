#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Drives `pawl enroll` as people and scripts do: prompt, file, standard input, and everything that can go wrong.

Example: tests/e2e/enroll_test build/host/apps/pawl
"""

import hashlib
import hmac
import json
import os
import pathlib
import pty
import re
import resource
import select
import signal
import subprocess
import sys
import tempfile
import termios
import time
import unittest

from rights import obeying_permissions

PAWL = None
PASSWORD = "correct horse"
SECONDS = 60
FEWEST_ITERATIONS = 600_000


def toml(path):
    """The fields of a file that pawl wrote."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {key: json.loads(value) for key, value in (line.split(" = ") for line in lines)}


def xpd(key, label, context):
    """PROTOCOL.md 2, for 32 bytes."""
    label = b"pawl2 " + label
    info = (32).to_bytes(2, "big") + bytes([len(label)]) + label + bytes([len(context)]) + context + b"\x01"
    return hmac.digest(key, info, "sha256").hex()


def derived(user, password, mode, salt, iterations):
    """psk and the first candidates for w1 and w0, computed from PROTOCOL.md 3 alone."""
    name = user.encode()
    full_salt = hashlib.sha256(b"pawl2 salt" + bytes([len(name)]) + name + bytes.fromhex(salt)).digest()
    sp = hashlib.pbkdf2_hmac("sha256", password.encode(), full_salt, iterations)
    w1, w0 = (xpd(sp, label, b"\x00" + name) for label in (b"w1", b"w0"))
    return xpd(sp, b"psk", bytes([mode, 1]) + name), w1, w0


class Terminal:
    """`pawl` in a terminal of its own."""

    def __init__(self, directory, *arguments, **environment):
        self.output = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(directory)
                os.execve(PAWL, [PAWL, *arguments], {**os.environ, **environment})
            finally:
                os._exit(99)

    def _read(self, deadline):
        """False at the end of the output."""
        if not select.select([self.fd], [], [], max(0, deadline - time.monotonic()))[0]:
            raise AssertionError(f"nothing came in time after: {self.output!r}")
        try:
            data = os.read(self.fd, 4096)
        except OSError:  # Linux says EIO when the last process has left the terminal
            return False
        self.output += data.decode(errors="replace")
        return bool(data)

    def wait_for(self, text):
        deadline = time.monotonic() + SECONDS
        while text not in self.output:
            if not self._read(deadline):
                raise AssertionError(f"{text!r} never came: {self.output!r}")

    def type(self, text):
        os.write(self.fd, text.encode())

    def echoes(self):
        return bool(termios.tcgetattr(self.fd)[3] & termios.ECHO)

    def finish(self):
        """Waits for the end and returns the exit code, negative for a signal."""
        deadline = time.monotonic() + SECONDS
        while self._read(deadline):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class EnrollTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.record = self.directory / "records" / "alice.toml"
        self.credential = self.directory / "alice.credential.toml"

    def run_pawl(self, *arguments, stdin="", code=0, **options):
        """Runs pawl without a terminal, expects the exit code and returns what it said."""
        result = subprocess.run([PAWL, *arguments], input=stdin, cwd=self.directory, text=True, capture_output=True,
                                timeout=SECONDS, start_new_session=True, check=False, **options)
        self.assertEqual(result.returncode, code, f"{arguments}: {result}")
        return result

    def enroll(self, *arguments, **options):
        place = () if "--records" in arguments else ("--users", "records")
        return self.run_pawl("enroll", *arguments, *place, **options)

    def terminal(self, *arguments, **environment):
        terminal = Terminal(self.directory, *arguments, "--users", "records", **environment)
        self.addCleanup(os.close, terminal.fd)
        return terminal

    def files(self):
        return sorted(str(path.relative_to(self.directory)) for path in self.directory.rglob("*") if path.is_file())

    def assert_enrolled(self, password=PASSWORD, generation=1):
        record, credential = toml(self.record), toml(self.credential)
        psk, w1, w0 = derived("alice", password, 3, record["salt"], record["iterations"])
        self.assertEqual(record["psk"], psk)
        self.assertEqual(credential["psk"], psk)
        self.assertEqual(credential["w1"], w1)
        self.assertEqual((credential["w0"], record["w0"]), (w0, w0))
        self.assertNotIn("w1", record)
        self.assertEqual(record["generation"], generation)
        for field in ("user", "kind", "mode", "salt", "iterations"):
            self.assertEqual(record[field], credential[field])
        self.assertEqual((record["user"], record["kind"], record["mode"]), ("alice", "password", "pake"))

    # At a terminal.

    def test_asks_twice_without_echo(self):
        terminal = self.terminal("enroll", "alice")
        terminal.wait_for("Password for alice: ")
        self.assertFalse(terminal.echoes())
        terminal.type(PASSWORD + "\n")
        terminal.wait_for("The same again: ")
        self.assertFalse(terminal.echoes())
        for name in ("cmdline", "environ"):
            self.assertNotIn(PASSWORD.encode(), pathlib.Path(f"/proc/{terminal.pid}/{name}").read_bytes())
        terminal.type(PASSWORD + "\n")
        self.assertEqual(terminal.finish(), 0, terminal.output)
        self.assertTrue(terminal.echoes())
        self.assertNotIn(PASSWORD, terminal.output)
        self.assertRegex(terminal.output, r"Deriving the key +100 %")
        self.assert_enrolled()

    def test_two_that_differ_are_refused(self):
        terminal = self.terminal("enroll", "alice")
        terminal.wait_for("Password for alice: ")
        terminal.type("one\n")
        terminal.wait_for("The same again: ")
        terminal.type("two\n")
        self.assertEqual(terminal.finish(), 2)
        self.assertIn("differ", terminal.output)
        self.assertTrue(terminal.echoes())
        self.assertEqual(self.files(), [])

    def test_end_of_input_at_the_prompt_is_an_empty_password(self):
        terminal = self.terminal("enroll", "alice")
        terminal.wait_for("Password for alice: ")
        terminal.type("\x04")
        self.assertEqual(terminal.finish(), 2)
        self.assertIn("empty", terminal.output)
        self.assertTrue(terminal.echoes())

    def test_interruption_at_the_prompt_restores_the_echo(self):
        ways = {"Ctrl-C": lambda terminal: terminal.type("half\x03"), "a part of a line, Ctrl-C": lambda terminal: terminal.type("half\x04\x03")}
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            ways[number.name] = lambda terminal, number=number: os.kill(terminal.pid, number)
        for name, interrupt in ways.items():
            for prompt in (1, 2):
                with self.subTest(name, prompt=prompt):
                    terminal = self.terminal("enroll", "alice")
                    terminal.wait_for("Password for alice: ")
                    if prompt == 2:
                        terminal.type(PASSWORD + "\n")
                        terminal.wait_for("The same again: ")
                    interrupt(terminal)
                    self.assertEqual(terminal.finish(), 130, terminal.output)
                    self.assertTrue(terminal.echoes())
                    self.assertEqual(self.files(), [])

    def test_long_password_at_the_prompt_is_refused_whole(self):
        terminal = self.terminal("enroll", "alice")
        terminal.wait_for("Password for alice: ")
        terminal.type("x" * 2000 + "\n")
        self.assertEqual(terminal.finish(), 2)
        self.assertIn("too long", terminal.output)
        self.assertNotIn("xxx", terminal.output)

    def test_colour_is_for_terminals_that_want_it(self):
        terminal = self.terminal("enroll", "", NO_COLOR="")
        self.assertEqual(terminal.finish(), 2)
        self.assertIn("\x1b[31mError: \x1b[0m", terminal.output)
        terminal = self.terminal("enroll", "", NO_COLOR="1")
        self.assertEqual(terminal.finish(), 2)
        self.assertIn("Error: ", terminal.output)
        self.assertNotIn("\x1b", terminal.output)

    def test_json_draws_no_progress_on_a_terminal(self):
        (self.directory / "password").write_text(PASSWORD, encoding="utf-8")
        terminal = self.terminal("enroll", "alice", "--json", "--password-file", "password")
        self.assertEqual(terminal.finish(), 0)
        self.assertEqual(json.loads(terminal.output)["event"], "enrolled")

    def test_another_password_is_asked_for_twice(self):
        self.enroll("alice", "--password-file", "-", stdin="another")
        terminal = self.terminal("user", "passwd", "alice")
        for prompt in ("Password for alice: ", "The same again: "):
            terminal.wait_for(prompt)
            self.assertFalse(terminal.echoes())
            terminal.type(PASSWORD + "\n")
        self.assertEqual(terminal.finish(), 0, terminal.output)
        self.assertNotIn(PASSWORD, terminal.output)
        psk, _, _ = derived("alice", PASSWORD, 3, toml(self.record)["salt"], FEWEST_ITERATIONS)
        self.assertEqual((toml(self.record)["psk"], toml(self.record)["generation"]), (psk, 2))

    def test_an_interruption_leaves_the_earlier_password(self):
        self.enroll("alice", "--password-file", "-", stdin=PASSWORD)
        before = self.record.read_bytes()
        terminal = self.terminal("user", "passwd", "alice")
        terminal.wait_for("Password for alice: ")
        terminal.type("half\x03")
        self.assertEqual(terminal.finish(), 130, terminal.output)
        self.assertEqual(self.record.read_bytes(), before)

    # From a file or standard input.

    def test_standard_input(self):
        result = self.enroll("alice", "--password-file", "-", stdin=PASSWORD + "\nsecond line\n")
        self.assert_enrolled()
        self.assertEqual(result.stdout, "")
        self.assertIn("records/alice.toml", result.stderr)
        self.assertIn("alice.credential.toml", result.stderr)
        self.assertIn("pawl serve", result.stderr)
        self.assertIn("pawl connect", result.stderr)
        self.assertNotIn("%", result.stderr)
        self.assertNotIn("\x1b", result.stderr)

    def test_password_file_and_iterations(self):
        (self.directory / "password").write_text("\u00fc\r\n", encoding="utf-8", newline="")
        self.enroll("alice", "--password-file", "password", "--iterations", "600001")
        self.assert_enrolled(password="\u00fc")
        self.assertEqual(toml(self.record)["iterations"], 600_001)

    def test_empty_password_is_refused(self):
        result = self.enroll("alice", "--password-file", "-", stdin="\n", code=2)
        self.assertIn("empty", result.stderr)
        self.assertEqual(self.files(), [])

    def test_missing_password_file_is_named(self):
        self.assertIn("'missing'", self.enroll("alice", "--password-file", "missing", code=9).stderr)

    def test_no_terminal_says_what_to_do(self):
        self.assertIn("--password-file", self.enroll("alice", code=2).stderr)

    # Raw keys.

    def test_raw_key_is_random(self):
        keys = set()
        for generation in (1, 2):
            self.enroll("alice", "--raw-key")
            record, credential = toml(self.record), toml(self.credential)
            self.assertEqual((record["kind"], record["mode"]), ("raw_key", "psk_ecdhe"))
            self.assertEqual(record["generation"], generation)
            self.assertEqual(record["psk"], credential["psk"])
            self.assertNotIn("salt", record)
            keys.add(record["psk"])
        self.assertEqual(len(keys), 2)

    def test_mode_psk_holds_no_point(self):
        self.enroll("alice", "--raw-key", "--mode", "psk")
        self.assertNotIn("verifier", toml(self.record))
        self.assertNotIn("w1", toml(self.credential))

    def test_psk_with_a_password_warns(self):
        warned = self.enroll("alice", "--mode", "psk", "--password-file", "-", stdin=PASSWORD)
        self.assertRegex(warned.stderr, "Warning: .*guess .*offline")
        psk, _, _ = derived("alice", PASSWORD, 1, toml(self.record)["salt"], FEWEST_ITERATIONS)
        self.assertEqual(toml(self.record)["psk"], psk)
        for arguments in (("--mode", "psk", "--raw-key"), ("--raw-key",)):
            self.assertNotIn("Warning", self.enroll("bob", *arguments).stderr)

    # What is written, and where.

    def test_files_are_for_their_owner_alone(self):
        self.enroll("alice", "--raw-key", preexec_fn=lambda: os.umask(0))
        self.assertEqual(self.files(), ["alice.credential.toml", "records/alice.toml", "records/enumeration.key"])
        for path, mode in ((self.record, 0o600), (self.credential, 0o600), (self.record.parent, 0o700)):
            self.assertEqual(path.stat().st_mode & 0o777, mode, path)

    def test_enrolling_again_replaces(self):
        self.enroll("alice", "--password-file", "-", stdin=PASSWORD)
        again = self.enroll("alice", "--password-file", "-", stdin="another")
        self.assertIn("earlier", again.stderr)
        self.assert_enrolled(password="another", generation=2)

    def test_any_user_name_stays_in_its_directory(self):
        self.enroll("../\u00fc", "--raw-key")
        self.assertEqual(self.files(), ["%2E.%2F%C3%BC.credential.toml", "records/%2E.%2F%C3%BC.toml", "records/enumeration.key"])
        self.assertEqual(toml(self.directory / self.files()[1])["user"], "../\u00fc")

    def test_paths_can_be_chosen(self):
        result = self.enroll("alice", "--raw-key", "--records", "server side", "--credential", "c.toml")
        self.assertEqual(self.files(), ["c.toml", "server side/alice.toml", "server side/enumeration.key"])
        self.assertIn("'server side'", result.stderr)

    def test_only_the_users_own_credential_is_replaced(self):
        precious = self.directory / "precious"
        precious.write_text("text", encoding="utf-8")
        self.enroll("bob", "--raw-key")
        before = {name: (self.directory / name).read_bytes() for name in self.files()}
        for taken in ("precious", "bob.credential.toml", "records", "records/alice.toml", "/dev/full"):
            self.assertIn(f"'{taken}'", self.enroll("alice", "--raw-key", "--credential", taken, code=2).stderr)
        self.assertEqual({name: (self.directory / name).read_bytes() for name in self.files()}, before)

    def test_json(self):
        result = self.enroll("alice", "--mode", "psk", "--password-file", "-", "--json", "--verbose", stdin=PASSWORD)
        events = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual(result.stderr, "")
        self.assertEqual([event["event"] for event in events], ["warning", "enrolled"])
        self.assertRegex(events[1].pop("time"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(events[1], {"event": "enrolled", "user": "alice", "kind": "password", "mode": "psk",
                                     "generation": 1, "record": "records/alice.toml", "credential": "alice.credential.toml"})
        failed = self.enroll("alice", "--password-file", "-", "--json", stdin="", code=2)
        self.assertEqual([json.loads(line)["event"] for line in failed.stdout.splitlines()], ["error"])

    def test_no_secret_is_said(self):
        for option in ("--verbose", "--json"):
            result = self.enroll("alice", "--password-file", "-", option, stdin=PASSWORD)
            said = result.stdout + result.stderr
            self.assertNotIn(PASSWORD, said)
            self.assertIsNone(re.search("[0-9a-f]{16}", said))

    # What goes wrong.

    def test_wrong_usage_says_what_to_do(self):
        wrong = {
            (): "enroll, user, serve or connect",
            ("bogus",): "bogus",
            ("enroll",): "USER",
            ("enroll", "alice", "bob"): "bob",
            ("enroll", "alice", "--password", PASSWORD): "--password",
            ("enroll", "alice", "--mode", "spake"): "psk_ecdhe",
            ("enroll", "alice", "--mode", "pake", "--raw-key"): "for passwords",
            ("enroll", "alice", "--iterations", "599999"): "600000",
            ("enroll", "alice", "--iterations", "4000001"): "4000000",
            ("enroll", "alice", "--iterations", "many"): "many",
            ("enroll", "alice", "--raw-key", "--password-file", "x"): "--raw-key",
            ("enroll", "alice", "--raw-key", "--iterations", "600000"): "--raw-key",
            ("enroll", "", "--raw-key"): "1 to 128",
            ("enroll", "alice", "--raw-key", "--credential", ""): "--credential",
            ("enroll", "x" * 129, "--raw-key"): "1 to 128",
            ("enroll", "a\x1b[31m", "--raw-key"): "\\x1B",
            ("enroll", os.fsdecode(b"\xff"), "--raw-key"): "\\xFF",
            ("enroll", " " * 128, "--raw-key", "--users", "records"): "too long",
        }
        for arguments, hint in wrong.items():
            with self.subTest(arguments):
                result = self.run_pawl(*arguments, code=2)
                self.assertIn(hint, result.stderr)
                self.assertTrue(result.stderr.startswith("Error: "))
                self.assertNotIn("\x1b", result.stderr)
                self.assertEqual(result.stdout, "")
        self.assertEqual(self.files(), [])

    def test_help_has_an_example(self):
        users = ("add", "list", "show", "passwd", "disable", "enable", "remove", "import", "export", "key")
        for command in ((), ("enroll",), ("serve",), ("connect",), ("user",), *(("user", each) for each in users)):
            result = self.run_pawl(*command, "--help")
            self.assertRegex(result.stdout, "Examples?[:,]")
            self.assertRegex(result.stdout, r"\n    pawl \w")
        self.assertRegex(self.run_pawl("--version").stdout, r"^pawl \d+\.\d+\.\d+ \((Mbed TLS|OpenSSL) 3\.\d+\.\d+, (no )?systemd\)\n$")

    def test_full_disk_loses_nothing(self):
        def full():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

        failed = self.enroll("alice", "--raw-key", code=9, preexec_fn=full)
        self.assertIn("records/alice.toml", failed.stderr)
        self.assertIn("Make room", failed.stderr)
        self.assertEqual(self.files(), [])
        self.enroll("alice", "--raw-key")
        before = self.record.read_bytes(), self.credential.read_bytes()
        self.enroll("alice", "--raw-key", code=9, preexec_fn=full)
        self.assertEqual((self.record.read_bytes(), self.credential.read_bytes()), before)
        self.assertEqual(self.files(), ["alice.credential.toml", "records/alice.toml", "records/enumeration.key"])

    def test_unwritable_directory_is_named(self):
        self.record.parent.mkdir(mode=0o500)
        failed = self.enroll("alice", "--raw-key", code=9, preexec_fn=obeying_permissions(self))
        self.assertIn("records/alice.toml': Permission denied", failed.stderr)
        self.assertEqual(self.files(), [])

    def test_unreadable_record_is_named(self):
        self.enroll("alice", "--raw-key")
        self.record.chmod(0)
        failed = self.enroll("alice", "--raw-key", code=9, preexec_fn=obeying_permissions(self))
        self.assertIn("records/alice.toml': Permission denied", failed.stderr)

    def test_spoilt_record_is_named(self):
        self.enroll("alice", "--raw-key")
        self.record.write_text("spoilt", encoding="utf-8")
        self.assertIn("'records/alice.toml'", self.enroll("alice", "--raw-key", code=9).stderr)

    def test_missing_directory_of_the_credential_changes_nothing(self):
        failed = self.enroll("alice", "--raw-key", "--credential", "missing/c.toml", code=9)
        self.assertIn("'missing/c.toml': No such file or directory", failed.stderr)
        self.assertEqual(self.files(), [])

    def test_full_standard_output_is_an_error(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([PAWL, "enroll", "alice", "--raw-key", "--json"], cwd=self.directory, stdout=full,
                                    stderr=subprocess.PIPE, text=True, timeout=SECONDS, check=False)
        self.assertEqual(result.returncode, 9)
        self.assertIn("standard output", result.stderr)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("Usage: enroll_test.py PAWL IDLE_SESSIONS [TEST...]")
    PAWL = os.path.abspath(sys.argv[1])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
