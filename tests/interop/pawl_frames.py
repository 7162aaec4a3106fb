# SPDX-License-Identifier: Apache-2.0
"""Frames of the test peer, PROTOCOL.md 4, and how it fails."""

from pawl_keys import sha256

CLIENT_HELLO, SERVER_HELLO, CLIENT_FINISH, SERVER_FINISH, RETRY, REJECT = 1, 2, 3, 4, 5, 6
FAILED, UNSUPPORTED, BUSY = 1, 2, 3
LENGTHS = {  # section 4
    CLIENT_HELLO: range(24, 359),
    SERVER_HELLO: range(40, 121),
    CLIENT_FINISH: (32, 36, 96, 100),
    SERVER_FINISH: (32,),
    RETRY: (16,),
    REJECT: (3,),
}
LENGTHS_OF_DATAGRAMS = LENGTHS | {REJECT: (11,)}
COOKIE = 16  # bytes, at the end of a ClientHello over datagrams


class Failure(Exception):
    """Ends a connection. In a handshake a server answers it with Reject(code), or with silence if code is None."""

    def __init__(self, what, code=FAILED):
        super().__init__(what)
        self.code = code


class Refused(Failure):
    """The server sent Reject."""

    def __init__(self, code, retry_after):
        super().__init__(f"refused with code {code}", code)
        self.retry_after = retry_after


class Reader:
    """Takes the fields of a body and must consume it exactly."""

    def __init__(self, body):
        self.rest = body

    def take(self, n):
        if len(self.rest) < n:
            raise Failure("a body ends early")
        taken, self.rest = self.rest[:n], self.rest[n:]
        return taken

    def number(self, n):
        return int.from_bytes(self.take(n), "big")

    def end(self):
        if self.rest:
            raise Failure("a body is too long")


def frame(kind, body):
    return bytes([0, 2, kind]) + len(body).to_bytes(2, "big") + body


def unconfirmed(kind, body):
    """A frame without the confirm field at its end, which its length counts."""
    return frame(kind, body + bytes(32))[:-32]


def echo(answered):
    """What a Reject over datagrams has of the frame that it answers."""
    if answered[2] == CLIENT_HELLO:
        answered = answered[:-COOKIE] + bytes(COOKIE)
    return sha256(answered)[:8]


def reject(code, retry_after=0, to=None):
    """Over datagrams it answers a frame, `to`."""
    return frame(REJECT, bytes([code]) + retry_after.to_bytes(2, "big") + (echo(to) if to else b""))


def check_header(header, expected, lengths=LENGTHS):
    """Of the 5 bytes of a header: the length of the body. `expected` are the types that the state admits."""
    if header[0] != 0:
        raise Failure("no frame", code=None if CLIENT_HELLO in expected else FAILED)
    if header[1] != 2:
        raise Failure("another version", code=UNSUPPORTED if CLIENT_HELLO in expected else FAILED)
    length = int.from_bytes(header[3:], "big")
    if length not in lengths.get(header[2], ()) or header[2] not in expected:
        raise Failure("a frame that does not fit the state, or of a length its type does not have")
    return length


def check_datagram(whole, expected):
    """Of a datagram, which is one frame: its type."""
    if len(whole) < 5 or check_header(whole[:5], expected, LENGTHS_OF_DATAGRAMS) != len(whole) - 5:
        raise Failure("a datagram that is no frame")
    return whole[2]


def check_parameters(max_rx, idle):
    if not 64 <= max_rx <= 8191 or idle in (1, 2):
        raise Failure("max_rx or idle out of range")


def parse_reject(whole, answered=None):
    """Over datagrams it must answer a frame, `answered`."""
    reader = Reader(whole[5:])
    code, retry_after = reader.number(1), reader.number(2)
    if answered and reader.take(8) != echo(answered):
        raise Failure("a Reject of something else")
    reader.end()
    if code not in (FAILED, UNSUPPORTED, BUSY) or (retry_after and code != BUSY):
        raise Failure("malformed Reject")
    return Refused(code, retry_after)
