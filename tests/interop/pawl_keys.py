# SPDX-License-Identifier: Apache-2.0
"""Keys and credentials of the test peer, PROTOCOL.md 2 and 3."""

import hashlib
import hmac

import pawl_crypto as crypto
import pawl_pake as pake

PSK, PSK_ECDHE, PAKE = 1, 2, 3
PASSWORD, RAW_KEY, TICKET = 1, 2, 3  # a ticket is a credential whose user is named by its bytes


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


def scalar(sp, label, user):
    """The first of 256 that is one."""
    return next(filter(crypto.scalar_valid, (xpd(sp, label, bytes([i]) + user) for i in range(256))))


def with_blinds(w0):
    return w0, crypto.product(w0, pake.M), crypto.product(w0, pake.N)


class Credential:
    """What both sides of this peer keep of a user: a client's w1 and a server's verifier are both here."""

    def __init__(
        self, user, kind, mode, psk, w1=None, verifier=None, iterations=0, salt=b"", w0=None, w0_m=None, w0_n=None
    ):
        self.user, self.kind, self.mode, self.psk, self.w1 = user, kind, mode, psk, w1
        self.verifier, self.iterations, self.salt = verifier, iterations, salt
        self.w0, self.w0_m, self.w0_n = w0, w0_m, w0_n

    @classmethod
    def derive(cls, sp, user, kind, mode, iterations=0, salt=b""):
        assert (kind, mode) != (RAW_KEY, PAKE), "section 3: there is no such credential"
        psk = xpd(sp, "psk", bytes([mode, kind]) + user)
        if mode == PSK:
            return cls(user, kind, mode, psk, None, None, iterations, salt)
        w1 = scalar(sp, "w1", user)
        blinds = with_blinds(scalar(sp, "w0", user)) if mode == PAKE else ()
        return cls(user, kind, mode, psk, w1, crypto.public_key(w1), iterations, salt, *blinds)

    @classmethod
    def from_password(cls, user, password, mode, iterations, salt):
        s = sha256(b"pawl2 salt" + prefixed(user) + salt)
        sp = hashlib.pbkdf2_hmac("sha256", password, s, iterations, 32)
        return cls.derive(sp, user, PASSWORD, mode, iterations, salt)

    @classmethod
    def from_raw_key(cls, user, key, mode):
        return cls.derive(key, user, RAW_KEY, mode)

    @classmethod
    def decoy(cls, enum_key, user, kind, mode, iterations):
        """What stands in for a user who is not known like this (8.4), with the secrets of every mode."""
        context = bytes([mode, kind]) + user
        salt, psk = (mac(enum_key, b"pawl2 decoy " + what + context) for what in (b"salt", b"psk"))
        k, w0 = (mac(enum_key, b"pawl2 decoy " + what) for what in (b"L", b"w0"))
        return cls(user, kind, mode, psk, None, crypto.public_key(k), iterations, salt[:16], *with_blinds(w0))
