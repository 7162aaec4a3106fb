#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl serve --exec`: a command for each session."""

import pathlib
import sys

from harness import BUSY, LOST, OK, USAGE, TestCase, main, run

# Answers each line with itself in capital letters, and says goodbye.
SHOUT = """
import sys
for line in sys.stdin:
    print(line.strip().upper(), flush=True)
pathlib = __import__("pathlib")
pathlib.Path(sys.argv[1]).write_text("its input ended")
"""

# The same with lengths before the messages.
SHOUT_LENGTHS = """
import sys
while length := sys.stdin.buffer.read(4):
    message = sys.stdin.buffer.read(int.from_bytes(length, "big"))
    sys.stdout.buffer.write(length + message.upper())
    sys.stdout.buffer.flush()
"""

# Does not end when it is told to, and says where it is.
STUBBORN = """
import os, pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
print("ready", flush=True)
while True:
    time.sleep(1000)
"""


class Exec(TestCase):
    transport = ()

    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")
        self.note = self.home / "note"

    def serve(self, *arguments):
        return self.server(*self.transport, *arguments)

    def serve_python(self, script, *options):
        command = ("--exec", sys.executable, "--", "-u", "-c", script, str(self.note))
        return self.serve(*options, *command)

    def connect(self, server, stdin, *options):
        return run("connect", *self.transport, server.address, "--credential", self.credential, *options, stdin=stdin)

    def await_note(self, server):
        while not self.note.exists() or not self.note.read_text():
            self.assertIsNone(server.popen.poll())
        return self.note.read_text()

    def test_a_line_is_a_message(self):
        server = self.serve_python(SHOUT)
        done = self.connect(server, b"one\ntwo\n")
        self.assert_result(done, OK, b"ONE\nTWO\n")
        self.assertEqual(self.await_note(server), "its input ended")

    def test_each_session_has_its_own(self):
        server = self.serve("--exec", sys.executable, "--", "-uc", "import os;print(os.getpid());input()")
        pids = {self.connect(server, b"x").output for _ in range(2)}
        self.assertEqual(len(pids), 2, pids)

    def test_a_command_knows_whose_session_it_is(self):
        script = "import os; input(); print(os.environ['PAWL_USER'], os.environ['PAWL_ADDRESS'])"
        done = self.connect(self.serve("--exec", sys.executable, "--", "-uc", script), b"who")
        self.assertRegex(done.output, rb"^alice 127\.0\.0\.1:\d+\n$")

    def test_a_command_has_no_descriptor_of_the_server(self):
        script = "import os; input(); print(sorted(os.listdir('/proc/self/fd')))"
        done = self.connect(self.serve("--exec", sys.executable, "--", "-uc", script), b"what")
        # The last one is that of the directory.
        self.assertEqual(done.output, b"['0', '1', '2', '3']\n")

    def test_no_shell_looks_at_it(self):
        script = "import sys; input(); print(sys.argv[1:])"
        server = self.serve("--exec", sys.executable, "--", "-uc", script, "$HOME", "a b; exit", "-x")
        self.assert_result(self.connect(server, b"what"), OK, b"['$HOME', 'a b; exit', '-x']\n")

    def test_a_command_that_ends_ends_its_session(self):
        server = self.serve("--exec", sys.executable, "--", "-uc", "import sys; input(); sys.exit(3)")
        self.assert_result(self.connect(server, b"one"), LOST, b"", "The server ended the session")
        server.await_error_line("ended with status 3")

    def test_a_command_that_is_not_there(self):
        server = self.serve("--exec", str(self.home / "none"))
        self.assert_result(self.connect(server, b"one"), BUSY)
        server.await_error_line("Cannot start .*/none: No such file")

    def test_a_command_that_does_not_end_is_ended_when_the_server_stops(self):
        server = self.serve_python(STUBBORN)
        client = self.client(server.address, self.credential, *self.transport)
        client.say(b"hello")
        self.assertEqual(client.line(), b"ready")
        pid = int(self.await_note(server))
        client.end()
        self.assert_result(server.stop(), OK)
        self.assertFalse(pathlib.Path(f"/proc/{pid}").exists())

    def test_needs_a_command(self):
        done = run("serve", "--", "argument")
        self.assert_result(done, USAGE, errors="requires --exec")

    def test_is_one_of_several_uses(self):
        done = run("serve", "--exec", "cat", "--save", self.home)
        self.assert_result(done, USAGE)


class OverTcp(Exec):
    """What only streams have."""

    def test_a_length_is_before_a_message(self):
        server = self.serve_python(SHOUT_LENGTHS, "--exec-framing", "lengths")
        file = self.home / "two lines"
        file.write_bytes(b"one\ntwo\n" * 10_000)
        done = self.connect(server, b"", "--file", file)
        self.assert_result(done, OK, b"ONE\nTWO\n" * 10_000 + b"\n")

    def test_much_goes_through(self):
        lines = b"".join(b"line %d %s\n" % (i, b"x" * 300) for i in range(20_000))
        done = self.connect(self.serve("--exec", "cat"), lines)
        self.assertEqual(done.code, OK, done.errors)
        self.assertEqual(done.output, lines)

    def test_a_command_that_reads_nothing_holds_its_client_up_and_nobody_else(self):
        server = self.serve_python(STUBBORN)
        client = self.client(server.address, self.credential)
        client.say(b"hello")
        self.assertEqual(client.line(), b"ready")
        before = server.status("VmRSS")
        file = self.home / "much"
        file.write_bytes(b"x" * 50_000_000)
        held = self.client(server.address, self.credential, "--file", str(file))
        self.assertEqual(held.line(), b"ready")
        other = self.client(server.address, self.credential)
        self.assertEqual(other.line(), b"ready")
        self.assertLess(server.status("VmRSS") - before, 5000)


class OverUdp(Exec):
    transport = ("--udp",)


del Exec  # only its kinds are tests

if __name__ == "__main__":
    main()
