# SPDX-License-Identifier: Apache-2.0
"""The handshake of the test peer, PROTOCOL.md 5 to 7, without I/O."""

import hmac
import os

import pawl_crypto as crypto
from pawl_frames import (
    CLIENT_FINISH, CLIENT_HELLO, SERVER_FINISH, SERVER_HELLO, UNSUPPORTED,
    Failure, Reader, check_parameters, frame, unconfirmed,
)
from pawl_keys import PASSWORD, PSK_ECDHE, RAW_KEY, mac, prefixed, sha256, xpd, xtr


class Handshake:
    """What both sides have in common. `random` is called with a number of bytes."""

    def __init__(self, max_rx, idle, random):
        self.max_rx, self.idle, self.random = max_rx, idle, random
        self.transcript = b""
        self.secrets = {}

    def draw(self, mode):
        """Nonce, then scalar, then what follows from it (section 18)."""
        self.nonce = self.random(16)
        self.scalar = self.share = b""
        if mode == PSK_ECDHE:
            self.scalar = self.random(32)
            while not crypto.scalar_valid(self.scalar):
                self.scalar = self.random(32)
            self.share = crypto.public_key(self.scalar)

    def agree(self, psk, z=b"", v=b""):
        self.secrets.update(psk=psk, Z=z, V=v, ikm=psk + z + v, hs=xtr(psk + z + v))

    def confirm_keys(self, transcript):
        """From the transcript up to the first confirm field."""
        h1 = sha256(transcript)
        hs = self.secrets["hs"]
        self.secrets.update(h1=h1, k_c=xpd(hs, "c confirm", h1), k_s=xpd(hs, "s confirm", h1))

    def add_own(self, kind, body, key):
        """The frame `body` with the confirm under `key` at its end."""
        head = unconfirmed(kind, body)
        self.transcript += head
        confirm = mac(self.secrets[key], sha256(self.transcript))
        self.transcript += confirm
        return head + confirm

    def check_confirm(self, whole, key):
        self.transcript += whole[:-32]
        if not hmac.compare_digest(whole[-32:], mac(self.secrets[key], sha256(self.transcript))):
            raise Failure("wrong confirm")
        self.transcript += whole[-32:]

    def multiply(self, scalar, point):
        try:
            return crypto.ecdh(scalar, point)
        except ValueError as error:
            raise Failure(str(error)) from error

    def finish(self):
        hs, h_end = self.secrets["hs"], sha256(self.transcript)
        self.secrets.update(h_end=h_end, c2s_0=xpd(hs, "c2s", h_end), s2c_0=xpd(hs, "s2c", h_end))
        self.secrets.update(exporter=xpd(hs, "exporter", h_end))


class ClientHandshake(Handshake):
    """`derive` is called with iterations and salt if the credential has none (`psk` is None)."""

    def __init__(
        self, credential, max_rx=1024, idle=120, random=os.urandom, floor=600_000, ceiling=4_000_000, derive=None
    ):
        super().__init__(max_rx, idle, random)
        self.credential, self.floor, self.ceiling, self.derive = credential, floor, ceiling, derive

    def hello(self):
        credential = self.credential
        self.draw(credential.mode)
        flags = 4 if credential.kind == RAW_KEY else 0
        body = bytes([credential.mode, flags]) + self.max_rx.to_bytes(2, "big") + self.idle.to_bytes(2, "big")
        body += self.nonce + prefixed(credential.user) + (self.share if flags else b"")
        self.transcript = frame(CLIENT_HELLO, body)
        return self.transcript

    def server_hello(self, whole):
        """The ClientFinish."""
        credential, reader = self.credential, Reader(whole[5:])
        self.peer_max_rx, idle = reader.number(2), reader.number(2)
        reader.take(16)
        if credential.kind == PASSWORD:
            iterations, salt = reader.number(4), reader.take(16)
        share = reader.take(64) if credential.mode == PSK_ECDHE else b""
        if credential.kind == RAW_KEY:
            reader.take(32)
        reader.end()
        check_parameters(self.peer_max_rx, idle)
        if self.idle and not 0 < idle <= self.idle:
            raise Failure("an idle time-out that was not asked for")
        self.idle = idle
        if credential.kind == PASSWORD:
            credential = self.match(iterations, salt)
        z = v = b""
        if credential.mode == PSK_ECDHE:
            z, v = self.multiply(self.scalar, share), self.multiply(credential.w1, share)
        self.agree(credential.psk, z, v)
        if credential.kind == PASSWORD:
            self.transcript += whole
            self.confirm_keys(self.transcript + unconfirmed(CLIENT_FINISH, self.share))
            return self.add_own(CLIENT_FINISH, self.share, "k_c")
        self.confirm_keys(self.transcript + whole[:-32])
        self.check_confirm(whole, "k_s")
        return self.add_own(CLIENT_FINISH, b"", "k_c")

    def match(self, iterations, salt):
        if not max(self.floor, 1) <= iterations <= self.ceiling:
            raise Failure("iterations out of range")
        if self.credential.psk is None:
            return self.derive(iterations, salt)
        if (self.credential.iterations, self.credential.salt) != (iterations, salt):
            raise Failure("the password is needed again")
        return self.credential

    def server_finish(self, whole):
        self.check_confirm(whole, "k_s")


class ServerHandshake(Handshake):
    """`look_up` gives the credential of (user, kind, mode), or None; without decoys, such a user is refused at once."""

    def __init__(self, look_up, max_rx=1024, idle=120, random=os.urandom):
        super().__init__(max_rx, idle, random)
        self.look_up = look_up

    def client_hello(self, whole):
        """The ServerHello."""
        reader = Reader(whole[5:])
        self.mode, flags = reader.number(1), reader.number(1)
        self.kind = RAW_KEY if flags == 4 else PASSWORD
        if flags not in (0, 1, 4) or self.mode not in ((1, 2) if flags else (1, 2, 3)):
            raise Failure("flags or mode")
        self.peer_max_rx, idle = reader.number(2), reader.number(2)
        reader.take(16)
        user = reader.take(reader.number(1))
        share = reader.take(64) if flags and self.mode == PSK_ECDHE else b""
        reader.end()
        check_parameters(self.peer_max_rx, idle)
        if not 1 <= len(user) <= (255 if flags == 1 else 128) or flags == 1:
            raise Failure("a name that cannot be, or a ticket")
        if self.mode == 3:
            raise Failure("no pake here", code=UNSUPPORTED)
        self.idle = min(filter(None, (self.idle, idle)), default=0)
        self.transcript = whole
        self.record = self.look_up(user, self.kind, self.mode)
        if self.record is None:
            raise Failure("unknown user")
        self.draw(self.mode)
        return self.hello(share)

    def hello(self, share):
        body = self.max_rx.to_bytes(2, "big") + self.idle.to_bytes(2, "big") + self.nonce
        if self.kind == PASSWORD:
            body += self.record.iterations.to_bytes(4, "big") + self.record.salt + self.share
            self.transcript += frame(SERVER_HELLO, body)
            return frame(SERVER_HELLO, body)
        self.combine(share)
        self.confirm_keys(self.transcript + unconfirmed(SERVER_HELLO, body + self.share))
        return self.add_own(SERVER_HELLO, body + self.share, "k_s")

    def combine(self, share):
        z = v = b""
        if self.mode == PSK_ECDHE:
            z, v = self.multiply(self.scalar, share), self.multiply(self.scalar, self.record.verifier)
        self.agree(self.record.psk, z, v)

    def client_finish(self, whole):
        """The ServerFinish, or nothing in the key flow."""
        reader = Reader(whole[5:])
        share = reader.take(64) if self.kind == PASSWORD and self.mode == PSK_ECDHE else b""
        reader.take(32)
        reader.end()
        if self.kind == RAW_KEY:
            self.check_confirm(whole, "k_c")
            return b""
        self.combine(share)
        self.confirm_keys(self.transcript + whole[:-32])
        self.check_confirm(whole, "k_c")
        return self.add_own(SERVER_FINISH, b"", "k_s")
