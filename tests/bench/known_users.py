#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How well strangers can tell users who exist from users who do not, by the time that a server takes to answer a hello.

It asks for both in turn, in mode psk, which has no key exchange that would hide the difference, and prints the medians
and the area under the ROC curve: 0.5 is guessing, 1 is certain. The second figure is that of medians of so many hellos as
a stranger may patiently collect.

Example: tests/bench/known_users.py build/host/apps/pawl --hellos 1000
"""

import argparse
import pathlib
import random
import re
import socket
import statistics
import subprocess
import tempfile
import time

GROUP = 50
KINDS = {"raw_key": 4, "password": 0}  # the flag of a hello
MODES = {"psk": 1, "psk_ecdhe": 2, "pake": 3}


def hello(user, kind, mode):
    body = bytes([MODES[mode], KINDS[kind]]) + bytes.fromhex("1fff 0078") + random.randbytes(16) + bytes([len(user)]) + user
    return bytes.fromhex("00 02 01") + len(body).to_bytes(2, "big") + body


def answer_time(port, user, kind, mode):
    """Microseconds from the hello to the first byte of the answer."""
    with socket.create_connection(("127.0.0.1", port), 60) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = hello(user, kind, mode)
        time.sleep(0.001)  # the server has accepted, and waits
        start = time.perf_counter_ns()
        sock.sendall(request)
        answer = sock.recv(4096)
        taken = time.perf_counter_ns() - start
        if answer[:3] != bytes.fromhex("00 02 02"):
            raise SystemExit(f"no ServerHello: {answer.hex()}")
        return taken / 1000


def area(low, high):
    """The chance that one of `high` is the larger one, half of it where they are equal."""
    return sum((a < b) + (a == b) / 2 for a in low for b in high) / (len(low) * len(high))


def told_apart(one, other):
    value = area(one, other)
    return max(value, 1 - value)


def groups(times):
    return [statistics.median(times[i : i + GROUP]) for i in range(0, len(times) - GROUP + 1, GROUP)]


def measure(port, kind, mode, asked, hellos):
    # Each name as long as the other, and known to nobody's caches more than the other.
    users = {b"known": [], b"nobdy": []}
    for _ in range(hellos):
        for user in random.sample(list(users), 2):
            users[user].append(answer_time(port, user, kind, asked))
    known, unknown = users.values()
    medians = f"{statistics.median(known):7.1f} us known, {statistics.median(unknown):7.1f} us unknown"
    apart = f"{told_apart(known, unknown):.3f} by one hello, {told_apart(groups(known), groups(unknown)):.3f} by {GROUP}"
    print(f"{kind:8} of mode {mode:9} asked for {asked:9} {medians}; told apart {apart}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pawl", type=pathlib.Path)
    parser.add_argument("--hellos", type=int, default=500, help="of each user, for each kind and mode")
    options = parser.parse_args()
    for kind, mode, asked in (("raw_key", "psk", "psk"), ("password", "psk", "psk"), ("password", "pake", "psk")):
        with tempfile.TemporaryDirectory() as directory:
            home = pathlib.Path(directory)
            (home / "password").write_text("correct horse\n")
            way = ["--raw-key"] if kind == "raw_key" else ["--password-file", home / "password"]
            places = ["--records", home / "records"]
            enroll = [options.pawl, "enroll", "known", *way, "--mode", mode, "--credential", home / "c.toml", *places]
            subprocess.run(enroll, check=True, capture_output=True)
            command = [options.pawl, "serve", "--listen", "127.0.0.1:0", *places]
            with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
                try:
                    port = int(re.search(r"Listening on port (\d+)", server.stderr.readline())[1])
                    measure(port, kind, mode, asked, options.hellos)
                finally:
                    server.kill()


if __name__ == "__main__":
    main()
