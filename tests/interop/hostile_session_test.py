#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: hostile_session_test.py PAWL [[--control] PATTERN...]

A peer that breaks one rule of an open session a test, or uses what it has from another, against `pawl serve` and
`pawl connect`: core/PROTOCOL.md 20.6 and 20.7.
"""

import socket

import hostile
from hostile import ECHO, FLOWS, USERS, AgainstConnect, AgainstServe, Tap, setUpModule, tearDownModule
from hostile_rules import PROTOCOL_ERRORS, TAMPERED
from pawl_frames import CLIENT_FINISH, CLIENT_HELLO, FAILED, SERVER_FINISH, SERVER_HELLO, frame, reject
from pawl_handshake import ClientHandshake, ServerHandshake
from pawl_peer import CLOSE, DATA, DATA_MORE, PING, TICKET
from tables import table

class OtherSessions(AgainstServe):
    """Frames and records of one session, used elsewhere. The server draws anew each time, so nothing of it fits."""

    def recorded(self, flow):
        """What a client sent: its hello, its finish and a record; and all that the server sent."""
        with self.line() as connection:
            tap = connection.sock = Tap(connection.sock)
            connection.connect(ClientHandshake(USERS[flow].credential))
            connection.send(b"one")
            self.assertEqual(connection.receive(), ECHO + b"one")
            return tap.sent, tap.received

    def test_replayed_as_a_whole(self):
        for flow in FLOWS:
            (first, finish, record), _ = self.recorded(flow)
            with self.subTest(flow=flow), self.line() as connection:
                connection.sock.sendall(first + finish + record)
                connection.read_frame(SERVER_HELLO)
                self.assert_end(connection, reject(FAILED), event="refused", error="authentication_failed")

    def test_a_finish_spliced_in(self):
        for flow in FLOWS:
            (_, finish, _), _ = self.recorded(flow)
            with self.subTest(flow=flow), self.line() as connection:
                connection.sock.sendall(ClientHandshake(USERS[flow].credential).hello())
                connection.read_frame(SERVER_HELLO)
                connection.sock.sendall(finish)
                self.assert_end(connection, reject(FAILED), event="refused", error="authentication_failed")

    def test_two_clients_swap_their_finishes(self):
        for flow in FLOWS:
            with self.subTest(flow=flow), self.line() as one, self.line() as other:
                finishes = []
                for connection in (one, other):
                    handshake = ClientHandshake(USERS[flow].credential)
                    connection.sock.sendall(handshake.hello())
                    finishes.append(handshake.server_hello(connection.read_frame(SERVER_HELLO)))
                for connection, finish in zip((other, one), finishes):
                    connection.sock.sendall(finish)
                    self.assert_end(connection, reject(FAILED), event="refused", error="authentication_failed")

    def test_a_record_spliced_in(self):
        for flow in FLOWS:
            with self.subTest(flow=flow), self.opened(USERS[flow]) as one, self.opened(USERS[flow]) as other:
                one.sock.sendall(other.session.sends.seal(DATA, b"two"))
                self.assert_session_ends(one, b"", error="tampered")

    def test_the_servers_frames_reflected(self):
        for flow in FLOWS:
            with self.subTest(flow=flow), self.line() as connection:
                connection.sock.sendall(ClientHandshake(USERS[flow].credential).hello())
                connection.sock.sendall(connection.read_frame(SERVER_HELLO))
                self.assert_end(connection, reject(FAILED), event="refused", error="malformed")

    def test_the_servers_finish_reflected(self):
        with self.opened(USERS["password", "psk"]) as connection:
            connection.sock.sendall(frame(SERVER_FINISH, bytes(32)))
            self.assert_session_ends(connection, b"", error="tampered")

    def test_the_servers_records_reflected(self):
        with self.line() as connection:
            tap = connection.sock = Tap(connection.sock)
            connection.connect(ClientHandshake(USERS["raw_key", "psk"].credential))
            before = len(tap.received)
            connection.send(b"one")
            self.assertEqual(connection.receive(), ECHO + b"one")
            connection.sock = tap.sock
            tap.sock.sendall(tap.received[before:])
            self.assert_session_ends(connection, b"", error="tampered")

    def test_roles_swapped(self):
        with self.opened(USERS["raw_key", "psk"]) as connection:
            connection.sock.sendall(connection.session.receives.seal(DATA, b"two"))
            self.assert_session_ends(connection, b"", error="tampered")


@table("assert_tampered", **TAMPERED)
class Tampered(AgainstServe):
    def assert_tampered(self, sent, received):
        with self.opened(USERS["raw_key", "psk"]) as connection:
            connection.sock.sendall(sent(connection.session.sends))
            self.assert_session_ends(connection, b"", received, error="tampered")


@table("assert_protocol_error", a_ticket=(TICKET, b"a ticket", 0), **PROTOCOL_ERRORS)
class ProtocolErrors(AgainstServe):
    def assert_protocol_error(self, kind, content, pad):
        with self.opened(USERS["raw_key", "psk"]) as connection:
            connection.send_record(kind, content, pad)
            connection.send_record(PING, b"unheard!")
            self.assertEqual(connection.receive_record(), (CLOSE, b"\2"))
            connection.send(b"ignored")
            connection.send_record(CLOSE, b"\0")
            self.assert_session_ends(connection, b"", error="protocol", reason="protocol")


class Ends(AgainstServe):
    def test_data_after_the_close(self):
        with self.opened(USERS["raw_key", "psk"]) as connection:
            close, data = connection.session.sends.seal(CLOSE, b"\0"), connection.session.sends.seal(DATA, b"two")
            connection.sock.sendall(close + data)
            self.assertEqual(connection.receive_record(), (CLOSE, b"\0"))
            self.assert_session_ends(connection, b"", error="none", reason="normal")

    def test_the_end_of_the_stream_at_every_boundary_of_records(self):
        texts = (b"two", b"three", b"four")
        for whole in range(len(texts) + 1):
            with self.subTest(whole=whole), self.opened(USERS["raw_key", "psk"]) as connection:
                for text in texts[:whole]:
                    connection.send(text)
                self.assert_session_ends(connection, b"", texts[:whole], error="truncated")

    def test_the_end_of_the_stream_within_a_record(self):
        for size in (1, 2, 3, 21):
            with self.subTest(size=size), self.opened(USERS["raw_key", "psk"]) as connection:
                connection.sock.sendall(connection.session.sends.seal(DATA, b"two")[:size])
                self.assert_session_ends(connection, b"", error="truncated")

    def test_the_end_of_the_stream_within_a_message(self):
        with self.opened(USERS["raw_key", "psk"]) as connection:
            connection.send_record(DATA_MORE, b"in two")
            self.assertEqual(connection.receive_record(), (DATA_MORE, ECHO + b"in two"))
            connection.sock.shutdown(socket.SHUT_WR)
            self.assert_end(connection, b"", event="closed", error="truncated", incomplete=True, messages=1, bytes=9)


class OtherSessionsOfAClient(AgainstConnect):
    """The same the other way round."""

    def recorded(self, flow):
        """What a server sent: its hello, perhaps its finish, and a record."""
        user = USERS[flow]
        with self.called(user) as (connection, _):
            tap = connection.sock = Tap(connection.sock)
            connection.accept(ServerHandshake(lambda *_: user.credential))
            connection.send(b"one")
            return [sent for sent in tap.sent if sent]

    def finish(self, connection, flow):
        """Reads the ClientFinish of the password flow."""
        if flow[0] == "password":
            connection.read_frame(CLIENT_FINISH)

    def test_replayed_as_a_whole(self):
        for flow in FLOWS:
            frames = self.recorded(flow)
            with self.subTest(flow=flow), self.called(USERS[flow]) as (connection, result):
                connection.read_frame(CLIENT_HELLO)
                connection.sock.sendall(b"".join(frames))
                self.finish(connection, flow)
                self.assert_end(connection, result, "authentication_failed")

    def test_a_finish_spliced_in(self):
        for flow in FLOWS[:2]:
            _, finish, _ = self.recorded(flow)
            with self.subTest(flow=flow), self.called(USERS[flow]) as (connection, result):
                handshake = ServerHandshake(lambda *_, flow=flow: USERS[flow].credential)
                connection.sock.sendall(handshake.client_hello(connection.read_frame(CLIENT_HELLO)))
                self.finish(connection, flow)
                connection.sock.sendall(finish)
                self.assert_end(connection, result, "authentication_failed")

    def test_a_record_spliced_in(self):
        for flow in FLOWS:
            user = USERS[flow]
            with self.subTest(flow=flow), self.opened(user) as (one, result), self.opened(user) as (other, _):
                one.sock.sendall(other.session.sends.seal(DATA, b"two"))
                self.assert_session_ends(one, result, "tampered")

    def test_the_clients_hello_reflected(self):
        for flow in FLOWS:
            with self.subTest(flow=flow), self.called(USERS[flow]) as (connection, result):
                connection.sock.sendall(connection.read_frame(CLIENT_HELLO))
                self.assert_end(connection, result, "malformed")

    def test_the_clients_finish_reflected(self):
        user = USERS["password", "psk_ecdhe"]
        with self.called(user) as (connection, result):
            handshake = ServerHandshake(lambda *_: user.credential)
            connection.sock.sendall(handshake.client_hello(connection.read_frame(CLIENT_HELLO)))
            connection.sock.sendall(connection.read_frame(CLIENT_FINISH))
            self.assert_end(connection, result, "malformed")

    def test_the_clients_records_reflected(self):
        user = USERS["raw_key", "psk"]
        with self.called(user) as (connection, result):
            connection.accept(ServerHandshake(lambda *_: user.credential))
            tap = connection.sock = Tap(connection.sock)
            for message in self.MESSAGES:
                self.assertEqual(connection.receive(), message)
            connection.sock = tap.sock
            tap.sock.sendall(tap.received)
            self.assert_end(connection, result, "tampered")

    def test_roles_swapped(self):
        with self.opened(USERS["raw_key", "psk"]) as (connection, result):
            connection.sock.sendall(connection.session.receives.seal(DATA, b"two"))
            self.assert_session_ends(connection, result, "tampered")

    def test_two_clients_joined(self):
        for flow in FLOWS:
            user = USERS[flow]
            with self.subTest(flow=flow), self.called(user) as (one, result), self.called(user) as (other, same):
                hellos = [connection.read_frame(CLIENT_HELLO) for connection in (one, other)]
                for connection, hello in zip((other, one), hellos):
                    connection.sock.sendall(hello)
                self.assert_end(one, result, "malformed")
                self.assert_end(other, same, "malformed")


@table("assert_tampered", **TAMPERED)
class TamperedAtAClient(AgainstConnect):
    def assert_tampered(self, sent, received):
        with self.opened(USERS["raw_key", "psk"]) as (connection, result):
            connection.sock.sendall(sent(connection.session.sends))
            self.assert_session_ends(connection, result, "tampered", received)


@table("assert_protocol_error", **PROTOCOL_ERRORS)
class ProtocolErrorsAtAClient(AgainstConnect):
    def assert_protocol_error(self, kind, content, pad):
        with self.opened(USERS["raw_key", "psk"]) as (connection, result):
            connection.send_record(kind, content, pad)
            connection.send_record(PING, b"unheard!")
            self.assertEqual(connection.receive_record(), (CLOSE, b"\2"))
            connection.send(b"ignored")
            connection.send_record(CLOSE, b"\0")
            self.assert_session_ends(connection, result, "protocol")


class EndsOfAServer(AgainstConnect):
    def test_data_after_the_close(self):
        with self.opened(USERS["raw_key", "psk"]) as (connection, result):
            close, data = connection.session.sends.seal(CLOSE, b"\0"), connection.session.sends.seal(DATA, b"two")
            connection.sock.sendall(close + data)
            self.assertEqual(connection.receive_record(), (CLOSE, b"\0"))
            self.assert_session_ends(connection, result, "ended")

    def test_the_end_of_the_stream_at_every_boundary_of_records(self):
        for whole in range(3):
            with self.subTest(whole=whole), self.opened(USERS["raw_key", "psk"]) as (connection, result):
                for text in self.MESSAGES[1 : 1 + whole]:
                    connection.send(text)
                self.assert_session_ends(connection, result, "truncated", self.MESSAGES[1 : 1 + whole])

    def test_the_end_of_the_stream_within_a_record(self):
        for size in (1, 2, 3, 21):
            with self.subTest(size=size), self.opened(USERS["raw_key", "psk"]) as (connection, result):
                connection.sock.sendall(connection.session.sends.seal(DATA, b"two")[:size])
                self.assert_session_ends(connection, result, "truncated")

    def test_the_end_of_the_stream_within_a_message(self):
        with self.opened(USERS["raw_key", "psk"]) as (connection, result):
            connection.send_record(DATA_MORE, b"in two")
            self.assert_session_ends(connection, result, "truncated", [b"in two"])


if __name__ == "__main__":
    hostile.main()
