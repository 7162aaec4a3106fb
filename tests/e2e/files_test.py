#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files that replace files: many enrolments at once, places that cannot be written, owners, modes and links."""

import concurrent.futures
import json
import os
import subprocess

from harness import AUTHENTICATION, BUSY, IO, OK, TestCase, main, reply, run
from rights import obeying_permissions

RAW_KEY = ("--raw-key", "--mode", "psk")
AT_ONCE = 40


class Enrolling(TestCase):
    def setUp(self):
        super().setUp()
        self.client_side = self.home / "client side"
        self.client_side.mkdir()
        self.credential = self.client_side / "alice.toml"

    def try_to_enroll(self, credential=None, records=None, **options):
        places = ("--records", records or self.records, "--credential", credential or self.credential)
        return run("enroll", "alice", *RAW_KEY, "--json", *places, **options)

    def enroll_anew(self, **options):
        done = self.try_to_enroll(**options)
        self.assertEqual(done.code, OK, done)
        return json.loads(done.output.splitlines()[-1])["generation"]

    def log_in(self, credential=None, **options):
        login = ("--credential", credential or self.credential)
        return run("connect", self.server(**options).address, *login, "--no-wait", stdin=b"hi")

    def assert_logs_in(self, credential=None, **options):
        self.assert_result(self.log_in(credential, **options), OK, reply(b"hi"))

    def contents(self):
        return {path: path.read_bytes() for path in self.home.rglob("*") if path.is_file()}


class AtOnce(Enrolling):
    def enroll_at_once(self, credentials):
        """The credential file of each generation."""
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            generations = list(pool.map(lambda file: self.enroll_anew(credential=file), credentials))
        self.assertEqual(sorted(generations), list(range(1, AT_ONCE + 1)))
        return dict(zip(generations, credentials))

    def test_with_one_credential_file(self):
        self.enroll_at_once([self.credential] * AT_ONCE)
        self.assert_logs_in()

    def test_with_two_credential_files(self):
        other = self.client_side / "other.toml"
        last = self.enroll_at_once([self.credential, other] * (AT_ONCE // 2))[AT_ONCE]
        self.assert_logs_in(last)
        stale = other if last == self.credential else self.credential
        self.assertEqual(self.log_in(stale).code, AUTHENTICATION)

    def test_while_a_client_logs_in(self):
        self.enroll_anew()
        server = self.server()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            enrolments = [pool.submit(self.enroll_anew) for _ in range(10)]
            while not all(each.done() for each in enrolments):
                done = run("connect", server.address, "--credential", self.credential, "--count", "1")
                self.assertIn(done.code, (OK, AUTHENTICATION), "both files were whole, if not of one enrolment")
        self.assert_logs_in()


class TheSecondFile(Enrolling):
    """It cannot be written: nothing is changed, and the login that worked still works."""

    def assert_nothing_changes(self, credential, hint, **options):
        self.enroll_anew()
        before = self.contents()
        done = self.try_to_enroll(credential, **options)
        self.assertEqual(done.code, IO, done)
        self.assertRegex(json.loads(done.output.splitlines()[-1])["text"], f"Cannot write '{credential}': {hint}")
        self.assertEqual(self.contents(), before)
        self.assert_logs_in()

    def mounted(self, options):
        """A file system of a kind that the test chooses."""
        place = self.home / "mounted"
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
            self.skipTest("no file system can be mounted here")
        self.addCleanup(subprocess.run, ["umount", place], check=True)
        return place

    def test_no_directory(self):
        self.assert_nothing_changes(self.home / "missing" / "c.toml", "No such file or directory.*must exist")

    def test_a_directory_without_permission(self):
        place = self.home / "closed"
        place.mkdir(mode=0o500)
        self.assert_nothing_changes(place / "c.toml", "Permission denied", preexec_fn=obeying_permissions(self))

    def test_a_file_system_that_is_read_only(self):
        self.assert_nothing_changes(self.mounted("ro") / "c.toml", "Read-only file system")

    def test_a_file_system_that_is_full(self):
        place = self.mounted("size=4k")
        (place / "rest").write_bytes(bytes(4096))
        self.assert_nothing_changes(place / "c.toml", "No space left on device. Make room")
        self.assertEqual(os.listdir(place), ["rest"])

    def test_a_credential_that_must_not_change(self):
        place = self.home / "immutable"
        place.mkdir()
        kept = place / "alice.toml"
        self.enroll_anew(credential=kept)
        if subprocess.run(["chattr", "+i", kept], capture_output=True).returncode != 0:
            self.skipTest("no file can be made immutable here")
        self.addCleanup(subprocess.run, ["chattr", "-i", kept], check=True)
        before = self.contents()
        done = self.try_to_enroll(kept)
        self.assert_result(done, IO)
        self.assertRegex(json.loads(done.output.splitlines()[-1])["text"], f"Cannot write '{kept}': .*Nothing was done")
        self.assertEqual(self.contents(), before)
        self.assert_logs_in(kept)


class WhatStays(Enrolling):
    def setUp(self):
        super().setUp()
        self.enroll_anew()
        self.record = self.records / "alice.toml"

    def test_owner_group_and_mode(self):
        if os.geteuid() != 0:
            self.skipTest("only root can give a file away")
        os.chown(self.record, 4711, 4712)
        self.record.chmod(0o640)
        os.chown(self.credential, 4713, 4714)
        self.enroll_anew()
        status = self.record.stat()
        self.assertEqual((status.st_uid, status.st_gid, status.st_mode & 0o7777), (4711, 4712, 0o640))
        status = self.credential.stat()
        self.assertEqual((status.st_uid, status.st_gid, status.st_mode & 0o7777), (4713, 4714, 0o600))

    def test_what_root_makes_belongs_to_whom_the_directory_belongs(self):
        if os.geteuid() != 0:
            self.skipTest("only root can give a file away")
        os.chown(self.records, 4711, 4712)
        done = run("enroll", "bob", *RAW_KEY, "--records", self.records, "--credential", self.client_side / "bob.toml")
        self.assertEqual(done.code, OK, done)
        status = (self.records / "bob.toml").stat()
        self.assertEqual((status.st_uid, status.st_gid, status.st_mode & 0o7777), (4711, 4712, 0o600))

    def test_symbolic_links(self):
        elsewhere = self.home / "elsewhere"
        elsewhere.mkdir()
        for file in (self.record, self.credential):
            file.rename(elsewhere / file.parent.name.replace(" ", "-"))
            file.symlink_to(elsewhere / file.parent.name.replace(" ", "-"))
        before = {path: path.read_bytes() for path in elsewhere.iterdir()}
        self.enroll_anew()
        self.assertTrue(self.record.is_symlink() and self.credential.is_symlink())
        for path, content in before.items():
            self.assertNotEqual(path.read_bytes(), content, "it keeps a secret that is dead")
        self.assertEqual(set(elsewhere.iterdir()), set(before))
        self.assert_logs_in()

    def test_a_link_that_leads_nowhere_yet(self):
        self.credential.unlink()
        self.credential.symlink_to(self.home / "new.toml")
        self.enroll_anew()
        self.assertTrue(self.credential.is_symlink())
        self.assert_logs_in(self.home / "new.toml")


class TheServersSide(Enrolling):
    def setUp(self):
        super().setUp()
        self.enroll_anew()

    def test_it_writes_nothing_into_its_records(self):
        self.records.chmod(0o500)
        self.assert_logs_in(preexec_fn=obeying_permissions(self))

    def test_a_record_that_it_cannot_read_is_no_wrong_password(self):
        server = self.server(preexec_fn=obeying_permissions(self))
        record = self.records / "alice.toml"
        record.chmod(0)
        login = (server.address, "--credential", self.credential, "--no-wait")
        for _ in range(5):
            self.assert_result(run("connect", *login, stdin=b"hi"), BUSY, b"", "^Error: The server is busy")
        server.await_error_line(f"Warning: Cannot read '{record}': Permission denied")
        server.await_error_line("Refused alice from .*its user could not be looked up")
        record.chmod(0o600)
        self.assert_result(run("connect", *login, stdin=b"hi"), OK, reply(b"hi"))


if __name__ == "__main__":
    main()
