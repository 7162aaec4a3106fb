#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: hostile_datagram_serve_test.py PAWL [[--control] PATTERN...]

A client over UDP that breaks one rule a test, against `pawl serve --udp`: core/PROTOCOL.md 20.2, 20.3, 20.7 and 20.8.
"""

import contextlib
import itertools
import time

import hostile
from hostile import ECHO, FLOWS, USERS, pake_client, setUpModule, tearDownModule
from hostile_datagrams import (
    DROPPED_FROM_A_CLIENT, DROPPED_RECORDS, PROTOCOL_ERRORS, RAW_KEY, AgainstServe, of_version,
)
from hostile_rules import GENERATOR, NO_POINTS, flip, hello
from pawl_datagram import DatagramClient
from pawl_frames import (
    CLIENT_FINISH, CLIENT_HELLO, COOKIE, FAILED, RETRY, SERVER_FINISH, SERVER_HELLO, UNSUPPORTED, frame, reject,
)
from pawl_handshake import D, K, T
from pawl_peer import CLOSE, DATA, PING, PONG
from tables import table

AUTHENTICATION = "authentication_failed"


def datagram_hello(share=b"", flags=K, cookie=bytes(COOKIE), **fields):
    return hello(share=share + cookie, flags=flags | D, **fields)


# What comes in place of a ClientHello, and the code of the Reject that answers it.
@table(
    "assert_refused",
    **{f"version_{version}": (of_version(version, datagram_hello()), UNSUPPORTED) for version in (0, 1, 3, 255)},
    another_version_that_just_has_room=(of_version(3, datagram_hello())[:21], UNSUPPORTED),
    another_version_that_has_no_room=(of_version(3, datagram_hello())[:20],),
    a_finish_of_another_version=(of_version(3, frame(CLIENT_FINISH, bytes(36))),),
    a_ticket=(datagram_hello(flags=T), FAILED),
    a_ticket_in_mode_psk_ecdhe=(datagram_hello(mode=2, flags=T, share=GENERATOR), FAILED),
    pake_with_k=(datagram_hello(mode=3), FAILED),
    pake_with_t=(datagram_hello(mode=3, flags=T), FAILED),
    pake_with_a_share=(datagram_hello(mode=3, flags=0, share=GENERATOR), FAILED),
    pake_with_max_rx_63=(datagram_hello(mode=3, flags=0, max_rx=63), FAILED),
    mode_0=(datagram_hello(mode=0), FAILED),
    mode_4=(datagram_hello(mode=4, flags=0), FAILED),
    t_with_k=(datagram_hello(flags=T | K), FAILED),
    no_flag_of_datagrams=(hello(), FAILED),
    no_cookie=(datagram_hello(cookie=b""), FAILED),
    half_a_cookie=(datagram_hello(cookie=bytes(8)), FAILED),
    max_rx_63=(datagram_hello(max_rx=63), FAILED),
    max_rx_8192=(datagram_hello(max_rx=8192), FAILED),
    idle_1=(datagram_hello(idle=1), FAILED),
    idle_2=(datagram_hello(idle=2), FAILED),
    a_name_of_129=(datagram_hello(name=b"u" * 129), FAILED),
    a_share_in_mode_psk=(datagram_hello(share=GENERATOR), FAILED),
    no_share_in_mode_psk_ecdhe=(datagram_hello(mode=2), FAILED),
    another_length_than_its_own=(datagram_hello() + b"\0",),
    another_marker=(b"\x01" + datagram_hello()[1:],),
    type_0=(b"\0\2\0" + datagram_hello()[3:],),
    type_7=(b"\0\2\7" + datagram_hello()[3:],),
    a_server_hello=(frame(SERVER_HELLO, bytes(40)),),
    a_server_finish=(frame(SERVER_FINISH, bytes(32)),),
    a_retry=(frame(RETRY, bytes(16)),),
    a_reject=(reject(FAILED, to=datagram_hello()),),
    a_finish_of_nobody=(frame(CLIENT_FINISH, bytes(36)),),
    a_finish_of_nobody_with_a_share=(frame(CLIENT_FINISH, bytes(4) + GENERATOR + bytes(32)),),
    a_record_of_nobody=(b"\x80" + bytes(40),),
    **{f"reserved_flag_{1 << bit}": (datagram_hello(flags=K | 1 << bit), FAILED) for bit in range(3, 8)},
)
class Hello(AgainstServe):
    def assert_refused(self, sent, code=None):
        with self.line() as line:
            self.assertEqual(self.answers(line, sent), [reject(code, to=sent)] if code else [])

    def test_every_truncation(self):
        """Refused, or not answered at all."""
        whole, refused = datagram_hello(), 0
        with self.line() as line:
            for size in range(len(whole)):
                for sent in (whole[:size], frame(CLIENT_HELLO, whole[5:size])):
                    answers = self.answers(line, sent)
                    if answers:
                        self.assertEqual(answers, [reject(FAILED, to=sent)])
                        self.assertLess(len(answers[0]), len(sent))
                        refused += 1
        self.assertGreater(refused, 0)


class Pake(AgainstServe):
    def test_whoever_asks(self):
        for name in ("password-psk_ecdhe", "raw_key-psk", "nobody"):
            with self.subTest(name=name), self.line() as line:
                client = pake_client(name, DatagramClient)
                answer, _ = self.ask(line, client.hello())
                (finish,), _ = client.take(answer)
                line.send(finish)
                client.take(line.receive())
                self.assertEqual(client.refusal.code, FAILED)


class Points(AgainstServe):
    def test_in_the_key_flow(self):
        for name, share in NO_POINTS.items():
            with self.subTest(name), self.line() as line:
                answer, asked = self.ask(line, datagram_hello(mode=2, share=share, name=b"raw_key-psk_ecdhe"))
                self.assertEqual(answer, reject(FAILED, to=asked))
                self.assertEqual(self.answers(line), [])

    def test_in_the_password_flow(self):
        for mode, (name, share) in itertools.product(("psk_ecdhe", "pake"), NO_POINTS.items()):
            with self.subTest(name, mode=mode), self.line() as line:
                _, finish = self.half_open(line, ("password", mode))
                self.assert_ends_it(line, finish[:9] + share + finish[-32:], finish, "malformed")


class Finish(AgainstServe):
    def test_the_hello_again(self):
        for flow in FLOWS:
            with self.subTest(flow=flow), self.line() as line:
                answer, asked = self.ask(line, DatagramClient(USERS[flow].credential).hello())
                self.assertEqual(self.answers(line, asked, asked), [answer] * 2)

    def test_wrong_and_then_none_is_right(self):
        for flow in FLOWS:
            for at in (9, -1):
                with self.subTest(flow=flow, at=at), self.line() as line:
                    _, finish = self.half_open(line, flow)
                    share = flow[0] == "password" and flow[1] != "psk" and at == 9
                    self.assert_ends_it(line, flip(finish, at), finish, "malformed" if share else AUTHENTICATION)

    def test_of_another_cid(self):
        for flow in FLOWS:
            with self.subTest(flow=flow), self.line() as line:
                client, finish = self.half_open(line, flow)
                self.assertEqual(self.answers(line, flip(finish, 5)), [])
                self.assert_opens(line, client, finish)

    def test_of_another_session(self):
        for flow in FLOWS:
            with self.subTest(flow=flow), self.line() as line, self.line() as other:
                _, finish = self.half_open(line, flow)
                _, foreign = self.half_open(other, flow)
                self.assert_ends_it(line, foreign[:5] + finish[5:9] + foreign[9:], finish, AUTHENTICATION)

    @contextlib.contextmanager
    def finished(self, kind, mode):
        """A line whose ClientFinish was answered, and a second line from the same network."""
        with self.subTest(mode=mode), self.line() as line, self.line(line.sock.getsockname()[0]) as other:
            client, finish = self.half_open(line, (kind, mode))
            line.send(finish)
            answer, _ticket = line.receive(), line.receive()
            yield client, finish, answer, line, other

    def test_again_with_a_password(self):
        """It is answered wherever it comes from, and the session stays where it was."""
        for mode in hostile.MODES:
            with self.finished("password", mode) as (client, finish, answer, line, other):
                for each in (line, other):
                    self.assertEqual(self.answers(each, finish), [answer])
                self.assert_opens(line, client, answer=answer)

    def test_again_with_a_raw_key(self):
        """It is answered wherever it comes from. The session follows it, and comes back with the next record."""
        for mode in ("psk", "psk_ecdhe"):
            with self.finished("raw_key", mode) as (client, finish, answer, line, other):
                first, again = (client.receives.open(ping) for ping in (answer, *self.answers(line, finish)))
                self.assertEqual((first[0], again), (PING, first))
                other.send(finish)
                self.assertEqual(client.receives.open(other.receive())[0], PING)
                self.assert_goes_on(line, client, before=0)

    def test_again_after_the_pong(self):
        """Whoever has seen it moves nothing."""
        for mode in ("psk", "psk_ecdhe"):
            with self.finished("raw_key", mode) as (client, finish, answer, line, other):
                line.send(*client.take(answer)[0])
                for each in (line, other):
                    self.assertEqual(self.answers(each, finish), [])
                self.assert_goes_on(line, client, before=0)


# What comes before the good ClientFinish, each a function of the cid of the handshake.
@table(
    "assert_dropped",
    a_record=(lambda cid: b"\x80" + cid + bytes(40),),
    no_cid=(lambda cid: frame(CLIENT_FINISH, bytes(32)),),
    a_body_of_35=(lambda cid: frame(CLIENT_FINISH, cid + bytes(31)),),
    a_byte_after_the_frame=(lambda cid: frame(CLIENT_FINISH, cid + bytes(32)) + b"\0",),
    all_but_a_byte=(lambda cid: frame(CLIENT_FINISH, cid + bytes(32))[:-1],),
    another_version=(lambda cid: of_version(3, frame(CLIENT_FINISH, cid + bytes(32))),),
    a_server_hello=(lambda cid: frame(SERVER_HELLO, cid + bytes(36)),),
    a_server_finish=(lambda cid: frame(SERVER_FINISH, cid + bytes(28)),),
    a_retry=(lambda cid: frame(RETRY, cid + bytes(12)),),
)
class BeforeTheFinish(AgainstServe):
    def assert_dropped(self, sent):
        for kind in ("password", "raw_key"):
            with self.subTest(kind=kind), self.line() as line:
                client, finish = self.half_open(line, (kind, "psk"))
                self.assertEqual(self.answers(line, sent(finish[5:9])), [])
                self.assert_opens(line, client, finish)

    def test_a_record_from_elsewhere(self):
        """It is the client's own, but only one that comes from where the hello did is kept."""
        with self.line() as line, self.line(line.sock.getsockname()[0]) as other:
            client, finish = self.half_open(line, RAW_KEY)
            self.assertEqual(self.answers(other, client.seal(DATA, b"early")), [])
            self.assert_opens(line, client, finish)

    def test_a_share_in_mode_psk(self):
        """It has the cid, so it counts."""
        for kind in ("password", "raw_key"):
            with self.subTest(kind=kind), self.line() as line:
                _, finish = self.half_open(line, (kind, "psk"))
                wrong = frame(CLIENT_FINISH, finish[5:9] + GENERATOR + finish[9:])
                self.assert_ends_it(line, wrong, finish, "malformed")


@table("assert_dropped", **DROPPED_RECORDS, **DROPPED_FROM_A_CLIENT)
class Records(AgainstServe):
    def assert_dropped(self, sent, received):
        with self.opened(RAW_KEY) as (line, client):
            line.send(*sent(client.sends))
            self.assert_goes_on(line, client, received)

    def test_of_another_session(self):
        with self.opened(RAW_KEY) as (line, client), self.opened(RAW_KEY) as (_, other):
            record = other.sends.seal(DATA, b"two")
            line.send(record[:1] + client.sends.cid + record[5:])
            self.assert_goes_on(line, client)

    def test_an_old_one_from_elsewhere(self):
        """It is delivered, but the session stays where it was."""
        with self.opened(RAW_KEY) as (line, client), self.line() as other:
            old, new = client.seal(DATA, b"two"), client.seal(DATA, b"three")
            for each, record, text in ((line, new, b"three"), (other, old, b"two")):
                each.send(record)
                self.assertEqual(line.follow(client, DATA), (DATA, ECHO + text))
            self.assert_goes_on(line, client, before=3)

    def test_repeated_from_elsewhere(self):
        with self.opened(RAW_KEY) as (line, client), self.line() as other:
            record = client.seal(DATA, b"two")
            line.send(record)
            self.assertEqual(line.follow(client, DATA), (DATA, ECHO + b"two"))
            self.assertEqual(self.answers(other, record), [])
            self.assert_goes_on(line, client, before=2)


@table("assert_protocol_error", **PROTOCOL_ERRORS)
class ProtocolErrors(AgainstServe):
    def assert_protocol_error(self, kind, content, pad):
        with self.opened(RAW_KEY) as (line, client):
            line.send(client.sends.seal(kind, content, pad))
            self.assertEqual(line.follow(client, CLOSE), (CLOSE, b"\2"))


class Pings(AgainstServe):
    PAUSE, PINGS = 0.1, 50

    def test_a_flood_of_them(self):
        """The last is answered; before it, no more than one in each pause."""
        with self.opened(RAW_KEY) as (line, client):
            began = time.monotonic()
            line.send(*(client.seal(PING, number.to_bytes(8, "big")) for number in range(self.PINGS)))
            pongs = [line.follow(client, PONG)]
            while pongs[-1][1] != (self.PINGS - 1).to_bytes(8, "big"):
                pongs.append(line.follow(client, PONG))
            self.assertLessEqual(len(pongs), 2 + (time.monotonic() - began) / self.PAUSE)
            self.assert_goes_on(line, client)


if __name__ == "__main__":
    hostile.main()
