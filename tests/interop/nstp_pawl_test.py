#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl` at both ends of NSTP, and the line between the two protocols; see nstp_programs.py."""

import json
import shutil
import socket
import subprocess
import unittest

import nstp_peer as nstp
from nstp_peer import ANSWER
from nstp_programs import HOME, PAWL, TEXTS, Serving, enroll, enroll_users, run
from programs import PATIENCE, connecting


class Programs(unittest.TestCase):
    """The program with itself, and the line between the two protocols."""

    def serving(self, *options):
        server = Serving(*options)
        self.addCleanup(server.end)
        return server

    def connect(self, address, *options):
        return run("connect", address, "--user", "alice", "--password-file", HOME / "password", *options)

    def test_both_ends(self):
        done = self.connect(self.serving("--nstp").address, "--nstp", "--count", "2")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(done.stdout, b"".join(ANSWER + text + b"\n" for text in TEXTS[:2]))

    def test_json(self):
        done = self.connect(self.serving("--nstp").address, "--nstp", "--count", "1", "--json")
        events = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([event["event"] for event in events], ["warning", "connected", "established", "sent", "message", "closed"])

    def test_wrong_password_and_unknown_user(self):
        server = self.serving("--nstp")
        for options in (("--password-file", HOME / "wrong", "--user", "alice"),
                        ("--password-file", HOME / "password", "--user", "mallory")):
            done = run("connect", server.address, "--nstp", *options)
            self.assertEqual((done.returncode, done.stdout), (3, b""), done)

    def test_a_client_of_version_2_meets_a_server_of_nstp(self):
        done = self.connect(self.serving("--nstp").address, "--mode", "psk", "--count", "1")
        self.assertEqual(done.returncode, 5, done)
        self.assertIn(b"If an NSTP server listens there, connect with --nstp.", done.stderr)

    def test_a_client_of_version_2_meets_the_published_server(self):
        options = ["--user", "alice", "--password-file", HOME / "password", "--mode", "psk"]
        with connecting(PAWL, *options, stdin=b"") as (sock, result):
            self.assertEqual(nstp.read(sock, 17)[:2], b"\0\2")
            sock.sendall(b"\xa0" + bytes(7))
            code, _, err = result()
        self.assertEqual(code, 11, err)
        self.assertIn(b"If an NSTP server listens there, connect with --nstp.", err)

    def test_a_client_of_nstp_meets_a_server_of_version_2(self):
        server = self.serving()
        done = self.connect(server.address, "--nstp")
        self.assertEqual(done.returncode, 5, done)
        self.assertIn(b"connect without --nstp", done.stderr)
        server.said("malformed. It may speak NSTP, which is served with --nstp")

    def test_records_of_one_protocol_are_none_of_the_other(self):
        records = HOME / "records"
        enroll("carol", "--credential", HOME / "carol.toml")
        shutil.copy(records / "carol.toml", records / "carol.nstp")
        shutil.copy(records / "alice.nstp", records / "alice.toml")
        self.addCleanup((records / "alice.toml").unlink)
        old = self.serving("--nstp")
        done = run("connect", old.address, "--nstp", "--user", "carol", "--password-file", HOME / "password")
        self.assertEqual(done.returncode, 5, done)
        old.said('Warning: .*carol.nstp.*format must be "pawl nstp record 1"')
        new = self.serving()
        done = self.connect(new.address, "--mode", "psk", "--count", "1", "--no-wait")
        self.assertEqual(done.returncode, 8, done)
        new.said('Warning: .*alice.toml.*format must be "pawl record 1"')

    def test_device_salts(self):
        salt = "a0a1a2a3a4a5a6a7a8a9aaab"
        enroll("dora", "--nstp", "--device-salt", salt)
        login = ("--nstp", "--user", "dora", "--password-file", HOME / "password", "--count", "1")
        server = self.serving("--nstp", "--device-salt", salt)
        self.assertEqual(run("connect", server.address, *login, "--device-salt", salt).returncode, 0)
        self.assertEqual(run("connect", server.address, *login).returncode, 3)
        other = self.serving("--nstp")
        self.assertEqual(run("connect", other.address, *login, "--device-salt", salt).returncode, 5)
        other.said("Warning: .*dora.nstp.*another device salt")

    def test_wrong_arguments(self):
        address, user = "127.0.0.1:1", ("--user", "alice", "--password-file", HOME / "password")
        for arguments in (
            ("connect", address, "--nstp", *user, "--device-salt", "0102"),
            ("connect", address, "--nstp", *user, "--device-salt", "not hexadecimal!"),
            ("connect", address, "--nstp", *user, "--mode", "psk"),
            ("connect", address, "--nstp", *user, "--file", HOME / "password"),
            ("connect", address, "--nstp", "--credential", HOME / "password"),
            ("connect", address, *user, "--device-salt", "0102030405060708"),
            ("serve", "--nstp", "--save", HOME),
            ("enroll", "erin", "--nstp", "--raw-key"),
            ("enroll", "erin", "--nstp", "--mode", "psk"),
        ):
            with self.subTest(arguments=arguments):
                done = run(*arguments)
                self.assertEqual(done.returncode, 2, done)
                self.assertIn(b"Error: ", done.stderr)

    def test_a_server_without_records(self):
        done = run("serve", "--nstp", "--listen", "127.0.0.1:0", "--records", HOME / "none")
        self.assertEqual(done.returncode, 9, done)
        self.assertIn(b"with --nstp for a server of NSTP", done.stderr)

    def test_the_default_port(self):
        # Whoever has the port on one address has it taken from those who want it on all.
        with socket.create_server(("127.77.0.1", 8080)) as listener:
            done = run("serve", "--nstp", "--records", HOME / "records")
            self.assertEqual(done.returncode, 10, done)
            self.assertIn(b"Cannot listen on port 8080: it is in use", done.stderr)
            command = [PAWL, "connect", "127.77.0.1", "--nstp", "--user", "alice", "--password-file", HOME / "password"]
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
                listener.settimeout(PATIENCE)
                sock, _ = listener.accept()
                self.assertEqual(nstp.read(sock, 6), b"\5alice")
                sock.close()
                process.communicate(timeout=PATIENCE)
                self.assertEqual(process.returncode, 5)


if __name__ == "__main__":
    enroll_users()
    unittest.main(verbosity=2)
