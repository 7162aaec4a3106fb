# SPDX-License-Identifier: Apache-2.0
"""A peer that speaks NSTP, written from core/NSTP.md alone: both roles, as the published programs play them.

It is as trusting as they are, so that what it can be led to shows what the other end of the line prevents.
"""

import hashlib
import hmac
import os

from pawl_crypto import AesGcm

ITERATIONS = 600_000
DEVICE_SALT = bytes(range(1, 9))
ANSWER = b"Server received: "


class Refused(Exception):
    """The other end closed the connection, or its proof is wrong."""


class ByteByByte:
    """A socket that sends each byte by itself."""

    def __init__(self, sock):
        self.sock, self.recv = sock, sock.recv

    def sendall(self, data):
        for i in range(len(data)):
            self.sock.sendall(data[i : i + 1])


def derive(password, user, device_salt=DEVICE_SALT, iterations=ITERATIONS):
    return hashlib.pbkdf2_hmac("sha256", password, device_salt + user, iterations)


def mac(key, *parts):
    return hmac.digest(key, b"".join(parts), "sha256")


class Keys:
    def __init__(self, psk, client_nonce, session_nonce, user):
        self.session_nonce = session_nonce
        self.key = mac(psk, client_nonce, session_nonce)
        self.cipher = AesGcm(self.key)
        self.client_proof = mac(self.key, client_nonce, session_nonce, user)
        self.server_proof = mac(self.key, session_nonce, client_nonce, user)

    def seal(self, nonce, text):
        return nonce + self.cipher.seal(nonce, b"", text)

    def open(self, sealed):
        """The text. Raises ValueError if it does not verify."""
        return self.cipher.open(sealed[:12], b"", sealed[12:])

    def message(self, counter, text):
        return self.seal(self.session_nonce + counter.to_bytes(4, "big"), text)

    def response(self, text, nonce=None):
        sealed = self.seal(nonce or os.urandom(12), text)
        return len(sealed).to_bytes(2, "big") + sealed


def read(sock, size):
    data = b""
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            raise Refused(f"the stream ended after {len(data)} of {size} bytes")
        data += part
    return data


class Client:
    """Logs in over `sock` as soon as it is made."""

    def __init__(self, sock, psk, user=b"alice", client_nonce=None):
        self.sock, self.counter = sock, 0
        client_nonce = client_nonce or os.urandom(16)
        # Three writes, as the published client does it.
        for part in (bytes([len(user)]), user, client_nonce):
            sock.sendall(part)
        self.keys = Keys(psk, client_nonce, read(sock, 8), user)
        sock.sendall(self.keys.client_proof)
        if read(sock, 32) != self.keys.server_proof:
            raise Refused("wrong proof of the server")

    def seal(self, text):
        """The next message."""
        self.counter += 1
        return self.keys.message(self.counter - 1, text)

    def response(self):
        return self.keys.open(self.sealed_response())

    def sealed_response(self):
        return read(self.sock, int.from_bytes(read(self.sock, 2), "big"))

    def ask(self, text):
        self.sock.sendall(self.seal(text))
        return self.response()


class Server:
    """Accepts a login over `sock` as soon as it is made, of any user, with the one psk."""

    def __init__(self, sock, psk, session_nonce=None):
        self.sock, self.last = sock, -1
        self.user = read(sock, read(sock, 1)[0])
        client_nonce = read(sock, 16)
        session_nonce = session_nonce or os.urandom(8)
        sock.sendall(session_nonce)
        self.keys = Keys(psk, client_nonce, session_nonce, self.user)
        if read(sock, 32) != self.keys.client_proof:
            raise Refused("wrong proof of the client")
        sock.sendall(self.keys.server_proof)

    def hear(self):
        """What one read gives is one message: its bytes and its text; none at the end of the stream."""
        sealed = self.sock.recv(65536)
        if not sealed:
            return None
        counter = int.from_bytes(sealed[8:12], "big")
        text = self.keys.open(sealed)
        assert counter > self.last, "a message that the published server would drop"
        self.last = counter
        return sealed, text
