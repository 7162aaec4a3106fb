#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl connect --nstp` and a second implementation of NSTP as its server; see nstp_programs.py."""

import contextlib
import socket
import time
import unittest

import nstp_peer as nstp
from nstp_peer import ANSWER, ByteByByte, Keys, Refused, Server
from nstp_programs import HOME, PASSWORD, PAWL, PSK, TEXTS, enroll_users
from programs import connecting


class AgainstConnect(unittest.TestCase):
    """The peer is the server."""

    LOGIN = ["--nstp", "--user", "alice", "--verbose", "--password-file"]

    @contextlib.contextmanager
    def connecting(self, *options, password="password"):
        options = options or ("--count", "5")
        with connecting(PAWL, *self.LOGIN, HOME / password, *options, stdin=b"") as (sock, result):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield sock, result

    def end(self, act, *options):
        """Exit code, output and errors after the peer has done `act` to an open session with its first message."""
        with self.connecting(*options) as (sock, result):
            server = Server(sock, PSK)
            act(server, *server.hear())
            sock.close()
            return result()

    def test_five_messages_half_a_second_apart(self):
        with self.connecting() as (sock, result):
            server = Server(sock, PSK)
            self.assertEqual(server.user, b"alice")
            heard, began = [], time.monotonic()
            while message := server.hear():
                heard.append(message[1])
                sock.sendall(server.keys.response(ANSWER + message[1]))
                took = time.monotonic() - began
            self.assertEqual(heard, TEXTS)
            # Four pauses; the first message may have been heard late.
            self.assertGreater(took, 1)
            code, out, err = result()
        self.assertEqual(code, 0, err)
        self.assertEqual(out, b"".join(ANSWER + text + b"\n" for text in TEXTS))
        self.assertIn(b"Warning: NSTP protects less than Pawl", err)
        for secret in (PSK, server.keys.key, server.keys.client_proof, server.keys.server_proof):
            self.assertNotIn(secret.hex().encode(), (out + err).lower())  # W12
        self.assertNotIn(PASSWORD, out + err)

    def test_lines_of_standard_input_are_messages(self):
        command = (PAWL, *self.LOGIN, HOME / "password")
        with connecting(*command, stdin=b"one\r\n\ntwo") as (sock, result):
            server = Server(sock, PSK)
            heard = []
            while message := server.hear():
                heard.append(message[1])
                sock.sendall(server.keys.response(ANSWER + message[1]))
            code, out, err = result()
        self.assertEqual((code, heard), (0, [b"one", b"", b"two"]), err)
        self.assertEqual(out, b"".join(ANSWER + text + b"\n" for text in heard))

    def test_segments_of_one_byte(self):
        with self.connecting("--count", "1") as (sock, result):
            server = Server(ByteByByte(sock), PSK)
            server.sock.sendall(server.keys.response(ANSWER + server.hear()[1]))
            code, out, err = result()
        self.assertEqual((code, out), (0, ANSWER + TEXTS[0] + b"\n"), err)

    def test_several_replies_in_one_segment_are_more_than_were_asked_for(self):
        def act(server, _sealed, text):
            server.sock.sendall(server.keys.response(ANSWER + text) + server.keys.response(ANSWER + text))

        code, out, err = self.end(act)
        self.assertEqual((code, out), (7, ANSWER + TEXTS[0] + b"\n"), err)

    def test_replies_that_are_not_genuine(self):
        def altered(server, _sealed, text):
            response = server.keys.response(ANSWER + text)
            server.sock.sendall(response[:-1] + bytes([response[-1] ^ 1]))

        def w5_the_message_itself(server, sealed, _text):
            server.sock.sendall(len(sealed).to_bytes(2, "big") + sealed)

        def too_short(server, _sealed, _text):
            server.sock.sendall(b"\0\x0b" + bytes(11))

        def too_long(server, _sealed, _text):
            server.sock.sendall(b"\xff\xff")

        def other_text(server, _sealed, _text):
            server.sock.sendall(server.keys.response(ANSWER + TEXTS[1]))

        for act in (altered, w5_the_message_itself, too_short, too_long, other_text):
            with self.subTest(act.__name__):
                code, out, err = self.end(act)
                self.assertEqual((code, out), (7, b""), err)

    def test_w4_a_repeated_reply(self):
        def act(server, _sealed, text):
            response = server.keys.response(ANSWER + text)
            server.sock.sendall(response)
            server.hear()
            server.sock.sendall(response)

        code, out, err = self.end(act)
        self.assertEqual((code, out), (7, ANSWER + TEXTS[0] + b"\n"), err)
        self.assertIn(b"repeated, exchanged", err)

    def test_a_cut_line(self):
        self.assertEqual(self.end(lambda *_: None)[0], 6)

    def test_wrong_password(self):
        with self.connecting(password="wrong") as (sock, result):
            with self.assertRaises(Refused):
                Server(sock, PSK)
            sock.close()
            code, _, err = result()
        self.assertEqual(code, 3, err)
        self.assertIn(b"Password, user name or device salt is wrong", err)

    def test_a_server_without_the_secret(self):
        with self.connecting() as (sock, result):
            nstp.read(sock, 22)
            sock.sendall(bytes(8))
            nstp.read(sock, 32)
            sock.sendall(bytes(32))
            self.assertEqual(sock.recv(1), b"", "it says nothing more")
            code, out, _ = result()
        self.assertEqual((code, out), (3, b""))

    def test_w7_whoever_poses_as_the_server_can_guess(self):
        with self.connecting() as (sock, result):
            hello = nstp.read(sock, 22)
            sock.sendall(bytes(8))
            proof = nstp.read(sock, 32)
            sock.close()
            result()
        self.assertEqual(Keys(PSK, hello[6:], bytes(8), b"alice").client_proof, proof)

    def test_servers_of_version_2(self):
        for answer, code in ((b"", 5), (bytes.fromhex("0002060003030000"), 11)):
            with self.subTest(answer=answer), self.connecting() as (sock, result):
                nstp.read(sock, 22)
                sock.sendall(answer)
                sock.close()
                got, _, err = result()
                self.assertEqual(got, code, err)
                self.assertIn(b"connect without --nstp", err)


if __name__ == "__main__":
    enroll_users()
    unittest.main(verbosity=2)
