#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A thousand idle sessions: the server's memory stays small, others are served at once, and they still work."""

import subprocess

from harness import IDLE_SESSIONS, OK, PATIENCE, PAWL, TestCase, main, run

SESSIONS = 1000
# What a session may cost while it is idle: a quarter of one with buffers of its own.
KIB_EACH = 8


class IdleSessions(TestCase):
    def hold_sessions(self, server):
        pipe = subprocess.PIPE
        command = [IDLE_SESSIONS, self.records, str(server.port), str(SESSIONS)]
        holder = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.kill)
        return holder

    def test_a_thousand(self):
        credential = self.enroll("alice")
        server = self.server()
        before = server.status("VmRSS")
        holder = self.hold_sessions(server)
        self.assertEqual(holder.stdout.readline(), b"open %d\n" % SESSIONS)
        # A sanitizer keeps what is freed, and its own books.
        if b"__asan_init" not in PAWL.read_bytes():
            self.assertLess(server.status("VmRSS") - before, KIB_EACH * SESSIONS)
        idle = server.processor_seconds()
        done = run("connect", server.address, "--credential", credential, "--count", "10")
        self.assertEqual(done.code, OK, done)
        self.assertLess(server.processor_seconds() - idle, 0.5)
        output, errors = holder.communicate(timeout=PATIENCE)
        self.assertEqual((holder.returncode, output, errors), (0, b"answered %d\n" % (SESSIONS // 10), b""))
        self.assertEqual(server.stop().code, OK)


if __name__ == "__main__":
    main()
