#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: lookups_test.py PAWL LOOKUPS VALGRIND. To look a user up takes as many instructions whoever it is.

valgrind counts the instructions of LOOKUPS for users who are enrolled, disabled, removed or unknown, in a database and in
a directory. In a database they may differ by what comparing another name costs, and in a directory by the text of a file,
which is shorter for a key than for a password. The control is a store that does nothing for somebody it does not find,
which must be seen.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PAWL, LOOKUPS, VALGRIND = (pathlib.Path(path).absolute() for path in sys.argv[1:4])
PATIENCE = 120
# Users of as many letters, and in which state they are.
KEYS = {"alice": "enabled", "bruno": "disabled", "carla": "removed"}
PASSWORDS = {"diana": "enabled", "enzo5": "disabled"}
UNKNOWN = ("aaaaa", "bobby", "nobdy", "zzzzz")
# Of all instructions.
AT_MOST_IN_A_DATABASE, AT_MOST_IN_A_DIRECTORY = 0.02, 0.05


def user(store, *arguments, key=()):
    sealed = ("--store-key", *key) if key else ()
    subprocess.run([PAWL, "user", *arguments, "--users", store, *sealed], check=True, capture_output=True, timeout=PATIENCE)


def make(store, home, key=()):
    (home / "password").write_text("correct horse\n")
    for name in KEYS:
        user(store, "add", name, "--raw-key", "--mode", "psk", "--credential", home / f"{store.name}.{name}", key=key)
    for name in PASSWORDS:
        user(store, "add", name, "--password-file", home / "password", key=key)
    for name, state in (KEYS | PASSWORDS).items():
        if state != "enabled":
            user(store, state.removesuffix("d"), name, key=key)


def instructions(store, name, home, key=()):
    command = [VALGRIND, "--tool=callgrind", "--toggle-collect=counted_look_up", f"--callgrind-out-file={home}/out"]
    done = subprocess.run([*command, LOOKUPS, store, name, *key], check=True, capture_output=True, text=True, timeout=PATIENCE)
    return done.stdout.strip(), int(re.search(r"Collected : (\d+)", done.stderr)[1])


class LookUps(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.home = pathlib.Path(directory.name)

    def counts(self, store, key=()):
        found = {}
        for name in (*KEYS, *PASSWORDS, *UNKNOWN):
            said, found[name] = instructions(store, name, self.home, key)
            enabled = (KEYS | PASSWORDS).get(name) == "enabled"
            self.assertEqual(said, "found" if enabled else "not found", name)
        return found

    def assert_the_same(self, counts, at_most):
        least, most = min(counts.values()), max(counts.values())
        print(f"{self.id()}: {counts}, {most / least - 1:.2%} apart")
        self.assertGreater(least, 10_000)
        self.assertLess(most / least - 1, at_most)

    def test_in_a_database(self):
        store = self.home / "users.db"
        make(store, self.home)
        self.assert_the_same(self.counts(store), AT_MOST_IN_A_DATABASE)

    def test_in_a_sealed_database(self):
        store, key = self.home / "users.db", (self.home / "key",)
        subprocess.run([PAWL, "user", "key", *key], check=True, capture_output=True, timeout=PATIENCE)
        make(store, self.home, key)
        self.assert_the_same(self.counts(store, key), AT_MOST_IN_A_DATABASE)

    def test_in_a_directory(self):
        store = self.home / "records"
        make(store, self.home)
        self.assert_the_same(self.counts(store), AT_MOST_IN_A_DIRECTORY)

    def test_a_planted_difference_is_seen(self):
        store = self.home / "users.db"
        make(store, self.home)
        counts = {name: instructions(f"naive:{store}", name, self.home)[1] for name in ("alice", "nobdy")}
        with self.assertRaises(AssertionError):
            self.assert_the_same(counts, AT_MOST_IN_A_DIRECTORY)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[4:], verbosity=2)
