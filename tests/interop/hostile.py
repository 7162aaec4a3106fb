# SPDX-License-Identifier: Apache-2.0
"""What the hostile peers have in common: users made by hand, and both sides of the program with what they must say."""

import contextlib
import functools
import itertools
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

from pawl_frames import FAILED, reject
from pawl_handshake import ClientHandshake, ServerHandshake
from pawl_keys import PAKE, PASSWORD, Credential
from pawl_peer import Connection
from programs import FLOWS, KINDS, MODES, PATIENCE, connecting

# Set by main() and setUpModule().
PAWL, HOME, CLEANUP, USERS = "", pathlib.Path(), contextlib.ExitStack(), {}
ECHO = b"Server received: "


def main():
    """Runs the tests, or those that match the patterns given. With --control they must fail, each of them."""
    global PAWL, PATIENCE
    PAWL, *patterns = sys.argv[1:]
    control = patterns[:1] == ["--control"]
    if control:
        PATIENCE = 1  # who takes for good what is not goes on, and has nothing to say
    selected = [option for pattern in patterns[control:] for option in ("-k", pattern)]
    program = unittest.main(argv=sys.argv[:1] + selected, exit=False)
    result = program.result
    print(f"{result.testsRun} tests, each of a rule that the peer breaks", file=sys.stderr)
    if not control:
        sys.exit(result.testsRun == 0 or not result.wasSuccessful())
    # What does not even get as far as a broken rule shows nothing.
    noticed = re.compile(r"^(AssertionError|pawl_frames\.|pawl_peer\.)", re.MULTILINE)
    ends = result.failures + result.errors
    failed = {getattr(test, "test_case", test).id() for test, text in ends if noticed.search(text)}
    if not failed or len(failed) < result.testsRun:
        sys.exit(f"only {len(failed)} of them fail")


def setUpModule():
    global HOME
    HOME = pathlib.Path(CLEANUP.enter_context(tempfile.TemporaryDirectory()))
    (HOME / "records").mkdir()
    for kind, mode in FLOWS:
        USERS[kind, mode] = User(f"{kind}-{mode}", kind, mode)


def tearDownModule():
    CLEANUP.close()


class User:
    """A user with the files of both sides, written here: no password is derived, which would take its time."""

    ITERATIONS, SALT = 600_000, bytes(range(16))

    def __init__(self, name, kind, mode):
        self.kind, self.mode, self.file = kind, mode, HOME / f"{name}.toml"
        of_password = (self.ITERATIONS, self.SALT) if kind == "password" else ()
        self.credential = Credential.derive(os.urandom(32), name.encode(), KINDS[kind], MODES[mode], *of_password)
        fields = {"user": name, "kind": kind, "mode": mode}
        if kind == "password":
            fields |= {"iterations": self.ITERATIONS, "salt": self.SALT}
        fields["psk"] = self.credential.psk
        own, record = self.of_the_mode()
        self.write(self.file, {"format": "pawl credential 1"} | fields | own)
        fields["generation"] = 1
        self.write(HOME / "records" / f"{name}.toml", {"format": "pawl record 1"} | fields | record)

    def of_the_mode(self):
        """What the files of both sides have in this mode alone."""
        own = self.credential
        if self.mode == "psk":
            return {}, {}
        if self.mode == "psk_ecdhe":
            return {"w1": own.w1}, {"verifier": own.verifier}
        blinds = {"w0": own.w0, "w0m": own.w0_m, "w0n": own.w0_n}
        return {"w1": own.w1, "w0": own.w0}, {"verifier": own.verifier} | blinds

    @staticmethod
    def write(path, fields):
        texts = {name: value.hex() if isinstance(value, bytes) else value for name, value in fields.items()}
        path.touch(mode=0o600)
        path.write_text("".join(f"{name} = {json.dumps(text)}\n" for name, text in texts.items()))


def pake_client(name, client):
    """One in mode pake that guesses at the password of somebody who is not enrolled in it."""

    def derive(*of_password):
        return Credential.derive(os.urandom(32), name.encode(), PASSWORD, PAKE, *of_password)

    return client(Credential(name.encode(), PASSWORD, PAKE, None), derive=derive)


class FalseServer(ServerHandshake):
    """Its ServerHello is genuine, but for these fields."""

    def __init__(self, user, idle=None, share=None, max_rx=1024, datagram=False, **record):
        super().__init__(lambda *_: Credential(**{**vars(user.credential), **record}), max_rx, datagram=datagram)
        self.false_idle, self.false_share = idle, share

    def hello(self, share):
        self.idle = self.idle if self.false_idle is None else self.false_idle
        self.share = self.share if self.false_share is None else self.false_share
        return super().hello(share)


class Server:
    """`pawl serve` and its events, by the address of the client that they are about."""

    def __init__(self, *options):
        command = [PAWL, "serve", "--json", "--verbose", "--listen", "127.0.0.1:0", "--records", HOME / "records", *options]
        self.kind = socket.SOCK_DGRAM if "--udp" in options else socket.SOCK_STREAM
        self.process = CLEANUP.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE))
        CLEANUP.callback(self.stop)
        self.port = json.loads(self.process.stdout.readline())["port"]
        self.ends, self.changed, self.sources = {}, threading.Condition(), itertools.count()
        threading.Thread(target=self.listen, daemon=True).start()

    def stop(self):
        self.process.terminate()
        assert self.process.wait(PATIENCE) == 0, "pawl serve did not end in good order"

    def listen(self):
        for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] in ("refused", "closed"):
                with self.changed:
                    self.ends[event["address"]] = event
                    self.changed.notify_all()

    def dial(self):
        """A connection from a network of its own, so that no limit of the server's counts it with others."""
        number = next(self.sources)
        return self.dial_from(f"127.{1 + number // 250}.{number % 250}.1")

    def dial_from(self, source):
        sock = socket.socket(socket.AF_INET, self.kind)
        sock.settimeout(PATIENCE)
        sock.bind((source, 0))
        sock.connect(("127.0.0.1", self.port))
        return sock

    def end_of(self, address):
        """The event that ends the connection from there."""
        with self.changed:
            self.changed.wait_for(lambda: address in self.ends, PATIENCE)
            return self.ends.get(address)


# One server of a kind is enough for all tests.
running_server = functools.cache(Server)


class AgainstServe(unittest.TestCase):
    """The peer is the client."""

    OPTIONS = ()

    @classmethod
    def setUpClass(cls):
        cls.server = running_server(*cls.OPTIONS)

    @contextlib.contextmanager
    def line(self):
        with self.server.dial() as sock:
            yield Connection(sock)

    def assert_end(self, connection, answer, **said):
        """The server answers, ends the connection, and says why."""
        got = b""
        with contextlib.suppress(TimeoutError):
            while len(got) <= len(answer) and (part := connection.sock.recv(1 + len(answer) - len(got))):
                got += part
        self.assertEqual(got, answer)
        address = "%s:%d" % connection.sock.getsockname()
        connection.sock.close()
        event = self.server.end_of(address)
        self.assertIsNotNone(event, "pawl serve does not say that the connection has ended")
        self.assertEqual(event, event | said)

    def assert_refused(self, sent, answer=reject(FAILED), error="malformed"):
        with self.line() as connection:
            connection.sock.sendall(sent)
            self.assert_end(connection, answer, event="refused", error=error)

    @contextlib.contextmanager
    def opened(self, user):
        """An open session in which "one" has been answered."""
        with self.line() as connection:
            connection.connect(ClientHandshake(user.credential))
            connection.send(b"one")
            self.assertEqual(connection.receive(), ECHO + b"one")
            yield connection

    def assert_session_ends(self, connection, answer, received=(), **said):
        """What the server received whole before the end has been answered, and is counted. Nothing more comes."""
        connection.sock.shutdown(socket.SHUT_WR)
        for message in received:
            self.assertEqual(connection.receive(), ECHO + message)
        messages = [b"one", *received]
        counts = {"messages": len(messages), "bytes": len(b"".join(messages))}
        self.assert_end(connection, answer, **{"event": "closed", "incomplete": False} | counts | said)


class AgainstConnect(unittest.TestCase):
    """The peer is the server."""

    # The exit code of `pawl connect`, and what it tells people.
    ENDS = {
        "malformed": (11, "The peer does not speak Pawl"),
        "unsupported": (11, "The peer has another version of Pawl"),
        "authentication_failed": (3, "Password, key, user name or mode is wrong, or this is not the server"),
        "iterations_refused": (3, "The server asked for an iteration count outside what this client accepts"),
        "credential_stale": (3, "The stored credential is of an earlier enrolment"),
        "connection_lost": (5, "The connection ended during the handshake"),
        "ended": (5, "The server ended the session"),
        "truncated": (6, "The connection was cut: messages may be missing"),
        "tampered": (7, "Somebody or something altered the traffic"),
        "protocol": (11, "The peer broke the protocol"),
    }
    MESSAGES = [b"one", b"two", b"three", b"four"]

    @contextlib.contextmanager
    def called(self, user):
        """A connection of `pawl connect`, and how it ends."""
        lines = b"".join(message + b"\n" for message in self.MESSAGES)
        with connecting(PAWL, "--credential", user.file, stdin=lines) as (sock, result):
            yield Connection(sock), result

    @contextlib.contextmanager
    def opened(self, user):
        """An open session in which all messages have come and the first is answered."""
        with self.called(user) as (connection, result):
            connection.accept(ServerHandshake(lambda *_: user.credential))
            for message in self.MESSAGES:
                self.assertEqual(connection.receive(), message)
            connection.send(b"one")
            yield connection, result

    def assert_end(self, connection, result, error, out=b""):
        """The client sends nothing more and ends, nor does this peer. What had come before is on standard output."""
        connection.sock.shutdown(socket.SHUT_WR)
        self.assertEqual(connection.sock.recv(1), b"")
        connection.sock.close()
        self.assert_said(result, error, out)

    def assert_said(self, result, error, out=b""):
        code, output, errors = result()
        expected, text = self.ENDS[error]
        self.assertEqual((code, output), (expected, out), errors)
        self.assertRegex(errors.decode(), f"^Error: {text}")

    def assert_session_ends(self, connection, result, error, received=()):
        self.assert_end(connection, result, error, b"".join(text + b"\n" for text in (b"one", *received)))


class Tap:
    """A socket that keeps what goes each way."""

    def __init__(self, sock):
        self.sock, self.sent, self.received = sock, [], b""

    def sendall(self, data):
        self.sent.append(data)
        self.sock.sendall(data)

    def recv(self, size):
        data = self.sock.recv(size)
        self.received += data
        return data
