#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: interop_datagram_test.py PAWL. As interop_test.py, over UDP that loses what a handshake can do without."""

import contextlib
import pathlib
import socket
import sys
import tempfile
import unittest

from pawl_datagram import DatagramClient, DatagramServer
from pawl_peer import CLOSE, DATA, PING, PONG
from pawl_udp import Udp
from programs import FLOWS, User, connecting, serving
from tables import together

ECHO = b"Server received: "
# Set by setUpModule().
PAWL, HOME, PORT = sys.argv.pop(1) if len(sys.argv) > 1 else "", pathlib.Path(), 0
USERS, CLEANUP = {}, contextlib.ExitStack()


def setUpModule():
    global HOME, PORT
    HOME = pathlib.Path(CLEANUP.enter_context(tempfile.TemporaryDirectory()))
    for kind, mode in FLOWS:
        USERS[kind, mode] = User(PAWL, HOME, kind, mode)
    PORT = CLEANUP.enter_context(serving(PAWL, HOME, "--udp"))


def tearDownModule():
    CLEANUP.close()


class LossyUdp(Udp):
    """Loses one datagram of each direction, of the numbers given."""

    def __init__(self, sock, sent=None, received=None):
        super().__init__(sock)
        self.lost_sent, self.lost_received, self.sent, self.received = sent, received, 0, 0

    def send(self, *datagrams):
        for datagram in datagrams:
            if self.sent != self.lost_sent:
                super().send(datagram)
            self.sent += 1

    def take(self, seconds):
        datagram = super().take(seconds)
        if datagram is None:
            return None
        self.received += 1
        return datagram if self.received - 1 != self.lost_received else None


# What of ours is lost, and what of theirs.
LOSSES = {
    "nothing_is_lost": (),
    "the_first_of_ours_is_lost": (0,),
    "the_second_of_ours_is_lost": (1,),
    "the_first_of_theirs_is_lost": (None, 0),
    "the_second_of_theirs_is_lost": (None, 1),
    "the_second_of_both_is_lost": (1, 1),
}
CASES = {
    f"{kind}_{mode}_{name}": ((kind, mode), loss)
    for kind, mode in FLOWS
    for name, loss in LOSSES.items()
    if mode == "psk" or not loss
}


@together("assert_talks", **CASES)
class AgainstServe(unittest.TestCase):
    """The peer is the client."""

    def assert_talks(self, flow, loss):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect(("127.0.0.1", PORT))
            line, client = LossyUdp(sock, *loss), DatagramClient(USERS[flow].credential)
            line.connect(client)
            for text in (b"hello", b"", b"x" * 200):
                line.send(client.seal(DATA, text))
                self.assertEqual(line.follow(client, DATA), (DATA, ECHO + text))
            client.sends.ratchet()
            line.send(client.seal(PING, b"12345678"))
            self.assertEqual(line.follow(client, PONG), (PONG, b"12345678"))
            line.send(client.close())
            self.assertEqual(line.follow(client, CLOSE), (CLOSE, b"\0"))


# The program would send its first message together with that ClientFinish, in vain.
del CASES["raw_key_psk_the_second_of_theirs_is_lost"], CASES["raw_key_psk_the_second_of_both_is_lost"]


@together("assert_talks", **CASES)
class AgainstConnect(unittest.TestCase):
    """The peer is the server."""

    def assert_talks(self, flow, loss):
        user = USERS[flow]
        with connecting(PAWL, *user.login(), stdin=b"one\n\nthree\n", udp=True) as (sock, result):
            line, server = LossyUdp(sock, *loss), DatagramServer([user.credential])
            heard = []
            while (record := line.follow(server, DATA, CLOSE))[0] == DATA:
                heard.append(record[1])
                line.send(server.seal(DATA, b"echo " + record[1]))
            self.assertEqual(heard, [b"one", b"", b"three"])
            code, out, err = result()
            self.assertEqual((code, out), (0, b"echo one\necho \necho three\n"), err)


class APassword(unittest.TestCase):
    def test_instead_of_a_credential(self):
        user = USERS["password", "pake"]
        login = ["--user", user.name, "--password-file", user.password_file, "--count", "1"]
        with connecting(PAWL, *login, udp=True) as (sock, result):
            line, server = Udp(sock), DatagramServer([user.credential])
            self.assertEqual(line.follow(server, DATA), (DATA, b"Hello server! Message #0"))
            line.send(server.seal(DATA, b"echo"))
            line.follow(server, CLOSE)
            self.assertEqual(result()[0], 0)


if __name__ == "__main__":
    unittest.main()
