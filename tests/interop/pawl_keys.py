# SPDX-License-Identifier: Apache-2.0
"""Keys and credentials of the test peer, PROTOCOL.md 2 and 3."""

import hashlib
import hmac

import pawl_crypto as crypto

PSK, PSK_ECDHE = 1, 2
PASSWORD, RAW_KEY = 1, 2


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
