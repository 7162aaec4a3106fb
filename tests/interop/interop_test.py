#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: interop_test.py PAWL. The test peer and the program `pawl` talk to each other, in all flows and both ways."""

import contextlib
import os
import pathlib
import socket
import sys
import tempfile
import time
import types
import unittest

from pawl_frames import BUSY, CLIENT_HELLO, FAILED, UNSUPPORTED, Failure, Refused, reject
from pawl_handshake import ClientHandshake, ServerHandshake
from pawl_keys import PSK, PSK_ECDHE, Credential
from pawl_keys import TICKET as BY_TICKET
from pawl_peer import CLOSE, DATA, DATA_MORE, PING, PONG, TICKET, Closed, Connection, Truncated
from programs import FLOWS, PATIENCE, User, connecting, serving

ECHO = b"Server received: "
# Set by setUpModule().
PAWL, HOME, PORT = sys.argv.pop(1) if len(sys.argv) > 1 else "", pathlib.Path(), 0
USERS, CLEANUP = {}, contextlib.ExitStack()


def setUpModule():
    global HOME, PORT
    HOME = pathlib.Path(CLEANUP.enter_context(tempfile.TemporaryDirectory()))
    for kind, mode in FLOWS:
        USERS[kind, mode] = User(PAWL, HOME, kind, mode)
    PORT = CLEANUP.enter_context(serving(PAWL, HOME))


def tearDownModule():
    CLEANUP.close()


class ByteByByte:
    """Sends each byte in a segment of its own."""

    def __init__(self, sock):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock, self.recv = sock, sock.recv

    def sendall(self, data):
        for i in range(len(data)):
            self.sock.sendall(data[i : i + 1])


class AgainstServe(unittest.TestCase):
    """The peer is the client."""

    @contextlib.contextmanager
    def dial(self):
        with socket.create_connection(("127.0.0.1", PORT), PATIENCE) as sock:
            yield sock

    @contextlib.contextmanager
    def session(self, user, soft_limit=2**22, wrap=lambda sock: sock, **settings):
        """An open session. Waits where the server's limits on hellos say so."""
        while True:
            with self.dial() as sock:
                connection = Connection(wrap(sock), soft_limit)
                try:
                    connection.connect(ClientHandshake(user.credential, **settings))
                except Refused as refused:
                    if refused.code != BUSY:
                        raise
                    time.sleep(refused.retry_after)
                    continue
                yield connection
                return

    def test_messages_fragments_pings_epochs_and_close(self):
        for flow, user in USERS.items():
            with self.subTest(flow=flow), self.session(user, soft_limit=3) as connection:
                for message in (b"hello", b"", b"x" * 5000, bytes(range(256))):
                    connection.send(message, fragment=700)
                    self.assertEqual(connection.receive(), ECHO + message)
                connection.send_record(PING, b"12345678")
                self.assertEqual(connection.receive_record(), (PONG, b"12345678"))
                connection.send_record(PONG, b"answers0")  # no ping: ignored
                connection.send(b"padded", pad=100)
                self.assertEqual(connection.receive(), ECHO + b"padded")
                self.assertGreater(connection.session.sends.epoch, 3)
                self.assertEqual(connection.close(), 0)
                self.assertEqual(connection.sock.recv(1), b"")

    def test_pings_between_the_fragments_of_a_message(self):
        for flow, user in USERS.items():
            with self.subTest(flow=flow), self.session(user) as connection:
                connection.send_record(DATA_MORE, b"in ")
                connection.send_record(PING, b"12345678")
                connection.send_record(DATA_MORE, b"two ")
                connection.send_record(DATA, b"")
                answer = b""
                while (record := connection.receive_record())[0] != DATA:
                    answer += record[1] if record[0] == DATA_MORE else b""
                self.assertEqual(answer + record[1], ECHO + b"in two ")

    def test_the_smallest_records_that_a_peer_may_ask_for(self):
        for flow, user in USERS.items():
            with self.subTest(flow=flow), self.session(user, max_rx=64) as connection:
                connection.send(b"y" * 300)
                self.assertEqual(connection.receive(), ECHO + b"y" * 300)

    def test_bytes_that_come_one_by_one(self):
        for flow, user in USERS.items():
            with self.subTest(flow=flow), self.session(user, wrap=ByteByByte) as connection:
                connection.send(b"slowly")
                self.assertEqual(connection.receive(), ECHO + b"slowly")

    def test_pings_a_silent_client_and_gives_it_up(self):
        with self.session(USERS["raw_key", "psk"], idle=3) as connection:
            self.assertEqual(connection.session.idle, 3)
            self.assertEqual(connection.receive_record()[0], TICKET)
            kind, first = connection.receive_record()
            self.assertEqual(kind, PING)
            connection.send_record(PONG, first)
            records = []
            with contextlib.suppress(Truncated):
                while True:
                    records.append(connection.receive_record())
            self.assertEqual([kind for kind, _ in records[:-1]], [PING] * (len(records) - 1))
            self.assertNotIn((PING, first), records)
            self.assertEqual(records[-1], (CLOSE, b"\1"))

    def ticket(self, connection, mode):
        """The one that the server has sent, as a credential."""
        kind, content = connection.receive_record()
        self.assertEqual(kind, TICKET)
        self.assertEqual(int.from_bytes(content[:4], "big"), 24 * 3600)
        return Credential(content[5:], BY_TICKET, mode, connection.session.ticket_secret(content[4]))

    def test_comes_back_with_a_ticket_and_again_with_the_next(self):
        for flow, user in USERS.items():
            mode = PSK if flow[1] == "psk" else PSK_ECDHE
            with self.subTest(flow=flow):
                with self.session(user) as connection:
                    ticket = self.ticket(connection, mode)
                for _ in range(2):
                    with self.session(types.SimpleNamespace(credential=ticket)) as connection:
                        ticket = self.ticket(connection, mode)
                        connection.send(b"again")
                        self.assertEqual(connection.receive(), ECHO + b"again")

    def test_a_ticket_of_a_session_with_forward_secrecy_opens_none_without(self):
        for flow, user in USERS.items():
            with self.subTest(flow=flow), self.session(user) as connection:
                ticket = self.ticket(connection, PSK)
                if flow[1] != "psk":
                    self.assertEqual(self.refusal_of(ticket), "refused with code 1")

    def test_a_ticket_without_its_secret_opens_nothing(self):
        with self.session(USERS["raw_key", "psk"]) as connection:
            ticket = self.ticket(connection, PSK)
            ticket.psk = bytes(32)
            self.assertEqual(self.refusal_of(ticket), "wrong confirm")

    def refusal_of(self, credential):
        with self.assertRaises(Failure) as caught, self.dial() as sock:
            Connection(sock).connect(ClientHandshake(credential))
        return str(caught.exception)

    def test_nobody_gets_in_without_the_secret(self):
        for flow, user in USERS.items():
            wrong = Credential(**{**vars(user.credential), "psk": bytes(32)})
            expected = "refused with code 1" if flow[0] == "password" else "wrong confirm"
            with self.subTest(flow=flow):
                self.assertEqual(self.refusal_of(wrong), expected)

    def test_psk_alone_does_not_get_in_where_there_is_a_verifier(self):
        credential = vars(USERS["raw_key", "psk_ecdhe"].credential)
        self.assertEqual(self.refusal_of(Credential(**{**credential, "w1": bytes(31) + b"\1"})), "wrong confirm")


class AgainstConnect(unittest.TestCase):
    """The peer is the server."""

    def serve(self, sock, user, fragment=7, **settings):
        """Accepts `user` and echoes in fragments until the client closes."""
        connection = Connection(sock, soft_limit=2)
        connection.accept(ServerHandshake(lambda *_: user.credential, **settings))
        heard = []
        with contextlib.suppress(Closed):
            while True:
                heard.append(connection.receive())
                connection.send_record(PING, os.urandom(8))
                connection.send(b"echo " + heard[-1], fragment=fragment, pad=len(heard))
        return heard

    def run_connect(self, user, *options, stdin=None, login=None, **settings):
        with connecting(PAWL, *(login or user.login()), *options, stdin=stdin) as (sock, result):
            heard = self.serve(sock, user, **settings)
            code, out, err = result()
            self.assertEqual(code, 0, err)
            return heard, out

    def test_lines_and_their_replies(self):
        for flow, user in USERS.items():
            with self.subTest(flow=flow):
                heard, out = self.run_connect(user, stdin=b"one\n\nthree\n")
                self.assertEqual(heard, [b"one", b"", b"three"])
                self.assertEqual(out, b"echo one\necho \necho three\n")

    def test_a_password_instead_of_a_credential(self):
        for mode in ("psk", "psk_ecdhe", "pake"):
            user = USERS["password", mode]
            login = ["--user", user.name, "--password-file", user.password_file, "--mode", mode]
            with self.subTest(mode=mode):
                heard, _ = self.run_connect(user, "--count", "2", login=login)
                self.assertEqual(heard, [b"Hello server! Message #0", b"Hello server! Message #1"])

    def test_a_file_as_one_message(self):
        user, content = USERS["raw_key", "psk"], os.urandom(20_000)
        (HOME / "file").write_bytes(content)
        for max_rx in (64, 8191):
            with self.subTest(max_rx=max_rx):
                heard, _ = self.run_connect(user, "--file", HOME / "file", fragment=1000, max_rx=max_rx)
                self.assertEqual(heard, [content])

    def test_pings_when_the_server_is_silent(self):
        user = USERS["raw_key", "psk"]
        with connecting(PAWL, *user.login(), "--idle", "3") as (sock, result):
            connection = Connection(sock)
            self.assertEqual(connection.accept(ServerHandshake(lambda *_: user.credential, idle=0)).idle, 3)
            self.assertEqual(connection.receive_record()[0], PING)
            connection.send_record(CLOSE, b"\0")
            self.assertEqual(connection.receive_record(), (CLOSE, b"\0"))

    def test_a_ticket_of_any_length(self):
        """The peer's tickets are none that this server could read. The program only gives them back."""
        for flow, user in USERS.items():
            mode = PSK if flow[1] == "psk" else PSK_ECDHE
            file, known = HOME / f"{user.name}.ticket.toml", [user.credential]
            for size in (1, 107, 255):
                with self.subTest(flow=flow, size=size):
                    given = os.urandom(size)
                    with connecting(PAWL, *user.login(), "--ticket", file, stdin=b"x\n") as (sock, result):
                        connection = Connection(sock)
                        connection.accept(ServerHandshake(self.only(known[-1])))
                        secret = connection.session.ticket_secret(size)
                        connection.send_record(TICKET, (3600).to_bytes(4, "big") + bytes([size]) + given)
                        connection.send(connection.receive())
                        self.assertEqual(connection.receive_record(), (CLOSE, b"\0"))
                        connection.send_record(CLOSE, b"\0")
                        self.assertEqual(result()[0], 0)
                    known.append(Credential(given, BY_TICKET, mode, secret))

    @staticmethod
    def only(credential):
        """Knows this one."""
        names = credential.user, credential.kind, credential.mode
        return lambda *wanted: credential if wanted == names else None

    def end(self, user, act, after_handshake=True):
        """The exit code after the peer has done `act` to the connection in place of an answer."""
        with connecting(PAWL, *user.login(), stdin=b"x\n") as (sock, result):
            connection = Connection(sock)
            if after_handshake:
                connection.accept(ServerHandshake(lambda *_: user.credential))
                self.assertEqual(connection.receive(), b"x")
            act(connection)
            sock.close()
            return result()[0]

    def test_a_refusal_after_the_handshake(self):
        self.assertEqual(self.end(USERS["raw_key", "psk"], lambda line: line.sock.sendall(reject(FAILED))), 3)

    def test_refusals_of_the_handshake(self):
        for answer, code in ((reject(FAILED), 3), (reject(UNSUPPORTED), 11), (reject(BUSY, 7), 8)):

            def act(connection, answer=answer):
                connection.read_frame(CLIENT_HELLO)
                connection.sock.sendall(answer)

            with self.subTest(answer=answer):
                self.assertEqual(self.end(USERS["password", "psk_ecdhe"], act, after_handshake=False), code)

    def end_with_false_server(self, user, **changes):
        """The exit code when the server's enrolment differs by `changes` from the user's."""
        false = Credential(**{**vars(user.credential), **changes})

        def pretend(connection):
            with contextlib.suppress(Failure, OSError):
                connection.accept(ServerHandshake(lambda *_: false))

        return self.end(user, pretend, after_handshake=False)

    def test_a_server_that_does_not_know_the_secret(self):
        for flow, user in USERS.items():
            with self.subTest(flow=flow):
                self.assertEqual(self.end_with_false_server(user, psk=bytes(32)), 3)


if __name__ == "__main__":
    unittest.main()
