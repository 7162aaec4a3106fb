#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each line is in the inbox once and in order, whatever is killed meanwhile.

PAWL_CRASHES says how many times something is killed (40), and PAWL_CRASH_SEED when and what. To have a thousand, which
takes five minutes:

    PAWL_CRASHES=1000 tests/e2e/crash_test.py build/host/apps/pawl build/host/tests/idle_sessions
"""

import contextlib
import os
import random
import sqlite3
import time

from boxes import Boxes, numbers
from harness import OK, PATIENCE, Process, main

CRASHES = int(os.environ.get("PAWL_CRASHES", "40"))
SEED = int(os.environ.get("PAWL_CRASH_SEED", random.SystemRandom().randrange(1 << 32)))


class Crashes(Boxes):
    """Both ends are killed at random moments of what a client tells that it does."""

    def setUp(self):
        super().setUp()
        print(f"PAWL_CRASHES={CRASHES} PAWL_CRASH_SEED={SEED}", flush=True)
        self.random = random.Random(SEED)
        self.expected = numbers(CRASHES * 100)
        self.lines.write_bytes(b"\n".join(self.expected) + b"\n")
        self.server_now = self.serve()
        self.address = self.server_now.address
        self.client_now = None
        self.seen = 0

    def begin_client(self):
        with open(self.lines, "rb") as file:
            command = self.login(self.address, "--outbox", self.outbox, "--retry", "--json")
            self.client_now = Process(*command, stdin=file)
        self.addCleanup(self.client_now.end)

    def await_events(self, count):
        """Until the client has said so much, or is done. Gives whether it goes on."""
        for _ in range(count):
            if not self.client_now.popen.stdout.readline():
                return False
        until = time.monotonic() + self.random.uniform(0, 0.003)
        while time.monotonic() < until:
            pass
        return True

    def check(self, client_is_gone):
        with contextlib.closing(sqlite3.connect(self.inbox, timeout=PATIENCE)) as database:
            new = database.execute("SELECT body FROM messages WHERE id > ? ORDER BY id", (self.seen,)).fetchall()
        self.assertEqual([body for (body,) in new], self.expected[self.seen : self.seen + len(new)])
        self.seen += len(new)
        if client_is_gone and self.outbox.exists():
            with contextlib.closing(sqlite3.connect(self.outbox, timeout=PATIENCE)) as database:
                given = database.execute("SELECT seq FROM sqlite_sequence").fetchall()
                first = database.execute("SELECT min(number) FROM messages").fetchone()[0]
                waiting = database.execute("SELECT count(*) FROM messages").fetchone()[0]
                self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            acknowledged = (given[0][0] if given else 0) - waiting
            self.assertTrue(first is None or first == acknowledged + 1, "they are removed in order")
            self.assertGreaterEqual(self.seen, acknowledged, "what was acknowledged is there")

    def test_each_line_is_there_once_and_in_order(self):
        self.begin_client()
        crashes = {"client": 0, "server": 0, "both": 0}
        for _ in range(CRASHES):
            self.assertTrue(self.await_events(self.random.randrange(1, 60)), "all was done before the last of them")
            victim = self.random.choice(list(crashes))
            crashes[victim] += 1
            if victim != "server":
                self.client_now.end()
            if victim != "client":
                self.server_now.end()
                self.server_now = self.serve(listen=self.address)
            self.check(victim != "server")
            if victim != "server":
                self.begin_client()
        self.client_now.popen.stdout.read()
        self.assertEqual(self.client_now.popen.wait(PATIENCE), OK)
        self.check(True)
        self.assertEqual(self.seen, len(self.expected))
        self.assertEqual(self.rows("PRAGMA integrity_check"), [("ok",)])
        print(f"killed {crashes}, {self.seen} lines", flush=True)


if __name__ == "__main__":
    main()
