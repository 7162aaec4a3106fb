#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl connect --ticket`: a client comes back without its password or key, once for each ticket."""

import json
import stat

from harness import IO, OK, TestCase, main, run


class Tickets(TestCase):
    """Over TCP."""

    transport = ()

    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")
        self.ticket = self.home / "ticket.toml"
        self.running = self.server(*self.transport)

    def connect(self, *options, stdin=b"hello"):
        login = options or ("--credential", self.credential)
        arguments = (*self.transport, self.running.address, "--json", "--ticket", self.ticket)
        done = run("connect", *arguments, *login, stdin=stdin)
        events = [json.loads(line) for line in done.output.splitlines()]
        return done, [event["kind"] for event in events if event["event"] == "established"]

    def assert_came(self, kind, *options):
        done, kinds = self.connect(*options)
        self.assertEqual((done.code, kinds), (OK, [kind]), done)

    def test_comes_back(self):
        self.assert_came("raw_key")
        for _ in range(3):
            before = self.ticket.read_bytes()
            self.assertEqual(stat.S_IMODE(self.ticket.stat().st_mode), 0o600)
            self.assert_came("ticket")
            self.assertNotEqual(self.ticket.read_bytes(), before, "each ticket is used once")

    def test_needs_no_password(self):
        self.enroll("carol", "--password-file", self.password(), "--mode", "pake")
        self.assert_came("password", "--user", "carol", "--password-file", self.password())
        self.assert_came("ticket", "--user", "carol")

    def test_a_password_on_standard_input_is_no_message(self):
        self.enroll("carol", "--password-file", self.password(), "--mode", "pake")
        for kind in ("password", "ticket"):
            typed = self.password().read_bytes() + b"hello"
            done, kinds = self.connect("--user", "carol", "--password-file", "-", stdin=typed)
            self.assertEqual((done.code, kinds), (OK, [kind]), done)
            events = [json.loads(line) for line in done.output.splitlines()]
            texts = [event["text"] for event in events if event["event"] == "message"]
            self.assertEqual(texts, ["Server received: hello"])

    def test_a_server_that_started_anew_is_asked_again_in_full(self):
        self.assert_came("raw_key")
        self.running.stop()
        self.running = self.server(*self.transport)
        self.assert_came("raw_key")
        self.assert_came("ticket")

    def test_a_user_enrolled_anew(self):
        self.assert_came("raw_key")
        self.enroll("alice")
        self.assert_came("raw_key")

    def test_another_users_ticket(self):
        self.assert_came("raw_key")
        bob = self.enroll("bob")
        self.assert_came("raw_key", "--credential", bob)
        self.assert_came("ticket", "--credential", bob)

    def test_a_ticket_that_another_program_uses(self):
        self.assert_came("raw_key")
        kept = self.ticket.read_bytes()
        self.assert_came("ticket")
        self.ticket.write_bytes(kept)
        self.assert_came("ticket")

    def test_a_file_that_is_no_ticket_stays(self):
        for content in (b"", b"not a ticket", bytes(1 << 16)):
            self.ticket.write_bytes(content)
            done, _ = self.connect()
            self.assertEqual(done.code, IO, done)
            self.assertIn("ticket.toml", done.output.decode())
            self.assertEqual(self.ticket.read_bytes(), content)

    def test_a_ticket_that_cannot_be_kept_is_said(self):
        self.ticket = self.home / "nowhere" / "ticket.toml"
        done, kinds = self.connect()
        self.assertEqual((done.code, kinds), (OK, ["raw_key"]), done)
        self.assertIn("nowhere", done.output.decode())


class TicketsOverUdp(Tickets):
    transport = ("--udp",)


if __name__ == "__main__":
    main()
