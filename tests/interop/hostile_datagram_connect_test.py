#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: hostile_datagram_connect_test.py PAWL [[--control] PATTERN...]

A server over UDP that breaks one rule a test, or somebody who forges its frames, against `pawl connect --udp`:
core/PROTOCOL.md 20.3, 20.4, 20.7 and 20.8. Those who wait for a repetition, or its absence, wait together.
"""

import time

import hostile
from hostile import FLOWS, USERS, FalseServer, setUpModule, tearDownModule
from hostile_datagrams import (
    DROPPED_RECORDS, FINISH, PASSWORD, PROTOCOL_ERRORS, RAW_KEY, RECORD, AgainstConnect, of_version,
)
from hostile_rules import NO_POINTS, flip
from pawl_datagram import SOON
from pawl_frames import (
    BUSY, CLIENT_FINISH, COOKIE, FAILED, REJECT, RETRY, SERVER_FINISH, SERVER_HELLO, UNSUPPORTED, frame, reject,
)
from pawl_peer import CLOSE, DATA
from tables import table, together


def played(server, whole):
    """What a server in good order answers to this frame."""
    (answer,), _ = server.take(whole)
    return answer


# --- What is forged, as a function of the client's last frame and its user.


def always(sent):
    return lambda asked, user: sent


def rejects(code, retry_after=0):
    return lambda asked, user: reject(code, retry_after, to=asked)


def false(**fields):
    """A ServerHello that is genuine but for these."""
    return lambda asked, user: FalseServer(user, datagram=True, **fields).client_hello(asked)


def hello_then(alter):
    """A ServerHello that is genuine, altered."""
    return lambda asked, user: alter(false()(asked, user))


def with_a_body(alter):
    """A ServerHello whose body is altered, and its length."""
    return hello_then(lambda whole: frame(SERVER_HELLO, alter(whole[5:])))


FORGED = {
    "a_reject_without_echo": always(reject(FAILED)),
    "a_busy_reject_without_echo": always(reject(BUSY, 30)),
    "a_reject_with_another_echo": lambda asked, user: flip(reject(FAILED, to=asked), -1),
    "a_reject_of_another_frame": lambda asked, user: reject(FAILED, to=flip(asked, 6)),
    "a_reject_of_3": always(frame(REJECT, bytes([FAILED, 0, 0]))),
    "a_reject_of_10": lambda asked, user: frame(REJECT, reject(FAILED, to=asked)[5:-1]),
    "a_reject_of_12": lambda asked, user: frame(REJECT, reject(FAILED, to=asked)[5:] + b"\0"),
    "a_reject_cut_short": lambda asked, user: reject(FAILED, to=asked)[:-1],
    "a_reject_and_a_byte": lambda asked, user: reject(FAILED, to=asked) + b"\0",
    "a_reject_of_another_version": lambda asked, user: of_version(3, reject(FAILED, to=asked)),
    "a_reject_of_code_0": rejects(0),
    "a_reject_of_code_4": rejects(4),
    "a_reject_of_code_1_with_seconds": rejects(FAILED, 1),
    "a_reject_of_code_2_with_seconds": rejects(UNSUPPORTED, 256),
    "a_busy_reject": rejects(BUSY, 30),
    "a_busy_reject_of_0": rejects(BUSY),
    "a_record": always(b"\x80" + bytes(40)),
    "a_stream_record": always(b"\x40\x20" + bytes(32)),
    "a_server_finish": always(frame(SERVER_FINISH, bytes(32))),
    "the_frame_itself": lambda asked, user: asked,
    "a_short_retry": always(frame(RETRY, bytes(COOKIE - 1))),
}
FORGED_HELLO = {
    **{f"idle_{idle}": false(idle=idle) for idle in (0, 1, 2, 121, 65535)},
    **{f"max_rx_{max_rx}": false(max_rx=max_rx) for max_rx in (0, 63, 8192)},
    "version_1": hello_then(lambda whole: of_version(1, whole)),
    "version_3": hello_then(lambda whole: of_version(3, whole)),
    "a_byte_too_many": with_a_body(lambda body: body + b"\0"),
    "a_byte_too_few": with_a_body(lambda body: body[:-1]),
    "no_cid": with_a_body(lambda body: body[:20] + body[24:]),
}
FORGED_HELLO_OF_A_KEY = {
    "a_wrong_confirm": hello_then(lambda whole: flip(whole, -1)),
    "an_altered_cid": hello_then(lambda whole: flip(whole, 25)),
    "an_altered_nonce": hello_then(lambda whole: flip(whole, 9)),
}
FORGED_HELLO_OF_A_PASSWORD = {
    "iterations_0": false(iterations=0),
    "iterations_below_the_floor": false(iterations=599_999),
    "iterations_of_4294967295": false(iterations=2**32 - 1),
    "another_salt_than_stored": false(salt=bytes(16)),
}
FORGED_SHARES = {f"share_{name}": false(share=share) for name, share in NO_POINTS.items()}
FORGED_FINISH = {
    "a_body_of_31": always(frame(SERVER_FINISH, bytes(31))),
    "a_body_of_33": always(frame(SERVER_FINISH, bytes(33))),
    "another_version": always(of_version(3, frame(SERVER_FINISH, bytes(32)))),
    "a_server_hello": always(frame(SERVER_HELLO, bytes(44))),
    "a_retry": always(frame(RETRY, b"c" * COOKIE)),
}


def rows(flow, forged):
    return {f"{name}_with_a_{flow[0]}": (flow, forge) for name, forge in forged.items()}


@together(
    "assert_dropped",
    **rows(PASSWORD, FORGED | FORGED_HELLO | FORGED_HELLO_OF_A_PASSWORD),
    **rows(RAW_KEY, FORGED | FORGED_HELLO | FORGED_HELLO_OF_A_KEY),
    **rows(("password", "psk_ecdhe"), FORGED_SHARES),
    **{f"{name}_in_mode_pake": (("password", "pake"), forge) for name, forge in FORGED_SHARES.items()},
    **rows(("raw_key", "psk_ecdhe"), FORGED_SHARES),
)
class InsteadOfAServerHello(AgainstConnect):
    """What is forged is dropped, as the repetition shows, and the genuine answer is taken."""

    def assert_dropped(self, flow, forge):
        user = USERS[flow]
        with self.called(user) as (line, result):
            asked, server = line.receive(), self.server_of(user)
            line.send(forge(asked, user))
            self.assert_repeated(line, asked)
            line.send(played(server, asked))
            self.assert_opens(line, result, server)


@together("assert_dropped", **{name: (forge,) for name, forge in (FORGED | FORGED_FINISH).items()})
class InsteadOfAServerFinish(AgainstConnect):
    """The same, once the client has proved itself."""

    def assert_dropped(self, forge):
        user = USERS[PASSWORD]
        with self.called(user) as (line, result):
            asked, server = line.receive(), self.server_of(user)
            line.send(played(server, asked))
            finish = self.next(line, FINISH)
            line.send(reject(FAILED, to=asked), forge(finish, user))
            self.assert_repeated(line, finish)
            line.send(played(server, finish))
            self.assert_opens(line, result, server)


# --- A Reject that could be genuine.


def to_the_finish(of_finish):
    return "finish" if of_finish else "hello"


# Which flow, which code, and whether it is the ClientFinish that is refused.
REFUSED = {
    f"{code}_to_the_{to_the_finish(of_finish)}_{'_'.join(flow)}": (flow, code, of_finish)
    for flow in FLOWS
    for code in (FAILED, UNSUPPORTED)
    for of_finish in (False, True)
    if not of_finish or flow[0] == "password"
}


class Refused(AgainstConnect):
    def asked(self, line, server, of_finish):
        """The frame of the client that is to be refused."""
        asked = line.receive()
        if not of_finish:
            return asked
        line.send(played(server, asked))
        return self.next(line, FINISH)


@together("assert_gives_up", **REFUSED)
class RefusedAndThenNothing(Refused):
    def assert_gives_up(self, flow, code, of_finish):
        """After 3 s, in which nothing is repeated, but for what may have crossed with the Reject."""
        user = USERS[flow]
        with self.called(user) as (line, result):
            asked = self.asked(line, self.server_of(user), of_finish)
            line.send(reject(code, to=asked))
            refused = time.monotonic()
            self.assert_said(result, "authentication_failed" if code == FAILED else "unsupported")
            waited = time.monotonic() - refused
            self.assertGreater(waited, SOON - 0.5)
            self.assertLess(waited, SOON + 10)
            self.assertLess(len(list(iter(lambda: line.take(0), None))), 2)


@together("assert_opens_after_all", **REFUSED)
class RefusedAndThenAnswered(Refused):
    def assert_opens_after_all(self, flow, code, of_finish):
        user = USERS[flow]
        with self.called(user) as (line, result):
            server = self.server_of(user)
            asked = self.asked(line, server, of_finish)
            answer = played(server, asked)  # before the wait, because it takes its time
            line.send(reject(code, to=asked))
            line.take(1)  # nothing, as a rule
            line.send(answer)
            self.assert_opens(line, result, server)


class Retries(AgainstConnect):
    def test_no_more_than_three(self):
        for flow in (PASSWORD, RAW_KEY):
            with self.subTest(flow=flow), self.called(USERS[flow]) as (line, result):
                asked, server = line.receive(), self.server_of(USERS[flow])
                for cookie in (b"1" * COOKIE, b"2" * COOKIE, b"3" * COOKIE):
                    line.send(frame(RETRY, cookie))
                    self.assertEqual(line.receive(), asked[:-COOKIE] + cookie)
                line.send(frame(RETRY, b"4" * COOKIE))
                self.assert_repeated(line, asked[:-COOKIE] + b"3" * COOKIE)
                line.send(played(server, asked))
                self.assert_opens(line, result, server)


# --- The open session.


@table(
    "assert_dropped",
    **DROPPED_RECORDS,
    a_finish=(lambda keys: [frame(CLIENT_FINISH, bytes(36))], []),
    a_retry=(lambda keys: [frame(RETRY, bytes(COOKIE))], []),
    a_server_hello=(lambda keys: [frame(SERVER_HELLO, bytes(56))], []),
)
class RecordsAtAClient(AgainstConnect):
    def assert_goes_on(self, line, server, result, received):
        line.send(server.seal(DATA, b"last"), server.close())
        line.follow(server, CLOSE)
        self.assert_said(result, "ended", b"".join(text + b"\n" for text in (*received, b"last")))

    def assert_dropped(self, sent, received):
        with self.opened() as (line, server, result):
            line.send(*sent(server.sends))
            self.assert_goes_on(line, server, result, received)

    def test_a_reject_of_the_finish(self):
        with self.opened() as (line, server, result):
            line.send(*(reject(code, to=server.finish) for code in (FAILED, UNSUPPORTED, BUSY)))
            self.assert_goes_on(line, server, result, [])

    def test_the_clients_records_reflected(self):
        user = USERS[RAW_KEY]
        with self.called(user) as (line, result):
            asked, server = line.receive(), self.server_of(user)
            line.send(played(server, asked))
            server.take(self.next(line, FINISH))
            record = self.next(line, RECORD)
            line.send(record, record[:1] + record[5:])
            server.take(record)
            line.send(server.seal(DATA, b"two"))
            line.follow(server, CLOSE)
            self.assertEqual(result()[:2], (0, b"two\n"))


@table("assert_protocol_error", **PROTOCOL_ERRORS)
class ProtocolErrorsAtAClient(AgainstConnect):
    def assert_protocol_error(self, kind, content, pad):
        with self.opened() as (line, server, result):
            line.send(server.sends.seal(kind, content, pad))
            self.assertEqual(line.follow(server, CLOSE), (CLOSE, b"\2"))
            self.assert_said(result, "protocol")


if __name__ == "__main__":
    hostile.main()
