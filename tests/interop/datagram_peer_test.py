#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: datagram_peer_test.py VECTORS. The test peer's roles over datagrams, with each other and in virtual time."""

import functools
import itertools
import json
import sys
import unittest

from pawl_datagram import DatagramClient, DatagramServer
from pawl_frames import BUSY, COOKIE, FAILED, REJECT, UNSUPPORTED, Failure, Refused, frame, reject
from pawl_keys import PAKE, PASSWORD, PSK, PSK_ECDHE, RAW_KEY, Credential
from pawl_peer import CLOSE, DATA, PING, PONG

VECTORS = {}
FLOWS = [(PASSWORD, PSK), (PASSWORD, PSK_ECDHE), (PASSWORD, PAKE), (RAW_KEY, PSK), (RAW_KEY, PSK_ECDHE)]


def flip(datagram):
    return datagram[:-1] + bytes([datagram[-1] ^ 1])


@functools.cache
def credential(kind, mode):
    return Credential.derive(b"k" * 32, b"user", kind, mode, 600_000, b"s" * 16)


class Pair:
    """A client, a server and a clock that stands still while datagrams travel."""

    def __init__(self, kind, mode):
        self.now, known = 0, credential(kind, mode)
        self.client = DatagramClient(known, clock=lambda: self.now)
        self.server = DatagramServer([known])
        self.log = []

    def connect(self, lose=()):
        """Until the client repeats nothing more. Datagrams of the numbers in `lose` do not arrive."""
        numbers, to_server = itertools.count(), [self.client.hello()]
        while self.client.last:
            to_client = self.deliver(self.server, to_server, numbers, lose)
            to_server = self.deliver(self.client, to_client, numbers, lose)
            if not to_server and self.client.last:
                self.now = self.client.repeats[0]
                to_server = self.client.due()
        self.deliver(self.server, to_server, numbers, lose)

    def deliver(self, to, datagrams, numbers, lose):
        self.log += datagrams
        return [answer for each in datagrams if next(numbers) not in lose for answer in to.take(each)[0]]


class Flows(unittest.TestCase):
    def assert_open(self, pair):
        for sender, receiver in ((pair.client, pair.server), (pair.server, pair.client)):
            self.assertEqual(receiver.take(sender.seal(DATA, b"text"))[1], (DATA, b"text"))
            (pong,), _ = receiver.take(sender.seal(PING, b"12345678"))
            self.assertEqual(sender.take(pong)[1], (PONG, b"12345678"))

    def test_open_and_close(self):
        for flow in FLOWS:
            with self.subTest(flow=flow):
                pair = Pair(*flow)
                pair.connect()
                self.assertEqual(pair.now, 0)
                self.assert_open(pair)
                (answer,), record = pair.server.take(pair.client.close())
                self.assertEqual(record, (CLOSE, b"\0"))
                self.assertEqual(pair.client.take(answer), ([], (CLOSE, b"\0")))

    def test_any_two_datagrams_may_be_lost(self):
        for kind in (PASSWORD, RAW_KEY):
            for lose in itertools.combinations(range(5), 2):
                with self.subTest(kind=kind, lose=lose):
                    pair = Pair(kind, PSK)
                    pair.connect(lose)
                    self.assert_open(pair)

    def test_what_is_repeated_is_answered_alike(self):
        for flow in FLOWS:
            with self.subTest(flow=flow):
                pair = Pair(*flow)
                pair.connect()
                hello, server_hello, finish, answer = pair.log[:4]
                self.assertEqual(pair.server.take(hello), ([], None))
                (again,), _ = pair.server.take(finish)
                if flow[0] == PASSWORD:
                    self.assertEqual(again, answer)
                else:
                    self.assertEqual(pair.client.take(again)[1], (PING, pair.server.ping))
                pair = Pair(*flow)
                hello = pair.client.hello()
                self.assertEqual(pair.server.take(hello), pair.server.take(hello))

    def test_one_handshake_one_try(self):
        for flow in FLOWS:
            with self.subTest(flow=flow):
                pair = Pair(*flow)
                (server_hello,), _ = pair.server.take(pair.client.hello())
                (finish,), _ = pair.client.take(server_hello)
                self.assertEqual(pair.server.take(flip(finish)), ([reject(FAILED, to=flip(finish))], None))
                self.assertEqual(pair.server.take(finish), ([], None))

    def test_forged_frames_come_first(self):
        for flow in FLOWS:
            with self.subTest(flow=flow):
                pair = Pair(*flow)
                (server_hello,), _ = pair.server.take(pair.client.hello())
                if flow[0] == RAW_KEY:
                    self.assertEqual(pair.client.take(flip(server_hello)), ([], None))
                (finish,), _ = pair.client.take(server_hello)
                (answer,), _ = pair.server.take(finish)
                self.assertEqual(pair.client.take(flip(answer)), ([], None))
                pair.client.take(answer)
                self.assert_open(pair)


class Waiting(unittest.TestCase):
    def test_the_last_frame_is_repeated_until_it_is_too_late(self):
        pair = Pair(PASSWORD, PSK)
        for said in (pair.client.hello(), None):
            if said is None:
                (server_hello,), _ = pair.server.take(pair.client.last)
                (said,), _ = pair.client.take(server_hello)
            began, times = pair.now, []
            for pair.now in range(began, began + 31):
                if sent := pair.client.due():
                    self.assertEqual(sent, [said])
                    times.append(pair.now - began)
            self.assertEqual(times, [1, 2, 4, 7, 11, 16, 22])
        pair.now += 1
        self.assertRaises(Failure, pair.client.due)

    def test_a_refusal_ends_the_waiting_soon(self):
        for code in (FAILED, UNSUPPORTED):
            pair = Pair(PASSWORD, PSK)
            hello = pair.client.hello()
            pair.client.take(reject(code, to=hello))
            pair.now = 2.9
            pair.client.take(reject(code, to=hello))
            self.assertEqual(pair.client.due(), [])
            pair.now = 3
            with self.assertRaises(Refused) as caught:
                pair.client.due()
            self.assertEqual(caught.exception.code, code)

    def test_a_refusal_and_then_an_answer(self):
        pair = Pair(PASSWORD, PSK)
        hello = pair.client.hello()
        pair.client.take(reject(FAILED, to=hello))
        pair.now = 2.9
        (server_hello,), _ = pair.server.take(hello)
        (finish,), _ = pair.client.take(server_hello)
        pair.now = 3.9
        self.assertEqual(pair.client.due(), [finish])

    def test_refusals_that_change_nothing(self):
        pair = Pair(PASSWORD, PSK)
        hello = pair.client.hello()
        good = reject(FAILED, to=hello)
        others = [reject(FAILED), reject(FAILED, to=flip(hello[:-COOKIE]) + bytes(COOKIE)), reject(FAILED, 1, to=hello)]
        others += [reject(code, to=hello) for code in (0, 4)]
        others += [frame(REJECT, good[5:-1]), frame(REJECT, good[5:] + b"\0"), reject(BUSY, 30, to=hello)]
        for other in others:
            pair.client.take(other)
        self.assertEqual(pair.client.wrong, len(others) - 1)
        pair.now = 1
        self.assertEqual(pair.client.due(), [hello])
        (server_hello,), _ = pair.server.take(hello)
        pair.client.take(server_hello)
        pair.client.take(good)
        pair.now = 2
        self.assertEqual(pair.client.due(), [pair.client.last])

    def test_a_busy_server_is_what_is_reported(self):
        pair = Pair(PASSWORD, PSK)
        pair.client.take(reject(BUSY, 30, to=pair.client.hello()))
        pair.now = 30.9
        pair.client.due()
        pair.now = 31
        with self.assertRaises(Refused) as caught:
            pair.client.due()
        self.assertEqual(caught.exception.retry_after, 30)

    def test_what_is_too_short_for_a_cookie_is_not_answered(self):
        pair = Pair(PASSWORD, PSK)
        other_version = b"\0\3" + pair.client.hello()[2:]
        self.assertEqual(pair.server.take(other_version[:21]), ([reject(UNSUPPORTED, to=other_version[:21])], None))
        for size in range(1, 21):
            self.assertEqual(pair.server.take(other_version[:size]), ([], None))

    def test_cookies(self):
        for vector in VECTORS["retry"]:
            hello, retry, again = (bytes.fromhex(vector[name]) for name in ("ClientHello", "Retry", "ClientHello2"))
            nonce = bytes(range(16))
            known = Credential(b"alice", PASSWORD, PSK_ECDHE, b"", iterations=600_000)
            client = DatagramClient(known, 1024, 120, random=lambda n: nonce[:n] if n < 32 else b"\1" * 32)
            self.assertEqual(client.hello(), hello)
            for _ in range(3):
                self.assertEqual(client.take(retry), ([again], None))
            self.assertEqual(client.take(retry), ([], None))


if __name__ == "__main__":
    with open(sys.argv.pop(1), encoding="utf-8") as file:
        VECTORS.update(json.load(file))
    unittest.main()
