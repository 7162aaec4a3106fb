#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl serve --inbox` and `pawl connect --outbox`: what they keep, and what becomes of it when something fails."""

import contextlib
import glob
import os
import resource
import signal
import sqlite3
import subprocess

from boxes import Boxes, numbers
from harness import BUSY, IO, LOST, OK, PATIENCE, PAWL, PROTOCOL, USAGE, Process, main, run
from links import UdpProxy

LONGEST = 1 << 20


class Inbox(Boxes):
    def test_messages_are_kept_and_numbered(self):
        server = self.serve()
        messages = [b"one", b"", b"\xff\0binary"]
        for message in messages:
            file = self.home / "message"
            file.write_bytes(message)
            done = run(*self.login(server.address, "--file", file))
            self.assert_result(done, OK, b"Server stored: %d\n" % (messages.index(message) + 1), "^$")
        self.assertEqual(self.bodies(), messages)
        for user, received_at in self.rows("SELECT user, received_at FROM messages"):
            self.assertEqual(user, "alice")
            self.assertRegex(received_at, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_it_is_for_its_owner_alone(self):
        server = self.serve()
        run(*self.login(server.address), stdin=b"hi")
        for file in self.home.glob("inbox.db*"):
            self.assertEqual(file.stat().st_mode & 0o777, 0o600, file)

    def test_others_read_and_delete_meanwhile(self):
        server = self.serve()
        self.assertEqual(run(*self.login(server.address), stdin=b"a\nb\nc").code, OK)
        with contextlib.closing(sqlite3.connect(self.inbox)) as database:
            database.execute("DELETE FROM messages WHERE id < 3")
            database.commit()
        done = run(*self.login(server.address), stdin=b"d")
        self.assert_result(done, OK, b"Server stored: 4\n")
        self.assertEqual(self.bodies(), [b"c", b"d"])

    def test_over_udp(self):
        server = self.serve("--udp")
        done = run(*self.login(server.address, "--udp"), stdin=b"one\ntwo")
        self.assert_result(done, OK, b"Server stored: 1\nServer stored: 2\n", "^$")

    def test_a_message_that_is_too_long(self):
        server = self.serve()
        file = self.home / "file"
        file.write_bytes(bytes(LONGEST + 1))
        done = run(*self.login(server.address, "--file", file))
        self.assert_result(done, BUSY, b"", "^Error: The server ended the session: a limit")
        server.await_error_line("Warning: A message of alice is longer than the 1048576 bytes that an inbox takes")
        file.write_bytes(bytes(LONGEST))
        self.assertEqual(run(*self.login(server.address, "--file", file)).code, OK)

    def test_a_file_that_is_none(self):
        self.inbox.write_bytes(b"x" * 5000)
        records = ("--listen", "127.0.0.1:0", "--records", self.records)
        done = run("serve", *records, "--inbox", self.inbox)
        self.assert_result(done, IO, b"", "Error: Cannot use '.*inbox.db': it is no database")
        done = run("serve", *records, "--inbox", self.home / "none" / "inbox.db")
        self.assert_result(done, IO, b"", "Error: Cannot write '.*inbox.db'")
        done = run("serve", *records, "--inbox", "a.db", "--save", self.home)
        self.assertEqual(done.code, USAGE)


class Outbox(Boxes):
    def test_lines_are_delivered_and_nothing_waits(self):
        server = self.serve()
        lines = [b"one", b"", b"\xff\0binary", b"x" * LONGEST] + numbers(500)
        self.assert_result(self.deliver(server.address, lines=lines), OK, b"", "^$")
        self.assertEqual(self.bodies(), lines)
        self.assertEqual(self.rows("SELECT count(*) FROM messages", self.outbox), [(0,)])

    def test_what_waits_is_said_and_sent_by_the_next_run(self):
        server = self.serve()
        address = server.address
        client = self.client(address, self.credential, "--outbox", self.outbox, "--json")
        client.say(b"one")
        while b'"sent"' not in client.line():
            pass
        server.popen.send_signal(signal.SIGSTOP)
        client.say(b"two")
        while b'"sent"' not in client.line():
            pass
        server.popen.kill()
        self.assertRegex(client.wait().output.decode(), r"Messages that wait in '.*outbox.db': [12]\.")
        done = self.deliver(address, lines=[])
        self.assert_result(done, LOST, b"", r"Cannot connect .* Messages that wait in '.*outbox.db': [12]\.")
        self.serve(listen=address)
        self.assert_result(self.deliver(address, lines=[b"three"]), OK, b"", "^$")
        self.assertEqual(self.bodies(), [b"one", b"two", b"three"])

    def test_a_file_that_was_read_goes_on(self):
        server = self.serve()
        self.lines.write_bytes(b"one\r\ntwo\nthree")
        self.assertEqual(self.deliver(server.address), (OK, ""))
        code, errors = self.deliver(server.address)
        self.assertEqual(code, OK)
        self.assertRegex(errors, "^The input was read before, and goes on behind byte 14.\n$")
        self.assertEqual(self.bodies(), [b"one", b"two", b"three"])
        self.lines.write_bytes(b"one\r\ntwo\nthree")
        self.assertEqual(self.deliver(server.address), (OK, ""), "it was written again, so it is another")
        self.assertEqual(len(self.bodies()), 6)

    def test_a_file_that_begins_with_the_password(self):
        self.enroll("bob", "--password-file", self.password())
        address = self.serve().address
        self.lines.write_bytes(b"correct horse battery staple\none\ntwo\n")
        for _ in range(2):
            with open(self.lines, "rb") as file:
                login = ("--user", "bob", "--password-file", "-", "--outbox", self.outbox)
                done = subprocess.run([PAWL, "connect", address, *login], stdin=file, timeout=PATIENCE)
            self.assertEqual(done.returncode, OK)
        self.assertEqual(self.bodies(), [b"one", b"two"])

    def test_another_at_the_same_time_is_refused(self):
        server = self.serve()
        client = self.client(server.address, self.credential, "--outbox", self.outbox, "--json")
        while b'"established"' not in client.line():
            pass
        done = self.deliver(server.address, lines=[b"hi"])
        self.assert_result(done, IO, b"", "^Error: Cannot lock '.*outbox.db': .*Another program uses it")
        self.assertEqual(client.wait().code, OK)

    def test_a_server_without_an_inbox(self):
        for options in ((), ("--save", self.home)):
            server = self.server(*options)
            done = self.deliver(server.address, "--retry", lines=[b"hi"])
            self.assert_result(done, PROTOCOL, b"", "^Error: The server did not acknowledge .*--inbox.* wait in ")

    def test_a_line_that_is_too_long(self):
        server = self.serve()
        done = self.deliver(server.address, lines=[b"one", b"x" * (LONGEST + 1), b"two"])
        self.assert_result(done, USAGE, b"", "Error: A message is longer than the 1048576 bytes")
        self.assertEqual(self.deliver(server.address, lines=[]).code, OK)
        self.assertEqual(self.bodies(), [b"one"])

    def test_a_full_disk(self):
        def full():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

        server = self.serve()
        lines = [b"one", b"x" * 500_000]
        done = self.deliver(server.address, lines=lines, preexec_fn=full)
        self.assert_result(done, IO, b"", "^Error: Cannot write '.*outbox.db': .*Make room")
        self.assert_result(self.deliver(server.address, lines=lines[len(self.bodies()) :]), OK, b"", "^$")
        self.assertEqual(self.bodies(), lines)

    def test_a_file_that_is_none(self):
        self.outbox.write_bytes(b"x" * 5000)
        done = self.deliver("127.0.0.1:1", lines=[])
        self.assert_result(done, IO, b"", "^Error: Cannot use '.*outbox.db': it is no database")

    def test_options_that_do_not_go_together(self):
        for options in (("--file", "x"), ("--count", "1")):
            self.assertEqual(run(*self.login("127.0.0.1:1", "--outbox", "x", *options)).code, USAGE)


class Losses(Boxes):
    def test_datagrams(self):
        """Every fifth is lost, in both directions, once the session is open."""
        server = self.serve("--udp")
        lose = lambda number, datagram: [] if number > 4 and number % 5 == 0 else [datagram]
        link = UdpProxy(server.port, lose, lose)
        self.addCleanup(link.close)
        self.assert_result(self.deliver(link.address, "--udp", lines=numbers(12)), OK, b"")
        self.assertEqual(self.bodies(), numbers(12))


class Trouble(Boxes):
    def test_the_disk_of_the_server_is_full(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

        self.lines.write_bytes(b"".join(b"%06d " % number + b"x" * 993 + b"\n" for number in range(1000)))
        server = self.serve(preexec_fn=limit)
        address = server.address
        with open(self.lines, "rb") as file:
            client = Process(*self.login(address, "--outbox", self.outbox, "--retry"), stdin=file)
        self.addCleanup(client.end)
        server.await_error_line("Warning: Cannot write '.*inbox.db': .* The session of alice is closed")
        client.await_error_line("a limit is reached.* Pawl tries again in")
        kept = len(self.bodies())
        self.assertGreater(kept, 0)
        self.assertLess(kept, 1000)
        server.popen.kill()
        server.popen.wait(PATIENCE)
        self.serve(listen=address)
        self.assertEqual(client.wait(input_goes_on=True).code, OK)
        self.assertEqual([body[:6] for body in self.bodies()], [b"%06d" % number for number in range(1000)])

    def test_a_file_system_that_is_full(self):
        place = self.home / "mounted"
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", place]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
            self.skipTest("no file system can be mounted here")
        self.addCleanup(subprocess.run, ["umount", place], check=True)
        self.inbox = place / "inbox.db"
        server = self.serve()
        lines = [b"%03d " % number + b"x" * 996 for number in range(900)]
        done = self.deliver(server.address, lines=lines)
        self.assert_result(done, BUSY, b"", "a limit is reached.* Messages that wait")
        server.await_error_line("Warning: Cannot write '.*inbox.db': .*No space left")
        kept = self.bodies()
        self.assertEqual(kept, lines[: len(kept)])
        self.assertGreater(len(kept), 0)
        waiting = [body for (body,) in self.rows("SELECT body FROM messages ORDER BY number", self.outbox)]
        self.assertLessEqual(lines.index(waiting[0]), len(kept), "nothing that was acknowledged is missing")
        subprocess.run(["mount", "-o", "remount,size=16m", place], check=True)
        rest = lines[lines.index(waiting[-1]) + 1 :]
        self.assertEqual(self.deliver(server.address, lines=rest).code, OK)
        self.assertEqual(self.bodies(), lines)
        server.end()

    def test_another_keeps_the_inbox_locked_for_a_while(self):
        server = self.serve()
        with contextlib.closing(sqlite3.connect(self.inbox, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            client = self.client(server.address, self.credential, "--outbox", self.outbox, "--json")
            client.say(b"hi")
            while b'"sent"' not in client.line():
                pass
            self.assertEqual(database.execute("SELECT count(*) FROM messages").fetchall(), [(0,)])
            database.execute("COMMIT")
        self.assertEqual(client.wait().code, OK)
        self.assertEqual(self.bodies(), [b"hi"])

    def test_the_clock_is_set(self):
        found = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
        days = {"LD_PRELOAD": found[0] if found else "", "DONT_FAKE_MONOTONIC": "1"}
        environment = lambda by: os.environ | days | {"FAKETIME": by}
        if not found or run("--version", env=environment("+1d")).code != OK:
            self.skipTest("there is no libfaketime that this program runs with")
        lines = numbers(6)
        for number, by in enumerate(("+400d", "-400d", "+0d", "-1d", "+1d", "-3650d")):
            server = self.serve(env=environment(by))
            done = self.deliver(server.address, lines=[lines[number]], env=environment(by))
            self.assert_result(done, OK, b"", "^$")
            server.popen.kill()
            server.popen.wait(PATIENCE)
        self.assertEqual(self.bodies(), lines)
        times = [time for (time,) in self.rows("SELECT received_at FROM messages ORDER BY id")]
        self.assertNotEqual(times, sorted(times), "the control: the clock was set back")


if __name__ == "__main__":
    main()
