# SPDX-License-Identifier: Apache-2.0
"""What the tests of NSTP have in common: two users, alice and bob, and a running `pawl serve`.

Usage of each of the scripts: nstp_PART_test.py PAWL VECTORS [TEST...]. The names W1 to W12 in them are those of the table in
SECURITY.md.
"""

import atexit
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import nstp_peer as nstp
from programs import PATIENCE, wait_for_port

PAWL, VECTORS = sys.argv[1:3]
del sys.argv[1:3]
PASSWORD = b"a long and windy road"
TEXTS = [b"Hello server! Message #%d" % i for i in range(5)]
PSK = nstp.derive(PASSWORD, b"alice")
HOME = pathlib.Path(tempfile.mkdtemp(prefix="pawl-"))
atexit.register(shutil.rmtree, HOME)


def run(*arguments):
    return subprocess.run([PAWL, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=3 * PATIENCE)


def enroll(user, *options):
    done = run("enroll", user, "--records", HOME / "records", "--password-file", HOME / "password", *options)
    assert done.returncode == 0, done


def enroll_users():
    (HOME / "password").write_bytes(PASSWORD + b"\n")
    (HOME / "wrong").write_bytes(b"another password\n")
    enroll("alice", "--nstp")
    enroll("bob", "--nstp")


class Serving:
    """A running `pawl serve`."""

    def __init__(self, *options):
        self.log = HOME / f"serve-{time.monotonic_ns()}.log"
        command = [PAWL, "serve", "--listen", "127.0.0.1:0", "--records", HOME / "records", *options]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output)
        self.port = wait_for_port(self.process, self.log)
        self.address = f"127.0.0.1:{self.port}"

    def said(self, pattern):
        """Waits until it has said this, and gives it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := re.search(pattern, self.log.read_text()):
                return found
            time.sleep(0.01)
        raise AssertionError(f"no {pattern!r} in {self.log.read_text()!r}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def end(self):
        self.process.kill()
        self.process.wait(PATIENCE)
