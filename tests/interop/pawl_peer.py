# SPDX-License-Identifier: Apache-2.0
"""A second implementation of Pawl's stream flows, written from core/PROTOCOL.md alone; it shares nothing with the core.

For tests only. It keeps no time: idle time-outs are the other side's to hold. Sections in comments are the protocol's.
"""

import socket

import pawl_crypto as crypto
from pawl_frames import (
    CLIENT_FINISH, CLIENT_HELLO, REJECT, SERVER_FINISH, SERVER_HELLO, Failure, check_header, parse_reject, reject,
)
from pawl_keys import PASSWORD, sha256, xpd

DATA, DATA_MORE, PING, PONG, CLOSE, TICKET = 1, 2, 3, 4, 5, 6


class Tampered(Failure):
    pass


class Truncated(Failure):
    pass


class Closed(Exception):
    """The peer has closed in good order."""

    def __init__(self, reason):
        super().__init__(f"closed with reason {reason}")
        self.reason = reason


# --- Sections 9 and 10: records.


class Half:
    """One direction: its epoch, keys and counter."""

    def __init__(self, secret, direction):
        self.secret, self.direction, self.epoch = secret, direction, 0
        self.make_keys()

    def make_keys(self):
        self.counter, self.key = 0, xpd(self.secret, "key")
        nonce = xpd(self.secret, "nonce", b"", 8)
        self.sn = bytes([nonce[0] & 0x7F | self.direction << 7]) + nonce[1:]
        self.gcm = crypto.AesGcm(self.key)

    def ratchet(self):
        self.secret = xpd(self.secret, "update", self.counter.to_bytes(4, "big"))
        self.epoch += 1
        self.make_keys()

    def nonce(self):
        self.counter += 1
        return self.sn + (self.counter - 1).to_bytes(4, "big")

    def seal(self, kind, content, pad=0):
        inner = content + bytes([kind]) + bytes(pad)
        header = (0x4000 | (self.epoch & 1) << 13 | (len(inner) + 16)).to_bytes(2, "big")
        return header + self.gcm.seal(self.nonce(), header, inner)

    def open(self, record):
        """Type and content."""
        if record[0] >> 5 & 1 != self.epoch & 1:
            self.ratchet()
        try:
            inner = self.gcm.open(self.nonce(), record[:2], record[2:])
        except ValueError as error:
            raise Tampered(str(error)) from error
        inner = inner.rstrip(b"\0")
        if not inner or inner[-1] not in range(DATA, TICKET + 1):
            raise Failure("a record of no known type")
        return inner[-1], inner[:-1]


class Session:
    """What a handshake leaves."""

    def __init__(self, handshake, client):
        handshake.finish()
        c2s, s2c = Half(handshake.secrets["c2s_0"], 0), Half(handshake.secrets["s2c_0"], 1)
        self.sends, self.receives = (c2s, s2c) if client else (s2c, c2s)
        self.exp, self.ticket_secret = handshake.secrets["exporter"], handshake.ticket_secret
        self.max_rx, self.peer_max_rx, self.idle = handshake.max_rx, handshake.peer_max_rx, handshake.idle

    def exporter(self, label, context=b"", length=32):
        return xpd(xpd(self.exp, label), "exporter", sha256(context), length)


# --- The two roles over a socket.


class Connection:
    """`soft_limit` records go into an epoch before the next one is used."""

    def __init__(self, sock, soft_limit=2**22):
        self.sock, self.soft_limit, self.session = sock, soft_limit, None

    def read(self, n):
        data = b""
        while len(data) < n:
            part = self.sock.recv(n - len(data))
            if not part:
                raise Truncated("the stream ended", code=None)
            data += part
        return data

    def read_frame(self, *expected):
        first = self.read(1)
        header = first + (self.read(4) if first == b"\0" else bytes(4))
        whole = header + self.read(check_header(header, expected))
        if whole[2] == REJECT:
            raise parse_reject(whole)
        return whole

    def connect(self, handshake):
        self.sock.sendall(handshake.hello())
        finish = handshake.server_hello(self.read_frame(SERVER_HELLO, REJECT))
        self.sock.sendall(finish)
        if handshake.credential.kind == PASSWORD:
            handshake.server_finish(self.read_frame(SERVER_FINISH, REJECT))
        self.session = Session(handshake, client=True)
        return self.session

    def accept(self, handshake):
        try:
            self.sock.sendall(handshake.client_hello(self.read_frame(CLIENT_HELLO)))
            self.sock.sendall(handshake.client_finish(self.read_frame(CLIENT_FINISH)))
        except Failure as failure:
            if failure.code is not None:
                self.sock.sendall(reject(failure.code))
            raise
        self.session = Session(handshake, client=False)
        return self.session

    def send_record(self, kind, content, pad=0):
        half = self.session.sends
        if half.counter >= self.soft_limit:
            half.ratchet()
        self.sock.sendall(half.seal(kind, content, pad))

    def send(self, message, fragment=None, pad=0):
        """A message, in fragments of at most `fragment` bytes each."""
        longest = min(fragment or 8191, self.session.peer_max_rx - 17 - pad)
        while len(message) > longest:
            self.send_record(DATA_MORE, message[:longest], pad)
            message = message[longest:]
        self.send_record(DATA, message, pad)

    def receive_record(self):
        """The next record's type and content. Raises Refused for a Reject."""
        header = self.read(2)
        if header[0] == 0:
            raise parse_reject(header + self.read(6))
        length = int.from_bytes(header, "big") & 0x1FFF
        if header[0] >> 6 != 1 or not 17 <= length <= self.session.max_rx:
            raise Tampered("no record")
        return self.session.receives.open(header + self.read(length))

    def receive(self):
        """The next whole message; answers pings meanwhile. Raises Closed once the peer has closed."""
        message = b""
        while True:
            kind, content = self.receive_record()
            if kind in (DATA, DATA_MORE):
                message += content
                if kind == DATA:
                    return message
            elif kind == PING:
                self.send_record(PONG, content)
            elif kind == CLOSE:
                self.send_record(CLOSE, b"\0")
                self.sock.shutdown(socket.SHUT_WR)
                raise Closed(content[0])

    def close(self, reason=0):
        """Closes; the reason in the peer's close. What comes before it is lost."""
        self.send_record(CLOSE, bytes([reason]))
        while True:
            kind, content = self.receive_record()
            if kind == CLOSE:
                return content[0]
