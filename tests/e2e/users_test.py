#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl user`, on a database and on a directory of files, and what servers make of it while they run."""

import concurrent.futures
import json
import os
import random
import resource
import signal
import sqlite3
import stat
import subprocess
import time

from harness import AUTHENTICATION, IO, LOST, OK, PAWL, USAGE, TestCase, main, reply, run
from rights import obeying_permissions

WITHIN = 15  # seconds; a server looks every five
RAW_KEY = ("--raw-key", "--mode", "psk")


class Users(TestCase):
    NAME = "users.db"

    def setUp(self):
        super().setUp()
        self.records = self.home / self.NAME

    def user(self, command, *arguments, code=OK, **options):
        done = run("user", command, *arguments, "--users", self.records, **options)
        self.assertEqual(done.code, code, done)
        return done

    def add(self, name):
        credential = self.home / f"{name}.credential"
        self.user("add", name, *RAW_KEY, "--credential", credential)
        return credential

    def listed(self, *options):
        """{name: (generation, state)}"""
        lines = self.user("list", "--json", *options).output.splitlines()
        return {user["user"]: (user["generation"], user["state"]) for user in map(json.loads, lines)}

    def log_in(self, server, credential, code=OK):
        done = run("connect", server.address, "--credential", credential, "--count", "1")
        self.assertEqual(done.code, code, done)

    def open_session(self, server, credential):
        client = self.client(server.address, credential)
        client.say(b"hi")
        self.assertEqual(client.line() + b"\n", reply(b"hi"))
        return client


class Commands(Users):
    def test_a_user_from_the_first_day_to_the_last(self):
        self.add("alice")
        self.user("add", "bob", "--password-file", self.password())
        self.assertEqual(self.listed(), {"alice": (1, "enabled"), "bob": (1, "enabled")})
        self.user("passwd", "bob", "--password-file", self.password(b"another"))
        self.user("disable", "bob")
        self.assertEqual(self.listed()["bob"], (3, "disabled"))
        self.user("passwd", "bob", "--password-file", self.password(b"a third"))
        self.assertEqual(self.listed()["bob"], (4, "disabled"))
        self.user("enable", "bob")
        self.user("enable", "bob")
        self.assertEqual(self.listed()["bob"], (5, "enabled"))
        self.user("remove", "bob")
        self.assertEqual(self.listed(), {"alice": (1, "enabled")})
        self.user("add", "bob", "--password-file", self.password())
        self.assertEqual(self.listed()["bob"], (7, "enabled"), "it goes on")

    def test_enroll_is_the_short_way(self):
        credential = self.enroll("alice")
        self.user("disable", "alice")
        done = run("enroll", "alice", *RAW_KEY, "--users", self.records, "--credential", credential)
        self.assert_result(done, OK, errors="still disabled")
        self.assertEqual(self.listed()["alice"], (3, "disabled"))

    def test_a_table(self):
        self.add("alice")
        self.add("J\u00fcrgen")
        lines = self.user("list").output.decode().splitlines()
        self.assertEqual(lines[0].split(), ["USER", "KIND", "MODE", "GENERATION", "STATE"])
        self.assertEqual(lines[1].split(), ["J\u00fcrgen", "raw_key", "psk", "1", "enabled"])
        self.assertEqual({line.index(word) for line, word in zip(lines, ("KIND", "raw", "raw"))}, {8})

    def test_what_is_shown_is_not_secret(self):
        self.user("add", "alice", "--password-file", self.password())
        for options in ((), ("--json",), ("--verbose",)):
            shown = self.user("show", "alice", *options)
            self.assertRegex(shown.output, b"alice")
            self.assertRegex(shown.output, b"600000")
            self.assertNotRegex(shown.output + shown.errors.encode(), b"[0-9a-f]{16}")

    def test_a_password_needs_no_file_and_a_key_does(self):
        self.user("add", "alice", "--password-file", self.password(), cwd=self.home)
        self.user("add", "sensor", "--raw-key", cwd=self.home)
        self.assertEqual([path.name for path in self.home.glob("*.toml")], ["sensor.credential.toml"])
        server = self.server()
        login = ("--user", "alice", "--password-file", self.password(), "--count", "1")
        self.assert_result(run("connect", server.address, *login), OK)

    def test_what_is_refused(self):
        self.add("alice")
        before = self.listed()
        for arguments, hint in {
            ("add", "alice", *RAW_KEY): "There is a user alice",
            ("add", "a\x1b[31m", "--raw-key"): r"\\x1B",
            ("add", "", "--raw-key"): "1 to 128",
            ("passwd", "alice", "--password-file", "x"): "a random key and no password",
            ("passwd", "bob", "--password-file", "x"): "There is no user bob",
            ("show", "bob\n"): r"There is no user bob\\x0A",
            ("disable", "bob"): "There is no user bob",
            ("remove", ""): "There is no user",
            ("enable",): "USER",
            ("lose", "bob"): "lose",
        }.items():
            with self.subTest(arguments):
                done = self.user(*arguments, code=USAGE, cwd=self.home)
                self.assertRegex(done.errors, f"^Error: .*{hint}")
                self.assertNotIn("\x1b", done.errors)
                self.assertEqual(done.output, b"")
        self.assertEqual(self.listed(), before)

    def test_moving_them(self):
        self.add("alice")
        self.add("bob")
        self.user("disable", "bob")
        moved = self.home / "moved"
        self.user("export", moved)
        self.assertEqual(stat.S_IMODE(moved.stat().st_mode), 0o700)
        for file in moved.iterdir():
            self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600, file)
        for place in ("other.db", "other"):
            run("user", "import", moved, "--users", self.home / place)
            done = run("user", "list", "--json", "--users", self.home / place)
            self.assertEqual([json.loads(line)["generation"] for line in done.output.splitlines()], [1, 2], done)
        self.user("remove", "alice")
        self.add("alice")
        self.assertRegex(self.user("import", moved, code=USAGE).errors, "another user alice .*--replace")
        self.assertEqual(self.listed()["alice"], (3, "enabled"))
        self.user("import", moved, "--replace")
        self.assertEqual(self.listed()["alice"], (4, "enabled"))
        self.assertRegex(self.user("import", self.home / "none", code=IO).errors, "no users in .*none")

    def test_nobody_to_show(self):
        self.assertRegex(self.user("list", code=IO).errors, "There are no users in")
        self.user("show", "alice", code=USAGE)
        self.assertFalse(self.records.exists(), "who looks makes nothing")

    def test_standard_output_is_full(self):
        self.add("alice")
        for options in ((), ("--json",)):
            with open("/dev/full", "wb") as full:
                done = run("user", "list", *options, "--users", self.records, stdout=full)
            self.assert_result(done, IO, errors="standard output")

    def test_many_in_a_slow_pipe(self):
        self.add("alice")
        self.assertIn("alice", self.listed())
        command = [PAWL, "user", "list", "--users", self.records]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            time.sleep(0.1)
            self.assertEqual(len(process.stdout.readlines()), 2)
            self.assertEqual(process.wait(), OK)


class CommandsOnFiles(Commands):
    NAME = "records"

    def test_only_the_record_of_a_user_who_is_kept_out_has_the_second_format(self):
        self.add("alice")
        self.assertIn('format = "pawl record 1"', (self.records / "alice.toml").read_text())
        self.user("disable", "alice")
        self.assertIn('format = "pawl record 2"', (self.records / "alice.toml").read_text())


class Running(Users):
    """Servers notice every change without a restart."""

    def test_logins(self):
        server = self.server_of_bob()
        alice = self.add("alice")
        self.log_in(server, alice)
        self.user("disable", "alice")
        self.log_in(server, alice, AUTHENTICATION)
        self.user("enable", "alice")
        self.log_in(server, alice)
        self.user("remove", "alice")
        self.log_in(server, alice, AUTHENTICATION)

    def server_of_bob(self):
        self.bob = self.add("bob")
        return self.server()

    def assert_ends(self, client):
        started = time.monotonic()
        done = client.wait(input_goes_on=True)
        self.assertLess(time.monotonic() - started, WITHIN)
        self.assert_result(done, LOST, b"", "^Error: The server ended the session")

    def test_open_sessions(self):
        server = self.server_of_bob()
        others = self.open_session(server, self.bob)
        credentials = {name: self.add(name) for name in ("disabled", "removed", "anew", "twice")}
        self.user("add", "word", "--password-file", self.password(), "--credential", self.home / "word")
        credentials["word"] = self.home / "word"
        clients = [self.open_session(server, credential) for credential in credentials.values()]
        self.user("disable", "disabled")
        self.user("remove", "removed")
        run("enroll", "anew", *RAW_KEY, "--users", self.records, "--credential", credentials["anew"])
        self.user("disable", "twice")
        self.user("enable", "twice")
        self.user("passwd", "word", "--password-file", self.password(b"another"))
        for client in clients:
            self.assert_ends(client)
        others.say(b"still here")
        self.assertEqual(others.line() + b"\n", reply(b"still here"))

    def test_two_servers_of_one_store(self):
        first = self.server_of_bob()
        second = self.server()
        alice = self.add("alice")
        clients = [self.open_session(server, alice) for server in (first, second)]
        self.user("disable", "alice")
        for server in (first, second):
            self.log_in(server, alice, AUTHENTICATION)
        for client in clients:
            self.assert_ends(client)

    def test_a_store_that_cannot_be_read_ends_no_session(self):
        server = self.server_of_bob()
        client = self.open_session(server, self.bob)
        self.make_unreadable()
        time.sleep(6)  # one look of the server
        client.say(b"still here")
        self.assertEqual(client.line() + b"\n", reply(b"still here"))

    def make_unreadable(self):
        self.records.rename(self.home / "away")
        self.records.symlink_to(self.NAME)


class RunningOnFiles(Running):
    NAME = "records"


class Tickets(Users):
    """A ticket is worth nothing once anything about its user has changed."""

    def setUp(self):
        super().setUp()
        self.credential = self.home / "alice.credential"
        self.login = ("--credential", self.credential)
        self.user("add", "alice", *RAW_KEY, *self.login)
        self.word = ("--user", "bob", "--password-file", self.password())
        self.user("add", "bob", "--password-file", self.password())
        self.ticket = self.home / "ticket"
        self.running = self.server()

    def assert_comes(self, kind, login, code=OK):
        arguments = (self.running.address, "--json", "--ticket", self.ticket, "--count", "1", *login)
        done = run("connect", *arguments)
        events = [json.loads(line) for line in done.output.splitlines()]
        kinds = [event["kind"] for event in events if event["event"] == "established"]
        self.assertEqual((done.code, kinds), (code, [kind] if kind else []), done)

    def test_of_one_who_was_disabled(self):
        self.assert_comes("raw_key", self.login)
        self.assert_comes("ticket", self.login)
        kept = self.ticket.read_bytes()
        self.user("disable", "alice")
        self.assert_comes(None, self.login, AUTHENTICATION)
        self.user("enable", "alice")
        self.ticket.write_bytes(kept)
        self.assert_comes("raw_key", self.login)

    def test_of_one_with_another_password(self):
        self.assert_comes("password", self.word)
        self.assert_comes("ticket", self.word)
        kept = self.ticket.read_bytes()
        self.user("passwd", "bob", "--password-file", self.password(b"another"))
        self.ticket.write_bytes(kept)
        self.assert_comes("password", self.word)

    def test_of_one_who_was_removed_and_added_again(self):
        self.assert_comes("raw_key", self.login)
        kept = self.ticket.read_bytes()
        self.user("remove", "alice")
        self.user("add", "alice", *RAW_KEY, *self.login)
        self.ticket.write_bytes(kept)
        self.assert_comes("raw_key", self.login)


class TicketsOnFiles(Tickets):
    NAME = "records"


class AtOnce(Users):
    def test_writers_lose_nothing(self):
        names = [f"user{i}" for i in range(24)]
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            list(pool.map(self.add, names))
        self.assertEqual(self.listed(), {name: (1, "enabled") for name in names})

    def test_changes_of_one_user_all_count(self):
        self.add("alice")

        def change(number):
            self.user("passwd" if number % 3 == 0 else "disable" if number % 3 == 1 else "enable", *arguments(number))

        def arguments(number):
            return ("alice", "--password-file", self.home / "password") if number % 3 == 0 else ("alice",)

        self.user("remove", "alice")
        self.user("add", "alice", "--password-file", self.password())
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            list(pool.map(change, range(0, 12, 3)))
        self.assertEqual(self.listed()["alice"][0], 3 + 4)

    def test_killed_in_the_midst(self):
        """Whoever was told that a user was added finds the user, whenever another command was killed."""
        self.add("first")
        generator = random.Random(1)
        done = {"first"}
        maybe = set()
        for number in range(40):
            name = f"user{number}"
            command = [PAWL, "user", "add", name, *RAW_KEY, "--users", self.records, "--credential", self.home / name]
            with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
                time.sleep(generator.uniform(0, 0.03))
                process.kill()
                (done if process.wait() == OK else maybe).add(name)
        names = set(self.listed())
        self.assertLessEqual(done, names)
        self.assertLessEqual(names, done | maybe)
        self.assertTrue(maybe, "nobody was killed")
        self.add("last")
        self.check_file()

    def check_file(self):
        with sqlite3.connect(self.records) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])


class AtOnceOnFiles(AtOnce):
    NAME = "records"

    def check_file(self):
        pass  # list() has read every one


class TheFile(Users):
    """A database in every bad state."""

    def assert_refused(self, hint, *, serve=IO, **options):
        for command in (("user", "list"), ("user", "add", "eve", *RAW_KEY, "--credential", self.home / "eve")):
            done = run(*command, "--users", self.records, **options)
            self.assert_result(done, IO, b"", f"^Error: .*{hint}")
        done = run("serve", "--listen", "127.0.0.1:0", "--users", self.records, **options)
        self.assert_result(done, serve, b"", f"Error: .*{hint}")

    def test_no_database(self):
        for content in (b"text", bytes(4096), b"x" * 50_000_000):
            self.records.write_bytes(content)
            self.assert_refused("no database|another program")
            self.assertEqual(self.records.read_bytes(), content)

    def test_of_another_program(self):
        with sqlite3.connect(self.records) as database:
            database.execute("CREATE TABLE t (a)")
        self.assert_refused("database of another program")

    def test_of_a_newer_pawl(self):
        self.add("alice")
        with sqlite3.connect(self.records) as database:
            database.execute("PRAGMA user_version = 3")
        self.assert_refused("newer pawl made it, in version 3")

    def test_a_pipe(self):
        os.mkfifo(self.records)
        self.assert_refused("not a regular file")

    def test_missing_and_empty(self):
        for make in (lambda: None, self.records.touch):
            make()
            for command in (("user", "list"), ("serve", "--listen", "127.0.0.1:0")):
                self.assert_result(run(*command, "--users", self.records), IO, b"", "There are no users in")
        self.assertEqual(self.records.read_bytes(), b"")
        self.add("alice")
        self.assertIn("alice", self.listed())

    def test_locked(self):
        self.add("alice")
        with sqlite3.connect(self.records, isolation_level=None) as database:
            database.execute("BEGIN IMMEDIATE")
            started = time.monotonic()
            done = self.user("disable", "alice", code=IO)
            self.assertRegex(done.errors, "Cannot lock .*Another program uses it")
            self.assertLess(time.monotonic() - started, 30)
            self.assertEqual(self.listed()["alice"], (1, "enabled"), "whoever reads does not wait")
            database.execute("ROLLBACK")
        self.user("disable", "alice")

    def test_full_disk(self):
        self.add("alice")
        before = self.listed()

        def full():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

        credential = self.home / "bob.credential"
        done = self.user("add", "bob", *RAW_KEY, "--credential", credential, code=IO, preexec_fn=full)
        self.assertRegex(done.errors, "users.db.*Make room")
        self.assertFalse(credential.exists(), "both or neither")
        self.assertEqual(self.listed(), before)
        self.add("bob")

    def test_full_file_system(self):
        place = self.home / "mounted"
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", place]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
            self.skipTest("no file system can be mounted here")
        self.addCleanup(subprocess.run, ["umount", place], check=True)
        self.records = place / self.NAME
        added, done = set(), None
        while not done:
            name = f"user{len(added)}"
            result = run("user", "add", name, *RAW_KEY, "--credential", self.home / name, "--users", self.records)
            done = result if result.code != OK else None
            if not done:
                added.add(name)
        self.assert_result(done, IO, b"", "users.db.*Make room")
        self.assertEqual(set(self.listed()), added)
        self.assertGreater(len(added), 20)

    def test_one_that_may_only_be_read(self):
        self.add("alice")
        self.records.chmod(0o400)
        done = self.user("disable", "alice", code=IO, preexec_fn=obeying_permissions(self))
        self.assertRegex(done.errors, "Cannot write .*users.db")
        self.assertEqual(self.listed()["alice"], (1, "enabled"))

    def test_one_that_may_not_be_read(self):
        self.add("alice")
        self.records.chmod(0)
        done = self.user("list", code=IO, preexec_fn=obeying_permissions(self))
        self.assertRegex(done.errors, "Cannot read .*users.db.*Permission denied")

    def test_everybody_may_read_it(self):
        alice = self.add("alice")
        self.records.chmod(0o644)
        server = self.server()
        self.log_in(server, alice)
        server.await_error_line("Warning: .*users.db")

    def test_another_one_in_its_place(self):
        alice = self.add("alice")
        server = self.server()
        self.log_in(server, alice)
        other = self.home / "other.db"
        self.records, place = other, self.records
        bob = self.add("bob")
        other.rename(place)
        self.log_in(server, bob)
        self.log_in(server, alice, AUTHENTICATION)


class Sealed(Users):
    """Secrets under a key that is kept elsewhere."""

    def setUp(self):
        super().setUp()
        self.key = self.home / "store.key"
        self.assert_result(run("user", "key", self.key), OK, b"", "Keep a copy")
        self.sealed = ("--store-key", self.key)

    def test_it_serves(self):
        self.assertEqual(stat.S_IMODE(self.key.stat().st_mode), 0o600)
        credential = self.home / "alice.credential"
        self.user("add", "alice", *RAW_KEY, "--credential", credential, *self.sealed)
        server = self.server(*self.sealed)
        self.log_in(server, credential)
        self.assertEqual(set(self.listed(*self.sealed)), {"alice"})
        self.user("disable", "alice", *self.sealed)
        self.log_in(server, credential, AUTHENTICATION)

    def test_no_key_and_another_one(self):
        self.user("add", "alice", *RAW_KEY, "--credential", self.home / "alice", *self.sealed)
        other = self.home / "other.key"
        self.assert_result(run("user", "key", other), OK)
        for key, hint in ((), "is needed"), (("--store-key", other), "another store key"):
            for command in (("user", "list"), ("user", "disable", "alice"), ("serve", "--listen", "127.0.0.1:0")):
                done = run(*command, "--users", self.records, *key)
                self.assert_result(done, AUTHENTICATION, b"", f"Error: .*{hint}.*--store-key")

    def test_what_is_no_key(self):
        self.assert_result(run("user", "key", self.key), IO, b"", "there is a file already")
        directory = ("user", "add", "bob", *RAW_KEY, "--users", self.home / "records", *self.sealed)
        self.assert_result(run(*directory), AUTHENTICATION, b"", "directory of files cannot be sealed")
        self.key.chmod(0o644)
        self.assertRegex(self.user("list", *self.sealed, code=IO).errors, "everybody may read")
        self.key.chmod(0o600)
        self.key.write_text("secret")
        self.assertNotIn("secret", self.user("list", *self.sealed, code=IO).errors)
        self.key.unlink()
        self.assertRegex(self.user("list", *self.sealed, code=IO).errors, "Cannot read .*store.key")

    def test_sealing_those_who_are_there(self):
        alice = self.add("alice")
        moved, new = self.home / "moved", self.home / "new.db"
        self.user("export", moved)
        self.assert_result(run("user", "import", moved, "--users", new, *self.sealed), OK)
        self.records = new
        self.log_in(self.server(*self.sealed), alice)


class Places(TestCase):
    """Which users a command means if it is not told."""

    def where(self):
        done = run("enroll", "alice", *RAW_KEY, cwd=self.home)
        self.assertEqual(done.code, OK, done)
        return {path.name for path in self.home.iterdir()} - {"alice.credential.toml"}

    def test_a_database(self):
        self.assertEqual(self.where(), {"users.db"})

    def test_the_directory_of_before(self):
        self.records.mkdir()
        self.assertEqual(self.where(), {"records"})
        again = run("user", "import", "records", cwd=self.home)
        self.assert_result(again, USAGE, errors="--users users.db")
        self.assert_result(run("user", "import", "records", "--users", "users.db", cwd=self.home), OK)
        done = run("user", "show", "alice", "--json", cwd=self.home)
        self.assertEqual(json.loads(done.output)["record"], "users.db")


if __name__ == "__main__":
    main()
