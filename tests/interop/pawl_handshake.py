# SPDX-License-Identifier: Apache-2.0
"""Credentials and the handshake of the test peer, PROTOCOL.md 2 to 7, without I/O."""

import hashlib
import hmac
import os

import pawl_crypto as crypto

PSK, PSK_ECDHE = 1, 2
PASSWORD, RAW_KEY = 1, 2
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


# --- Sections 2, 3 and 7: keys.


def mac(key, data):
    return hmac.digest(key, data, "sha256")


def sha256(data):
    return hashlib.sha256(data).digest()


def prefixed(data):
    return bytes([len(data)]) + data


def xtr(ikm):
    return mac(b"pawl2 handshake", ikm)


def xpd(key, label, context=b"", length=32):
    full = b"pawl2 " + label.encode()
    return mac(key, length.to_bytes(2, "big") + prefixed(full) + prefixed(context) + b"\x01")[:length]


class Credential:
    """What both sides of this peer keep of a user: a client's w1 and a server's verifier are both here."""

    def __init__(self, user, kind, mode, psk, w1=None, verifier=None, iterations=0, salt=b""):
        self.user, self.kind, self.mode, self.psk, self.w1 = user, kind, mode, psk, w1
        self.verifier, self.iterations, self.salt = verifier, iterations, salt

    @classmethod
    def derive(cls, sp, user, kind, mode, iterations=0, salt=b""):
        psk = xpd(sp, "psk", bytes([mode, kind]) + user)
        if mode == PSK:
            return cls(user, kind, mode, psk, None, None, iterations, salt)
        candidates = (xpd(sp, "w1", bytes([i]) + user) for i in range(256))
        w1 = next(filter(crypto.scalar_valid, candidates))
        return cls(user, kind, mode, psk, w1, crypto.public_key(w1), iterations, salt)

    @classmethod
    def from_password(cls, user, password, mode, iterations, salt):
        s = sha256(b"pawl2 salt" + prefixed(user) + salt)
        sp = hashlib.pbkdf2_hmac("sha256", password, s, iterations, 32)
        return cls.derive(sp, user, PASSWORD, mode, iterations, salt)

    @classmethod
    def from_raw_key(cls, user, key, mode):
        return cls.derive(key, user, RAW_KEY, mode)


# --- Section 4: frames.


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


def reject(code, retry_after=0):
    return frame(REJECT, bytes([code]) + retry_after.to_bytes(2, "big"))


def check_header(header, expected):
    """Of the 5 bytes of a header: the length of the body. `expected` are the types that the state admits."""
    if header[0] != 0:
        raise Failure("no frame", code=None if CLIENT_HELLO in expected else FAILED)
    if header[1] != 2:
        raise Failure("another version", code=UNSUPPORTED if CLIENT_HELLO in expected else FAILED)
    length = int.from_bytes(header[3:], "big")
    if length not in LENGTHS.get(header[2], ()) or header[2] not in expected:
        raise Failure("a frame that does not fit the state, or of a length its type does not have")
    return length


def check_parameters(max_rx, idle):
    if not 64 <= max_rx <= 8191 or idle in (1, 2):
        raise Failure("max_rx or idle out of range")


def parse_reject(whole):
    reader = Reader(whole[5:])
    code, retry_after = reader.number(1), reader.number(2)
    if code not in (FAILED, UNSUPPORTED, BUSY) or (retry_after and code != BUSY):
        raise Failure("malformed Reject")
    return Refused(code, retry_after)


# --- Sections 5, 6 and 7: the handshake.


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
