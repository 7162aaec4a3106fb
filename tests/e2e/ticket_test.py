#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl connect --ticket`: a client comes back without its password or key, once for each ticket."""

import json
import sqlite3
import stat

from harness import AUTHENTICATION, IO, OK, USAGE, TestCase, main, run
from rights import DAC_OVERRIDE, without


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


class KeptTickets(TestCase):
    """`pawl serve --keep-tickets`: a server that started anew knows its tickets."""

    def setUp(self):
        super().setUp()
        self.records = self.home / "users.db"
        self.key = self.home / "store.key"
        made = run("user", "key", self.key)
        self.assertEqual(made.code, OK, made)
        self.sealed = ("--store-key", self.key)
        self.credential = self.enroll("alice", "--raw-key", "--mode", "psk", *self.sealed)
        self.ticket = self.home / "ticket.toml"

    def serve(self, *options):
        return self.server(*self.sealed, *options)

    def assert_came(self, server, kind, *transport):
        arguments = (*transport, server.address, "--json", "--ticket", self.ticket, "--credential", self.credential)
        done = run("connect", *arguments, stdin=b"hello")
        events = [json.loads(line) for line in done.output.splitlines()]
        kinds = [event["kind"] for event in events if event["event"] == "established"]
        self.assertEqual((done.code, kinds), (OK, [kind]), done)

    def test_are_good_after_a_restart(self):
        for transport in ((), ("--udp",)):
            self.ticket.unlink(missing_ok=True)
            server = self.serve("--keep-tickets", *transport)
            self.assert_came(server, "raw_key", *transport)
            server.stop()
            server = self.serve("--keep-tickets", *transport)
            self.assert_came(server, "ticket", *transport)
            server.popen.kill()
            server.popen.wait()
            self.assert_came(self.serve("--keep-tickets", *transport), "ticket", *transport)

    def test_are_good_at_another_server_of_the_same_users(self):
        one, other = self.serve("--keep-tickets"), self.serve("--keep-tickets")
        self.assert_came(one, "raw_key")
        for _ in range(2):
            self.assert_came(other, "ticket")
            self.assert_came(one, "ticket")

    def test_without_the_option_a_login_is_needed(self):
        server = self.serve("--keep-tickets")
        self.assert_came(server, "raw_key")
        server.stop()
        self.assert_came(self.serve(), "raw_key")

    def test_of_a_user_who_was_changed_stay_dead(self):
        server = self.serve("--keep-tickets")
        self.assert_came(server, "raw_key")
        kept = self.ticket.read_bytes()
        server.stop()
        for change in ("disable", "enable"):
            self.assertEqual(run("user", change, "alice", "--users", self.records, *self.sealed).code, OK)
        server = self.serve("--keep-tickets")
        self.ticket.write_bytes(kept)
        self.assert_came(server, "raw_key")
        kept = self.ticket.read_bytes()
        self.credential = self.enroll("alice", "--raw-key", "--mode", "psk", *self.sealed)
        self.ticket.write_bytes(kept)
        self.assert_came(server, "raw_key")

    def test_need_a_sealed_database(self):
        users = ("--users", self.records)
        unsealed = self.home / "unsealed.db"
        self.assertEqual(run("user", "add", "bob", "--raw-key", "--users", unsealed, cwd=self.home).code, OK)
        for options, code, errors in (
            (users, AUTHENTICATION, "its secrets are sealed under a store key, which is needed"),
            (("--users", unsealed), AUTHENTICATION, "^Error: Cannot keep tickets: ticket keys are kept only where"),
            ((*users, *self.sealed, "--nstp"), USAGE, "excludes"),
            (("--users", self.home, *self.sealed), AUTHENTICATION, "a directory of files cannot be sealed"),
            (("--users", self.home / "no.db", *self.sealed), IO, "There are no users"),
        ):
            done = run("serve", "--listen", "127.0.0.1:0", "--keep-tickets", *options)
            self.assertEqual(done.code, code, done)
            self.assertRegex(done.errors, errors)

    def test_need_a_database_that_can_be_written(self):
        self.records.chmod(0o400)
        arguments = ("--listen", "127.0.0.1:0", "--users", self.records, *self.sealed, "--keep-tickets")
        done = run("serve", *arguments, preexec_fn=without(self, DAC_OVERRIDE))
        self.assertEqual(done.code, IO, done)
        self.assertRegex(done.errors, "Cannot write .*users.db")

    def test_damaged_keys_are_said(self):
        server = self.serve("--keep-tickets")
        server.stop()
        with sqlite3.connect(self.records) as database:
            database.execute("UPDATE ticket_keys SET made = made + 1")
        database.close()
        arguments = ("--listen", "127.0.0.1:0", "--users", self.records, *self.sealed, "--keep-tickets")
        done = run("serve", *arguments)
        self.assertEqual(done.code, IO, done)
        self.assertRegex(done.errors, "ticket keys are damaged")


if __name__ == "__main__":
    main()
