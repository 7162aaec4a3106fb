# SPDX-License-Identifier: Apache-2.0
"""The test peer over a serial line: packets (PROTOCOL.md 13.5), datagram handshakes of the key flow and datagram records.

Written from core/PROTOCOL.md like the rest of this folder. It retransmits nothing by itself but the ping on opening; it
answers what is repeated.
"""

import pawl_crypto as crypto
from pawl_frames import (
    CLIENT_FINISH, CLIENT_HELLO, SERVER_HELLO, Failure, Reader, check_parameters, frame, reject, unconfirmed,
)
from pawl_handshake import ClientHandshake, ServerHandshake
from pawl_keys import PSK_ECDHE, RAW_KEY, prefixed, xpd

DATA, PING, PONG, CLOSE = 1, 3, 4, 5

# --- 13.5: packets


def fcs16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8408 if crc & 1 else 0)
    return (crc ^ 0xFFFF).to_bytes(2, "little")


def encode_packet(datagram):
    out, rest = b"", datagram + fcs16(datagram) + b"\0"
    while rest:
        block = rest.split(b"\0", 1)[0][:254]
        out += bytes([len(block) + 1]) + block
        rest = rest[len(block) + (len(block) < 254):]
    return out + b"\0"


def decode_packet(packet):
    """Of the bytes between two ends: the datagram, or None."""
    out, at = b"", 0
    while at < len(packet):
        code = packet[at]
        block = packet[at + 1 : at + code]
        if len(block) != code - 1:
            return None
        at += code
        out += block + (b"\0" if code < 255 and at < len(packet) else b"")
    return out[:-2] if len(out) > 2 and fcs16(out[:-2]) == out[-2:] else None


# --- 9 and 10: records


class Half:
    """One direction. `cid` is in the records from client to server."""

    def __init__(self, secret, direction, cid):
        self.secret, self.direction, self.cid, self.epoch = secret, direction, cid, 0
        self.make_keys()

    def make_keys(self):
        self.counter, self.gcm = 0, crypto.AesGcm(xpd(self.secret, "key"))
        nonce = xpd(self.secret, "nonce", b"", 8)
        self.sn = bytes([nonce[0] & 0x7F | self.direction << 7]) + nonce[1:]

    def ratchet(self):
        self.secret = xpd(self.secret, "update")
        self.epoch += 1
        self.make_keys()

    def seal(self, kind, content):
        header = bytes([0x80 | self.epoch & 63]) + self.cid + self.counter.to_bytes(4, "big")
        nonce = self.sn + self.counter.to_bytes(4, "big")
        self.counter += 1
        return header + self.gcm.seal(nonce, header, content + bytes([kind]))

    def open(self, record):
        """Type and content. Raises Failure for what is to be dropped; keeps no replay window."""
        size = 5 + len(self.cid)
        header, counter = record[:size], record[size - 4 : size]
        if header[0] >> 6 != 2 or header[1:-4] != self.cid or len(record) < size + 17:
            raise Failure("no record of this session")
        following = Half(xpd(self.secret, "update"), self.direction, self.cid)
        following.epoch = self.epoch + 1
        half = {self.epoch & 63: self, following.epoch & 63: following}.get(header[0] & 63)
        if half is None:
            raise Failure("another epoch")
        try:
            inner = half.gcm.open(half.sn + counter, header, record[size:]).rstrip(b"\0")
        except ValueError as error:
            raise Failure(str(error)) from error
        if half is following:
            self.secret, self.epoch, self.gcm, self.sn = half.secret, half.epoch, half.gcm, half.sn
        return inner[-1], inner[:-1]


# --- 4 and 6: the server's side of the key flow on datagrams


class LineHandshake(ServerHandshake):
    kind = RAW_KEY

    def client_hello(self, whole):
        reader = Reader(whole[5:])
        self.mode, flags = reader.number(1), reader.number(1)
        if flags != 6:
            raise Failure("no hello of the key flow on datagrams")
        self.peer_max_rx, idle = reader.number(2), reader.number(2)
        reader.take(16)
        user = reader.take(reader.number(1))
        share = reader.take(64) if self.mode == PSK_ECDHE else b""
        reader.take(16)
        reader.end()
        check_parameters(self.peer_max_rx, idle)
        self.idle = min(filter(None, (self.idle, idle)), default=0)
        self.transcript = whole[:-16] + bytes(16)
        self.record = self.look_up(user, self.kind, self.mode)
        if self.record is None:
            raise Failure("unknown user")
        self.nonce_and_cid()
        return self.hello(share)

    def nonce_and_cid(self):
        self.nonce, self.cid = self.random(16), self.random(4)
        self.scalar = self.share = b""
        if self.mode == PSK_ECDHE:
            self.scalar = self.random(32)
            self.share = crypto.public_key(self.scalar)

    def hello(self, share):
        body = self.max_rx.to_bytes(2, "big") + self.idle.to_bytes(2, "big") + self.nonce + self.cid + self.share
        self.combine(share)
        self.confirm_keys(self.transcript + unconfirmed(SERVER_HELLO, body))
        return self.add_own(SERVER_HELLO, body, "k_s")

    def client_finish(self, whole):
        if whole[5:9] != self.cid or len(whole) != 41:
            raise Failure("of another handshake")
        self.check_confirm(whole, "k_c")


class LineServer:
    """One session at a time on a line: takes datagrams and says what to send. `credentials` are those of its users."""

    def __init__(self, credentials, max_rx=251, idle=60):
        self.credentials, self.max_rx, self.idle = credentials, max_rx, idle
        self.hello = self.answer = self.handshake = self.finish = None
        self.sends = self.receives = None
        self.opened = self.refused = 0
        self.ping = b""

    def look_up(self, user, kind, mode):
        return next((c for c in self.credentials if (c.user, c.kind, c.mode) == (user, kind, mode)), None)

    def take(self, datagram):
        """What to send, and the (type, content) of a record, or None."""
        if datagram[0] == 0:
            return self.take_frame(datagram), None
        if self.receives is None:
            return [], None
        try:
            kind, content = self.receives.open(datagram)
        except Failure:
            return [], None
        if kind == PING:
            return [self.seal(PONG, content)], (kind, content)
        if kind == CLOSE:
            answer = self.seal(CLOSE, b"\0")
            self.sends = self.receives = None
            return [answer], (kind, content)
        return [], (kind, content)

    def take_frame(self, whole):
        if whole[2] == CLIENT_HELLO and whole == self.hello:
            return [self.answer]
        if whole[2] == CLIENT_HELLO:
            self.handshake = LineHandshake(self.look_up, self.max_rx, self.idle)
            try:
                self.hello, self.answer = whole, self.handshake.client_hello(whole)
            except Failure:
                self.hello = None
                return [reject(1)]
            return [self.answer]
        if whole[2] == CLIENT_FINISH and whole == self.finish:
            return [self.seal(PING, self.ping)]
        if whole[2] == CLIENT_FINISH and self.handshake is not None and self.hello is not None:
            return self.take_finish(whole)
        return []

    def take_finish(self, whole):
        handshake, self.handshake = self.handshake, None
        try:
            handshake.client_finish(whole)
        except Failure:
            self.refused += 1
            return [reject(1)]
        handshake.finish()
        self.receives = Half(handshake.secrets["c2s_0"], 0, handshake.cid)
        self.sends = Half(handshake.secrets["s2c_0"], 1, b"")
        self.peer_max_rx, self.finish = handshake.peer_max_rx, whole
        self.opened += 1
        self.ping = b"opened" + self.opened.to_bytes(2, "big")
        return [self.seal(PING, self.ping)]

    def seal(self, kind, content):
        return self.sends.seal(kind, content)


# --- the client's side


class LineClientHandshake(ClientHandshake):
    def hello(self):
        self.draw(self.credential.mode)
        body = bytes([self.credential.mode, 6]) + self.max_rx.to_bytes(2, "big") + self.idle.to_bytes(2, "big")
        body += self.nonce + prefixed(self.credential.user) + self.share + bytes(16)
        self.transcript = frame(CLIENT_HELLO, body)
        return self.transcript

    def server_hello(self, whole):
        """The ClientFinish."""
        reader = Reader(whole[5:])
        self.peer_max_rx, self.idle = reader.number(2), reader.number(2)
        reader.take(16)
        self.cid = reader.take(4)
        share = reader.take(64) if self.credential.mode == PSK_ECDHE else b""
        reader.take(32)
        reader.end()
        check_parameters(self.peer_max_rx, self.idle)
        z = v = b""
        if share:
            z, v = self.multiply(self.scalar, share), self.multiply(self.credential.w1, share)
        self.agree(self.credential.psk, z, v)
        self.confirm_keys(self.transcript + whole[:-32])
        self.check_confirm(whole, "k_s")
        return self.add_own(CLIENT_FINISH, self.cid, "k_c")


class LineClient:
    """One session on a line, as LineServer. hello() begins it; it is repeated by whoever has the time."""

    def __init__(self, credential, max_rx=247, idle=60):
        self.handshake = LineClientHandshake(credential, max_rx, idle)
        self.sends = self.receives = None
        self.wrong = 0  # answers that were of no server with this key

    def hello(self):
        return self.handshake.hello()

    def take(self, datagram):
        if datagram[0] == 0 and datagram[2] == SERVER_HELLO and self.sends is None:
            before = self.handshake.transcript
            try:
                finish = self.handshake.server_hello(datagram)
            except Failure:
                self.wrong += 1
                self.handshake.transcript = before
                return [], None
            self.handshake.finish()
            self.sends = Half(self.handshake.secrets["c2s_0"], 0, self.handshake.cid)
            self.receives = Half(self.handshake.secrets["s2c_0"], 1, b"")
            return [finish], None
        if datagram[0] == 0 or self.receives is None:
            return [], None
        try:
            kind, content = self.receives.open(datagram)
        except Failure:
            return [], None
        return ([self.seal(PONG, content)] if kind == PING else []), (kind, content)

    def seal(self, kind, content):
        return self.sends.seal(kind, content)
