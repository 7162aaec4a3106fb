#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl serve --nstp` and a second implementation of NSTP as its client; see nstp_programs.py."""

import contextlib
import json
import pathlib
import re
import socket
import time
import tomllib
import unittest

import nstp_peer as nstp
from nstp_peer import ANSWER, ByteByByte, Client, Keys, Refused
from nstp_programs import HOME, PASSWORD, PSK, TEXTS, VECTORS, Serving, enroll_users
from programs import PATIENCE


class ThePeer(unittest.TestCase):
    """Checked by itself, before anything is made of what it says about others."""

    def test_vectors(self):
        vectors = json.loads(pathlib.Path(VECTORS).read_text())
        texts = {name: value for name, value in vectors.items() if isinstance(value, str)}
        given = {name: bytes.fromhex(text) for name, text in texts.items() if re.fullmatch("([0-9a-f]{2})+", text)}
        user, password = vectors["user"].encode(), vectors["password"].encode()
        self.assertEqual(nstp.derive(password, user, given["device_salt"]), given["psk"])
        keys = Keys(given["psk"], given["client_nonce"], given["session_nonce"], user)
        self.assertEqual(keys.key, given["session_key"])
        self.assertEqual(keys.client_proof, given["C2_client_hmac"])
        self.assertEqual(keys.server_proof, given["S2_server_hmac"])
        self.assertEqual(keys.message(0, given["msg0_plain"]), given["msg0_wire"])
        self.assertEqual(keys.message(1, given["msg1_plain"]), given["msg1_wire"])
        self.assertEqual(keys.message(2, b""), given["empty_msg_counter_2_wire"])
        self.assertEqual(keys.message(2**32 - 1, b"last"), given["max_counter_msg_wire"])
        self.assertEqual(keys.response(given["resp0_plain"], given["resp_nonce"]), given["resp0_wire"])
        self.assertEqual(keys.response(ANSWER + given["msg1_plain"], given["resp1_nonce"]), given["resp1_wire"])
        self.assertEqual(keys.open(given["resp0_wire"][2:]), given["resp0_plain"])
        with self.assertRaises(ValueError):
            keys.open(given["resp0_wire"][2:-1] + b"\0")


class AgainstServe(unittest.TestCase):
    """The peer is the client."""

    def setUp(self):
        self.server = Serving("--nstp", "--verbose")
        self.addCleanup(self.server.end)

    def dial(self):
        sock = socket.create_connection(("127.0.0.1", self.server.port), PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.addCleanup(sock.close)
        return sock

    def login(self, **settings):
        return Client(self.dial(), PSK, **settings)

    def assert_ended(self, sock):
        """Without a byte more."""
        with contextlib.suppress(ConnectionResetError):
            self.assertEqual(sock.recv(1), b"")

    def test_the_record_has_the_key_that_the_peer_derives(self):
        record = tomllib.loads((HOME / "records" / "alice.nstp").read_text())
        self.assertEqual(record["psk"], PSK.hex())

    def test_five_messages_half_a_second_apart(self):
        client = self.login()
        for text in TEXTS:
            self.assertEqual(client.ask(text), ANSWER + text)
            time.sleep(0.5)
        client.sock.close()
        self.server.said(r"alice from \S+ is gone: normal, after 5 messages, \d+ bytes\.\n")

    def test_texts_of_all_sizes(self):
        client = self.login()
        for text in (b"", b"x", bytes(range(256)), b"y" * 16384):
            self.assertEqual(client.ask(text), ANSWER + text)

    def test_a_message_too_long_is_dropped_and_the_next_one_answered(self):
        client = self.login()
        client.sock.sendall(client.seal(b"z" * 16385))
        self.assertEqual(client.ask(b"short"), ANSWER + b"short")

    def test_wrong_password_is_refused_without_a_byte(self):
        sock = self.dial()
        with self.assertRaisesRegex(Refused, "ended after 0 of 32|reset"):
            try:
                Client(sock, bytes(32))
            except ConnectionResetError:
                raise Refused("reset") from None
        self.server.said("Refused alice from .*: authentication_failed")

    def test_unknown_user_is_refused_as_a_wrong_password_is(self):
        sock = self.dial()
        sock.sendall(b"\7mallory" + bytes(16))
        self.assertEqual(len(nstp.read(sock, 8)), 8)
        sock.sendall(bytes(32))
        self.assert_ended(sock)
        self.server.said("Refused mallory from .*: authentication_failed")

    def test_w6_the_password_of_another_user_is_no_password(self):
        for user, psk in ((b"bob", PSK), (b"mallory", nstp.derive(PASSWORD, b"mallory", iterations=1))):
            with self.subTest(user=user), self.assertRaises((Refused, ConnectionResetError)):
                Client(self.dial(), psk, user)

    def test_w1_a_reflected_response_is_dropped(self):
        client = self.login()
        client.sock.sendall(client.seal(b"one"))
        client.sock.sendall(client.sealed_response())
        self.assertEqual(client.ask(b"two"), ANSWER + b"two")

    def test_w2_a_replayed_message_is_dropped(self):
        client = self.login()
        message = client.seal(b"one")
        client.sock.sendall(message)
        self.assertEqual(client.response(), ANSWER + b"one")
        client.sock.sendall(message)
        self.assertEqual(client.ask(b"two"), ANSWER + b"two")
        client.sock.close()
        self.server.said(r"after 2 messages, 6 bytes\. Dropped: 1 ")

    def test_w3_a_replayed_conversation_is_refused(self):
        first = self.login(client_nonce=bytes(16))
        first.sock.close()
        sock = self.dial()
        sock.sendall(b"\5alice" + bytes(16))
        nstp.read(sock, 8)
        sock.sendall(first.keys.client_proof)
        self.assert_ended(sock)

    def test_w8_unfinished_handshakes_are_bounded(self):
        waiting = [self.dial() for _ in range(64)]
        for sock in waiting:
            sock.sendall(b"\5alice" + bytes(16))
            nstp.read(sock, 8)
        self.assert_ended(self.dial())
        self.server.said("too many unfinished handshakes")
        waiting[0].close()
        self.server.said("Refused alice from .*: connection_lost")
        self.assertEqual(self.login().ask(b"one"), ANSWER + b"one")

    def test_w9_an_altered_message_is_dropped_and_the_true_one_taken(self):
        client = self.login()
        message = client.seal(b"one")
        client.sock.sendall(message[:-1] + bytes([message[-1] ^ 1]))
        client.sock.sendall(message)
        self.assertEqual(client.response(), ANSWER + b"one")

    def test_w10_messages_in_one_segment(self):
        client = self.login()
        client.sock.sendall(b"".join(client.seal(text) for text in TEXTS))
        # Their responses may come in one segment as well.
        self.assertEqual([client.response() for _ in TEXTS], [ANSWER + text for text in TEXTS])

    def test_w10_split_messages(self):
        client = self.login()
        for at in (1, 12, 27, 28, 30):
            message = client.seal(b"split")
            client.sock.sendall(message[:at])
            self.server.process.poll()
            time.sleep(0.02)  # so that it is most likely a read of its own; either way it has to work
            client.sock.sendall(message[at:])
            self.assertEqual(client.response(), ANSWER + b"split")

    def test_segments_of_one_byte(self):
        client = Client(ByteByByte(self.dial()), PSK)
        self.assertEqual(client.ask(b"slowly"), ANSWER + b"slowly")

    def test_a_client_of_version_2_is_told_from_others(self):
        sock = self.dial()
        sock.sendall(b"\0\2\1\0\x1d" + bytes(29))
        self.assert_ended(sock)
        self.server.said("unsupported. It may speak version 2 of Pawl, which is served without --nstp")

    def test_guessing_is_slowed_down(self):
        sock = self.dial()
        for _ in range(9):  # from the third failure on there is a wait
            with contextlib.suppress(Refused, ConnectionResetError):
                Client(self.dial(), bytes(32))
            if "busy" in self.server.log.read_text():
                break
        self.server.said("Refused alice from .*: busy")
        sock.close()

    def test_stops_when_asked_to(self):
        client = self.login()
        self.assertEqual(self.server.stop(), 0)
        self.assert_ended(client.sock)

    def test_w12_and_prints_no_secret(self):
        client = self.login()
        client.ask(b"one")
        client.sock.close()
        self.server.said("is gone")
        said = self.server.log.read_text()
        self.assertIn("Warning: NSTP protects less than Pawl", said)
        for secret in (PSK, client.keys.key, client.keys.client_proof, client.keys.server_proof):
            self.assertNotIn(secret.hex(), said.lower())
        self.assertNotIn(PASSWORD.decode(), said)


if __name__ == "__main__":
    enroll_users()
    unittest.main(verbosity=2)
