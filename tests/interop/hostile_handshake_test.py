#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: hostile_handshake_test.py PAWL [[--control] PATTERN...]

A peer that breaks one rule of the handshake a test, against `pawl serve` and `pawl connect`: core/PROTOCOL.md 20.2 to
20.5.
"""

import socket

import hostile
from hostile import (
    FLOWS, USERS, AgainstConnect, AgainstServe, FalseServer, pake_client, setUpModule, tearDownModule,
)
from hostile_rules import GENERATOR, NO_POINTS, body, flip, hello
from pawl_frames import (
    BUSY, CLIENT_FINISH, CLIENT_HELLO, FAILED, REJECT, RETRY, SERVER_FINISH, SERVER_HELLO, UNSUPPORTED, Failure,
    Refused, frame, reject,
)
from pawl_handshake import D, K, T, ClientHandshake, ServerHandshake
from pawl_keys import Credential
from pawl_peer import Connection
from tables import table


@table(
    "assert_refused",
    version_0=(b"\0\0" + hello()[2:], reject(UNSUPPORTED), "unsupported"),
    version_1=(b"\0\1" + hello()[2:], reject(UNSUPPORTED), "unsupported"),
    version_3=(b"\0\3" + hello()[2:], reject(UNSUPPORTED), "unsupported"),
    a_zero_before_the_frame=(b"\0" + hello(), reject(UNSUPPORTED), "unsupported"),
    a_line_before_the_frame=(b"\n" + hello(), b""),
    a_record=(b"\x40\x20" + bytes(32), b""),
    a_datagram=(b"\x80" + bytes(20), b""),
    type_0=(b"\0\2\0" + hello()[3:],),
    type_7=(b"\0\2\7" + hello()[3:],),
    a_server_hello=(frame(SERVER_HELLO, bytes(40)),),
    a_client_finish=(frame(CLIENT_FINISH, bytes(32)),),
    a_server_finish=(frame(SERVER_FINISH, bytes(32)),),
    a_retry=(frame(RETRY, bytes(16)),),
    a_reject=(reject(FAILED),),
    a_body_of_23=(frame(CLIENT_HELLO, body()[:23]),),
    a_body_of_359=(frame(CLIENT_HELLO, bytes(359)),),
    a_body_of_65535=(b"\0\2\1\xff\xff",),
    a_byte_too_many=(frame(CLIENT_HELLO, body() + b"\0"),),
    a_share_in_mode_psk=(hello(share=GENERATOR),),
    a_share_in_the_password_flow=(hello(mode=2, flags=0, share=GENERATOR),),
    no_share_in_mode_psk_ecdhe=(hello(mode=2),),
    a_cookie=(hello(share=bytes(16)),),
    mode_0=(hello(mode=0),),
    mode_4=(hello(mode=4, flags=0),),
    mode_255=(hello(mode=255),),
    pake_with_k=(hello(mode=3, flags=K),),
    pake_with_t=(hello(mode=3, flags=T),),
    pake_with_a_share=(hello(mode=3, flags=0, share=GENERATOR),),
    pake_with_idle_1=(hello(mode=3, flags=0, idle=1),),
    pake_with_a_name_of_129=(hello(mode=3, flags=0, name=b"u" * 129),),
    a_ticket=(hello(flags=T), reject(FAILED), "authentication_failed"),
    a_ticket_in_mode_psk_ecdhe=(hello(mode=2, flags=T, share=GENERATOR), reject(FAILED), "authentication_failed"),
    t_with_k=(hello(flags=T | K),),
    the_flag_of_datagrams=(hello(flags=K | D),),
    the_flag_of_datagrams_and_a_cookie=(hello(flags=K | D, share=bytes(16)),),
    max_rx_0=(hello(max_rx=0),),
    max_rx_63=(hello(max_rx=63),),
    max_rx_8192=(hello(max_rx=8192),),
    idle_1=(hello(idle=1),),
    idle_2=(hello(idle=2),),
    no_name=(hello(name=b"", share=b"\0"),),
    a_name_of_129=(hello(name=b"u" * 129),),
    a_name_longer_than_the_body=(flip(hello(), 27, 0x40),),
    a_name_shorter_than_the_body=(flip(hello(), 27, 0x08),),
    **{f"reserved_flag_{1 << bit}": (hello(flags=K | 1 << bit),) for bit in range(3, 8)},
    **{f"share_{name}": (hello(mode=2, share=share, name=b"raw_key-psk_ecdhe"),) for name, share in NO_POINTS.items()},
)
class Hello(AgainstServe):
    def test_every_truncation(self):
        whole = body()
        for size in range(24, len(whole)):
            with self.subTest(size=size):
                self.assert_refused(frame(CLIENT_HELLO, whole[:size]))

    def test_the_end_of_the_stream_after_every_byte(self):
        for size in range(len(hello())):
            with self.subTest(size=size), self.line() as connection:
                connection.sock.sendall(hello()[:size])
                connection.sock.shutdown(socket.SHUT_WR)
                self.assert_end(connection, b"", event="refused", error="connection_lost")


class Pake(AgainstServe):
    def test_whoever_asks(self):
        for name in ("password-psk_ecdhe", "raw_key-psk", "nobody"):
            with self.subTest(name=name), self.line() as connection:
                with self.assertRaises(Refused) as caught:
                    connection.connect(pake_client(name, ClientHandshake))
                self.assertEqual(caught.exception.code, FAILED)
                self.assert_end(connection, b"", event="refused", error="authentication_failed")


# What comes in place of a ClientFinish, to a server that waits for one of the raw key flow in mode psk.
@table(
    "assert_no_finish",
    a_hello_again=(hello(),),
    a_server_hello=(frame(SERVER_HELLO, bytes(40)),),
    a_server_finish=(frame(SERVER_FINISH, bytes(32)),),
    a_retry=(frame(RETRY, bytes(16)),),
    a_reject=(reject(BUSY, 7),),
    a_record=(b"\x40\x20" + bytes(32),),
    a_line=(b"\n",),
    another_version=(b"\0\3" + frame(CLIENT_FINISH, bytes(32))[2:],),
    a_body_of_31=(frame(CLIENT_FINISH, bytes(31)),),
    a_body_of_33=(frame(CLIENT_FINISH, bytes(33)),),
    a_connection_id=(frame(CLIENT_FINISH, bytes(36)),),
    a_share=(frame(CLIENT_FINISH, GENERATOR + bytes(32)),),
    a_share_and_a_connection_id=(frame(CLIENT_FINISH, bytes(4) + GENERATOR + bytes(32)),),
    a_wrong_confirm=(frame(CLIENT_FINISH, bytes(32)), "authentication_failed"),
)
class Finish(AgainstServe):
    def assert_no_finish(self, sent, error="malformed"):
        with self.line() as connection:
            connection.sock.sendall(hello())
            connection.read_frame(SERVER_HELLO)
            connection.sock.sendall(sent)
            connection.sock.shutdown(socket.SHUT_WR)  # who takes that for good waits for no records
            self.assert_end(connection, reject(FAILED), event="refused", user="raw_key-psk", error=error)

    def finished(self, flow):
        """A connection, and the ClientFinish that it waits for."""
        connection = Connection(self.server.dial())
        self.addCleanup(connection.sock.close)
        handshake = ClientHandshake(USERS[flow].credential)
        connection.sock.sendall(handshake.hello())
        return connection, handshake.server_hello(connection.read_frame(SERVER_HELLO))

    def test_every_byte_of_it_counts(self):
        for flow in FLOWS:
            _, finish = self.finished(flow)
            for at in (5, 20, len(finish) - 1):
                with self.subTest(flow=flow, at=at):
                    connection, finish = self.finished(flow)
                    connection.sock.sendall(flip(finish, at))
                    share = flow[0] == "password" and flow[1] != "psk" and at < 69
                    error = "malformed" if share else "authentication_failed"
                    self.assert_end(connection, reject(FAILED), event="refused", error=error)

    def test_the_end_of_the_stream_after_every_byte(self):
        size = len(self.finished(("raw_key", "psk"))[1])
        for size in range(size):
            with self.subTest(size=size):
                connection, finish = self.finished(("raw_key", "psk"))
                connection.sock.sendall(finish[:size])
                connection.sock.shutdown(socket.SHUT_WR)
                self.assert_end(connection, b"", event="refused", error="connection_lost")


@table("assert_no_share", **{f"share_{name}": (share,) for name, share in NO_POINTS.items()})
class FinishOfThePasswordFlow(AgainstServe):
    def assert_no_share(self, share):
        with self.line() as connection:
            connection.sock.sendall(hello(mode=2, flags=0, name=b"password-psk_ecdhe"))
            connection.read_frame(SERVER_HELLO)
            connection.sock.sendall(frame(CLIENT_FINISH, share + bytes(32)))
            self.assert_end(connection, reject(FAILED), event="refused", error="malformed")


def shape(server_hello, flow):
    """What everybody may see of it: all but the nonce, the salt, the share and the confirm."""
    iterations = server_hello[25:29] if flow[0] == "password" else b""
    return len(server_hello), server_hello[:9], iterations


@table(
    "assert_the_same_as_a_wrong_secret",
    an_unknown_user=(lambda kind, mode: "nobody",),
    another_kind=(lambda kind, mode: "raw_key-psk" if kind == "password" else f"password-{mode}",),
    another_mode=(lambda kind, mode: f"{kind}-{'psk' if mode == 'psk_ecdhe' else 'psk_ecdhe'}",),
)
class Who(AgainstServe):
    """Whoever does not get in sees the same."""

    def attempt(self, name, flow):
        kind, mode = flow
        share = b"" if mode == "psk" else GENERATOR
        of_hello, of_finish = (share, b"") if kind == "raw_key" else (b"", share)
        flags = K if kind == "raw_key" else 0
        with self.line() as connection:
            connection.sock.sendall(hello(mode=hostile.MODES[mode], flags=flags, name=name.encode(), share=of_hello))
            answer = connection.read_frame(SERVER_HELLO)
            connection.sock.sendall(frame(CLIENT_FINISH, of_finish + bytes(32)))
            self.assert_end(connection, reject(FAILED), event="refused", user=name, error="authentication_failed")
        return shape(answer, flow), answer[29:45]

    def assert_the_same_as_a_wrong_secret(self, name_of):
        for flow in FLOWS:
            with self.subTest(flow=flow):
                wrong_secret, _ = self.attempt("-".join(flow), flow)
                first, salt = self.attempt(name_of(*flow), flow)
                again, same_salt = self.attempt(name_of(*flow), flow)
                self.assertEqual((first, again), (wrong_secret, wrong_secret))
                if flow[0] == "password":
                    self.assertEqual(salt, same_salt)

    def test_the_psk_of_a_password_in_the_key_flow(self):
        for mode in ("psk", "psk_ecdhe"):
            with self.subTest(mode=mode), self.line() as connection:
                stolen = vars(USERS["password", mode].credential) | {"kind": hostile.KINDS["raw_key"]}
                handshake = ClientHandshake(Credential(**stolen))
                connection.sock.sendall(handshake.hello())
                answer = connection.read_frame(SERVER_HELLO)
                with self.assertRaisesRegex(Failure, "wrong confirm"):
                    handshake.server_hello(answer)
                connection.sock.sendall(handshake.add_own(CLIENT_FINISH, b"", "k_c"))
                self.assert_end(connection, reject(FAILED), event="refused", error="authentication_failed")


FIELDS = {"max_rx_0": {"max_rx": 0}, "max_rx_63": {"max_rx": 63}, "max_rx_8192": {"max_rx": 8192}}
FIELDS |= {f"idle_{idle}": {"idle": idle} for idle in (0, 1, 2, 121, 65535)}
PASSWORD, RAW_KEY = ("password", "psk"), ("raw_key", "psk")


@table(
    "assert_field_refused",
    iterations_0=(PASSWORD, {"iterations": 0}, "iterations_refused"),
    iterations_below_the_floor=(PASSWORD, {"iterations": 599_999}, "iterations_refused"),
    iterations_above_the_ceiling=(PASSWORD, {"iterations": 4_000_001}, "iterations_refused"),
    iterations_of_4294967295=(PASSWORD, {"iterations": 2**32 - 1}, "iterations_refused"),
    other_iterations_than_stored=(PASSWORD, {"iterations": 600_001}, "credential_stale"),
    another_salt_than_stored=(PASSWORD, {"salt": bytes(16)}, "credential_stale"),
    **{f"{name}_with_a_password": (PASSWORD, fields) for name, fields in FIELDS.items()},
    **{f"{name}_with_a_raw_key": (RAW_KEY, fields) for name, fields in FIELDS.items()},
    **{f"{name}_with_a_password": (("password", "psk_ecdhe"), {"share": share}) for name, share in NO_POINTS.items()},
    **{f"{name}_in_mode_pake": (("password", "pake"), {"share": share}) for name, share in NO_POINTS.items()},
    **{f"{name}_with_a_raw_key": (("raw_key", "psk_ecdhe"), {"share": share}) for name, share in NO_POINTS.items()},
)
class ServerHelloFields(AgainstConnect):
    """The client refuses what the field says, though all else is right."""

    def assert_field_refused(self, flow, fields, error="malformed"):
        with self.called(USERS[flow]) as (connection, result):
            false = FalseServer(USERS[flow], **fields)
            connection.sock.sendall(false.client_hello(connection.read_frame(CLIENT_HELLO)))
            self.assert_end(connection, result, error)


def instead(sent):
    return lambda whole: sent


HELLOS = {
    "version_1": (lambda whole: b"\0\1" + whole[2:], "unsupported"),
    "version_3": (lambda whole: b"\0\3" + whole[2:], "unsupported"),
    "type_0": (lambda whole: b"\0\2\0" + whole[3:],),
    "type_7": (lambda whole: b"\0\2\7" + whole[3:],),
    "a_client_finish": (instead(frame(CLIENT_FINISH, bytes(32))),),
    "a_server_finish": (instead(frame(SERVER_FINISH, bytes(32))),),
    "a_retry": (instead(frame(RETRY, bytes(16))),),
    "a_record": (instead(b"\x40\x20" + bytes(32)),),
    "a_zero_before_the_frame": (lambda whole: b"\0" + whole, "unsupported"),
    "a_line_before_the_frame": (lambda whole: b"\r\n" + whole,),
    "a_body_of_39": (instead(frame(SERVER_HELLO, bytes(39))),),
    "a_body_of_121": (instead(frame(SERVER_HELLO, bytes(121))),),
    "a_byte_too_many": (lambda whole: frame(SERVER_HELLO, whole[5:] + b"\0"),),
    "a_share_too_many": (lambda whole: frame(SERVER_HELLO, whole[5:] + GENERATOR),),
    "a_reject_of_code_0": (instead(frame(REJECT, b"\0\0\0")),),
    "a_reject_of_code_4": (instead(frame(REJECT, b"\4\0\0")),),
    "a_reject_of_code_1_with_seconds": (instead(frame(REJECT, b"\1\0\1")),),
    "a_reject_of_code_2_with_seconds": (instead(frame(REJECT, b"\2\1\0")),),
    "a_reject_of_4": (instead(frame(REJECT, b"\3\0\0\0")),),
    "nothing": (instead(b""), "connection_lost"),
    "a_header_alone": (lambda whole: whole[:5], "connection_lost"),
    "all_but_a_byte": (lambda whole: whole[:-1], "connection_lost"),
}


class AnsweringHello(AgainstConnect):
    FLOW = PASSWORD

    def assert_hello_refused(self, alter, error="malformed"):
        user = USERS[self.FLOW]
        with self.called(user) as (connection, result):
            handshake = ServerHandshake(lambda *_: user.credential)
            connection.sock.sendall(alter(handshake.client_hello(connection.read_frame(CLIENT_HELLO))))
            self.assert_end(connection, result, error)


@table("assert_hello_refused", **HELLOS)
class ServerHelloOfThePasswordFlow(AnsweringHello):
    pass


@table(
    "assert_hello_refused",
    **HELLOS,
    a_byte_too_few=(lambda whole: frame(SERVER_HELLO, whole[5:-1]),),
    no_confirm=(lambda whole: frame(SERVER_HELLO, whole[5:-32] + bytes(20)),),
    an_altered_nonce=(lambda whole: flip(whole, 9), "authentication_failed"),
    a_wrong_confirm=(lambda whole: flip(whole, -1), "authentication_failed"),
)
class ServerHelloOfTheKeyFlow(AnsweringHello):
    FLOW = RAW_KEY


# What comes in place of a ServerFinish, to a client that waits for one.
@table(
    "assert_no_finish",
    a_hello_again=(frame(SERVER_HELLO, bytes(40)),),
    a_client_hello=(hello(),),
    a_client_finish=(frame(CLIENT_FINISH, bytes(32)),),
    a_retry=(frame(RETRY, bytes(16)),),
    a_record=(b"\x40\x20" + bytes(32),),
    a_line=(b"\r\n",),
    another_version=(b"\0\3" + frame(SERVER_FINISH, bytes(32))[2:], "unsupported"),
    a_body_of_31=(frame(SERVER_FINISH, bytes(31)),),
    a_body_of_33=(frame(SERVER_FINISH, bytes(33)),),
    a_malformed_reject=(frame(REJECT, b"\4\0\0"),),
    a_wrong_confirm=(frame(SERVER_FINISH, bytes(32)), "authentication_failed"),
    nothing=(b"", "connection_lost"),
    all_but_a_byte=(frame(SERVER_FINISH, bytes(32))[:-1], "connection_lost"),
)
class ServerFinish(AgainstConnect):
    def assert_no_finish(self, sent, error="malformed"):
        user = USERS[PASSWORD]
        with self.called(user) as (connection, result):
            connection.sock.sendall(FalseServer(user).client_hello(connection.read_frame(CLIENT_HELLO)))
            connection.read_frame(CLIENT_FINISH)
            connection.sock.sendall(sent)
            self.assert_end(connection, result, error)


if __name__ == "__main__":
    hostile.main()
