#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Clients that are up to no good, from addresses of their own: they get their share and no more."""

import os
import select
import socket
import statistics
import time

from harness import OK, PATIENCE, TestCase, main, run

REJECT_FAILED = bytes.fromhex("00 02 06 0003 01 0000")
REJECT_BUSY = bytes.fromhex("00 02 06 0003 03 0000")
REJECT_BUSY_FOR_A_SECOND = bytes.fromhex("00 02 06 0003 03 0001")
SERVER_HELLO = bytes.fromhex("00 02 02")
CONFIG = """[limits]
half_open_per_source = 8
hellos_per_source = 5
"""
PSK, PSK_ECDHE = bytes.fromhex("01 00"), bytes.fromhex("02 00")  # in a hello
HELLO_START = bytes.fromhex("00 02 01 001c")


def received(sock, patience=PATIENCE):
    """All that comes until the end of the stream."""
    sock.settimeout(patience)
    data = b""
    while chunk := sock.recv(4096):
        data += chunk
    return data


class HostileClients(TestCase):
    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")
        self.served = self.server("--config", self.config(CONFIG))

    def hello(self, network, mode):
        """A connection that has said hello."""
        body = mode + bytes.fromhex("1fff 0078") + bytes(16) + b"\x06nobody"
        client = self.source(network, self.served)
        client.settimeout(PATIENCE)
        client.sendall(bytes.fromhex("00 02 01") + len(body).to_bytes(2, "big") + body)
        return client

    def assert_served(self):
        """A good client is answered; gives how long that took."""
        started = time.monotonic()
        done = run("connect", self.served.address, "--credential", self.credential, "--count", "3")
        self.assertEqual(done.code, OK, done)
        return time.monotonic() - started

    def test_garbage_is_refused_at_once(self):
        for garbage, answer in (
            (b"GET / HTTP/1.1\r\n\r\n", b""),
            (bytes.fromhex("00ff010018") + bytes(24), bytes.fromhex("00 02 06 0003 02 0000")),
            (bytes.fromhex("0002ff0018") + bytes(24), REJECT_FAILED),
            (bytes.fromhex("000201ffff"), REJECT_FAILED),
            (bytes.fromhex("0002010018") + b"\xff" * 24, REJECT_FAILED),
            (bytes.fromhex("0002030020") + bytes(32), REJECT_FAILED),
        ):
            with self.subTest(garbage=garbage):
                client = self.source(1, self.served)
                client.sendall(garbage)
                self.assertEqual(received(client), answer)
        self.assert_served()

    def test_an_endless_stream_of_garbage_is_not_listened_to(self):
        client = self.source(1, self.served)
        with self.assertRaises(OSError):
            while True:
                client.sendall(os.urandom(65536))
        self.assert_served()

    def test_the_ninth_unfinished_handshake_of_a_source_is_refused(self):
        clients = [self.hello(1, PSK) for _ in range(8)]
        for client in clients:
            self.assertTrue(client.recv(4096).startswith(SERVER_HELLO))
        ninth = self.source(1, self.served)
        ninth.sendall(HELLO_START)
        ninth.shutdown(socket.SHUT_WR)
        self.assertEqual(received(ninth), REJECT_BUSY)
        self.served.await_error_line("Refused 127.0.1.1:.*too many unfinished handshakes")
        self.assert_served()
        clients.pop().close()
        self.served.await_error_line("Refused nobody from 127.0.1.1:.*connection_lost")
        tenth = self.source(1, self.served)
        tenth.sendall(b"\xff")
        self.assertEqual(received(tenth), b"")

    def test_who_has_said_nothing_makes_room_for_the_next(self):
        silent = [self.source(1, self.served) for _ in range(8)]
        ninth = self.hello(1, PSK)
        self.assertTrue(ninth.recv(4096).startswith(SERVER_HELLO))
        self.assertEqual(received(silent[0]), b"")
        self.served.await_error_line("Refused 127.0.1.1:.*it said nothing, and others came")
        ready, _, _ = select.select(silent[1:], [], [], 0)
        self.assertEqual(ready, [])

    def test_handshakes_with_a_key_exchange_have_a_rate(self):
        clients = [self.hello(1, PSK_ECDHE) for _ in range(8)]
        answers = [client.recv(4096) for client in clients]
        # Five a second; a machine that stalls in between gets one more for each fifth of a second.
        refused = answers.count(REJECT_BUSY_FOR_A_SECOND)
        self.assertIn(refused, (1, 2, 3), answers)
        self.assertEqual(sum(answer.startswith(SERVER_HELLO) for answer in answers), 8 - refused)
        for client in clients:
            client.close()
        # As long to wait as the Reject says, and not for ever.
        time.sleep(1)
        again = self.hello(1, PSK_ECDHE)
        self.assertTrue(again.recv(4096).startswith(SERVER_HELLO))

    def test_refused_ones_that_stay_cost_nothing(self):
        clients = [self.hello(1, PSK) for _ in range(8)]
        for client in clients:
            client.recv(4096)
        clients += [self.source(1, self.served) for _ in range(200)]
        self.assert_served()
        for client in clients[8:]:
            self.assertIn(received(client), (REJECT_BUSY, b""))
        self.assert_served()

    def test_others_are_served_while_time_outs_run(self):
        """The one test that takes its time: PROTOCOL.md 11.1 gives a silent client ten seconds."""
        undisturbed = statistics.median(self.assert_served() for _ in range(5))
        started = time.monotonic()
        silent = [self.source(10 + number // 8, self.served) for number in range(80)]
        trickling = [self.source(50 + number // 8, self.served) for number in range(80)]
        for client in trickling:
            client.sendall(HELLO_START)
        disturbed = []
        while time.monotonic() - started < 11:
            for client in trickling:
                client.sendall(b"\x01")
            for _ in range(3):
                self.source(200, self.served).sendall(b"\x00\x02\xff\x00\x00")
            disturbed.append(self.assert_served())
            time.sleep(0.5)
        self.assertLess(statistics.median(disturbed), undisturbed + 0.5)
        self.assertEqual({received(client, 10) for client in silent}, {b""})
        # The trickling ones have said nothing wrong so far, and have 20 seconds left to finish.
        ready, _, _ = select.select(trickling, [], [], 0)
        self.assertEqual(ready, [])


if __name__ == "__main__":
    main()
