# SPDX-License-Identifier: Apache-2.0
"""The program `pawl` as the tests run it, and the users they run it with."""

import contextlib
import pathlib
import re
import socket
import subprocess
import tomllib

from pawl_keys import PAKE, PASSWORD, PSK, PSK_ECDHE, RAW_KEY, Credential

PATIENCE = 60  # seconds; what goes well takes a fraction of it, even under sanitizers
MODES = {"psk": PSK, "psk_ecdhe": PSK_ECDHE, "pake": PAKE}
KINDS = {"password": PASSWORD, "raw_key": RAW_KEY}
FLOWS = [(kind, mode) for kind in KINDS for mode in MODES if (kind, mode) != ("raw_key", "pake")]


class User:
    """One user of the program. `credential` is this peer's, whichever side it plays."""

    PASSWORD = b"a long and windy road"

    def __init__(self, pawl, home, kind, mode):
        self.name = f"{kind}-{mode}"
        self.file = home / (self.name + ".toml")
        self.password_file = home / "password"
        self.password_file.write_bytes(self.PASSWORD + b"\n")
        command = [pawl, "enroll", self.name, "--mode", mode, "--records", home / "records", "--credential", self.file]
        command += ["--raw-key"] if kind == "raw_key" else ["--password-file", self.password_file]
        subprocess.run(command, check=True, timeout=3 * PATIENCE, capture_output=True)
        credential = tomllib.loads(self.file.read_text())
        (record_file,) = (f for f in (home / "records").glob("*.toml") if f'"{self.name}"' in f.read_text())
        record = tomllib.loads(record_file.read_text())
        self.credential = self.read(credential, record)

    def read(self, credential, record):
        """What the program has derived; for a password, derived here as well."""
        psk, w1 = bytes.fromhex(credential["psk"]), bytes.fromhex(credential.get("w1", ""))
        verifier, salt = bytes.fromhex(record.get("verifier", "")), bytes.fromhex(record.get("salt", ""))
        name, kind, mode = self.name.encode(), KINDS[record["kind"]], MODES[record["mode"]]
        iterations = record.get("iterations", 0)
        blinds = [bytes.fromhex(record[field]) if field in record else None for field in ("w0", "w0m", "w0n")]
        assert credential.get("w0") == record.get("w0")
        stored = Credential(name, kind, mode, psk, w1 or None, verifier or None, iterations, salt, *blinds)
        if kind == PASSWORD:
            derived = Credential.from_password(name, self.PASSWORD, mode, iterations, salt)
            assert vars(derived) == vars(stored), f"derived {vars(derived)}, but the program {vars(stored)}"
        return stored

    def login(self):
        """The options with which the program connects as this user."""
        return ["--credential", self.file]


@contextlib.contextmanager
def serving(pawl, home, *options):
    """Runs `pawl serve` and gives its port; at the end it must stop when asked to."""
    command = [pawl, "serve", "--listen", "127.0.0.1:0", "--records", home / "records", *options]
    log = home / "serve.log"
    with log.open("wb") as stderr, subprocess.Popen(command, stderr=stderr) as process:
        try:
            yield wait_for_port(process, log)
            process.terminate()
            process.wait(PATIENCE)
        finally:
            process.kill()


def wait_for_port(process, log: pathlib.Path):
    for _ in range(100 * PATIENCE):
        if found := re.search(rb"Listening on port (\d+)", log.read_bytes()):
            return int(found[1])
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.01)
            break
    raise AssertionError(f"pawl serve did not start: {log.read_text()}")


def listen(udp):
    if not udp:
        return socket.create_server(("127.0.0.1", 0))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    return sock


def accept(listener):
    """A connection to the first that calls. Of datagrams none is taken."""
    if listener.type == socket.SOCK_STREAM:
        return listener.accept()[0]
    listener.connect(listener.recvfrom(1, socket.MSG_PEEK)[1])
    return listener.dup()


@contextlib.contextmanager
def connecting(pawl, *options, stdin=None, udp=False):
    """Runs `pawl connect` towards a socket of this process; gives the socket and a function that waits for its end.

    That function gives exit code, standard output and standard error. Without `stdin` the input stays open.
    """
    with listen(udp) as listener:
        listener.settimeout(PATIENCE)
        server = f"127.0.0.1:{listener.getsockname()[1]}"
        no_wait = [] if "--nstp" in options else ["--no-wait"]
        command = [pawl, "connect", server, *no_wait, *options, *(["--udp"] if udp else [])]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:

            def result():
                out, err = process.communicate(timeout=PATIENCE)
                return process.returncode, out, err

            try:
                if stdin is not None:
                    process.stdin.write(stdin)
                    process.stdin.close()
                    process.stdin = None
                with accept(listener) as sock:
                    sock.settimeout(PATIENCE)
                    yield sock, result
            finally:
                process.kill()
