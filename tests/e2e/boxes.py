# SPDX-License-Identifier: Apache-2.0
"""A client with an outbox and a server with an inbox, for tests."""

import contextlib
import sqlite3
import subprocess

from harness import PATIENCE, PAWL, TestCase, run


def numbers(count):
    return [b"line %d" % number for number in range(count)]


class Boxes(TestCase):
    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")
        self.inbox = self.home / "inbox.db"
        self.outbox = self.home / "outbox.db"
        self.lines = self.home / "lines"

    def serve(self, *arguments, **options):
        return self.server("--inbox", self.inbox, *arguments, **options)

    def rows(self, sql, path=None):
        with contextlib.closing(sqlite3.connect(path or self.inbox, timeout=PATIENCE)) as database:
            return database.execute(sql).fetchall()

    def bodies(self):
        return [body for (body,) in self.rows("SELECT body FROM messages ORDER BY id")]

    def login(self, address, *arguments):
        return ("connect", address, "--credential", self.credential, *arguments)

    def deliver(self, address, *arguments, lines=None, **options):
        """Runs a client with the outbox. Its input is the file of the lines, or these lines in a pipe."""
        command = self.login(address, "--outbox", self.outbox, *arguments)
        if lines is not None:
            return run(*command, stdin=b"".join(line + b"\n" for line in lines), **options)
        with open(self.lines, "rb") as file:
            done = subprocess.run([PAWL, *command], stdin=file, capture_output=True, timeout=PATIENCE, **options)
        self.assertEqual(done.stdout, b"")
        return done.returncode, done.stderr.decode()
