# SPDX-License-Identifier: Apache-2.0
"""The handshake of the test peer, PROTOCOL.md 5 to 7, without I/O."""

import hmac
import os

import pawl_crypto as crypto
import pawl_pake as pake
from pawl_frames import (
    CLIENT_FINISH, CLIENT_HELLO, COOKIE, SERVER_FINISH, SERVER_HELLO, UNSUPPORTED, Failure, Reader, check_parameters,
    frame, unconfirmed,
)
from pawl_keys import PAKE, PASSWORD, PSK, PSK_ECDHE, RAW_KEY, TICKET, mac, prefixed, sha256, xpd, xtr

T, D, K = 1, 2, 4  # flags of a ClientHello: a ticket, datagrams, a raw key
FLAG = {PASSWORD: 0, RAW_KEY: K, TICKET: T}
CID = 4  # bytes, on datagrams


def checked(compute, *arguments):
    """What it gives; a ValueError, because a point is none, is a failure of the handshake."""
    try:
        return compute(*arguments)
    except ValueError as error:
        raise Failure(str(error)) from error


class Handshake:
    """What both sides have in common. `random` is called with a number of bytes."""

    def __init__(self, max_rx, idle, random, datagram):
        self.max_rx, self.idle, self.random, self.datagram = max_rx, idle, random, datagram
        self.secrets, self.share = {}, b""

    def draw(self, mode, cid=0):
        """Nonce, so many bytes of a cid, and scalar (section 18)."""
        self.nonce, self.cid = self.random(16), self.random(cid)
        if mode != PSK:
            self.scalar = self.random(32)
            while not crypto.scalar_valid(self.scalar):
                self.scalar = self.random(32)

    def make_share(self, credential, blind):
        """`blind` is this side's in mode pake."""
        if credential.mode == PSK:
            return
        self.share = crypto.public_key(self.scalar)
        if credential.mode == PAKE:
            self.share = pake.blinded(self.share, blind)

    def peer_point(self, credential, share, blind):
        """The peer's ephemeral key. `blind` is the peer's in mode pake."""
        if credential.mode == PAKE:
            self.secrets["T"] = share = checked(pake.unblinded, share, blind)
        return share

    def agree(self, credential, shares=b"", z=b"", v=b""):
        """`shares` are the client's and the server's, Z and V points."""
        if credential.mode == PSK_ECDHE:
            z, v = z[:32], v[:32]
        ikm = credential.psk + z + v
        if credential.mode == PAKE:
            k_main = pake.k_main(credential.user, shares[:64], shares[64:], z, v, credential.w0)
            self.secrets.update(K_main=k_main)
            ikm = credential.psk + k_main
        self.secrets.update(psk=credential.psk, Z=z, V=v, ikm=ikm, hs=xtr(ikm))

    def confirm_keys(self, transcript):
        """From the transcript up to the first confirm field."""
        h1 = sha256(transcript)
        hs = self.secrets["hs"]
        self.secrets.update(h1=h1, k_c=xpd(hs, "c confirm", h1), k_s=xpd(hs, "s confirm", h1))

    def add_own(self, kind, body, key):
        """The frame `body` with the confirm under `key` at its end."""
        head = unconfirmed(kind, body)
        confirm = mac(self.secrets[key], sha256(self.transcript + head))
        self.transcript += head + confirm
        return head + confirm

    def check_confirm(self, whole, key):
        expected = mac(self.secrets[key], sha256(self.transcript + whole[:-32]))
        if not hmac.compare_digest(whole[-32:], expected):
            raise Failure("wrong confirm")
        self.transcript += whole

    def finish(self):
        hs, h_end = self.secrets["hs"], sha256(self.transcript)
        self.secrets.update(h_end=h_end, c2s_0=xpd(hs, "c2s", h_end), s2c_0=xpd(hs, "s2c", h_end))
        self.secrets.update(exporter=xpd(hs, "exporter", h_end), resume=xpd(hs, "resume", h_end))

    def ticket_secret(self, seq):
        return xpd(self.secrets["resume"], "ticket", bytes([seq]))


class ClientHandshake(Handshake):
    """`derive` is called with iterations and salt if the credential has none (`psk` is None)."""

    def __init__(
        self, credential, max_rx=1024, idle=120, random=os.urandom, floor=600_000, ceiling=4_000_000, derive=None,
        datagram=False,
    ):
        super().__init__(max_rx, idle, random, datagram)
        self.credential, self.floor, self.ceiling, self.derive = credential, floor, ceiling, derive
        self.asked_idle = idle

    def hello(self):
        credential = self.credential
        self.draw(credential.mode)
        flags = FLAG[credential.kind] | (D if self.datagram else 0)
        if credential.kind != PASSWORD:
            self.make_share(credential, None)
        body = bytes([credential.mode, flags]) + self.max_rx.to_bytes(2, "big") + self.asked_idle.to_bytes(2, "big")
        body += self.nonce + prefixed(credential.user) + self.share + bytes(COOKIE if self.datagram else 0)
        self.first = frame(CLIENT_HELLO, body)
        return self.first

    def server_hello(self, whole):
        """The ClientFinish. After a failure another ServerHello may be tried."""
        credential, reader = self.credential, Reader(whole[5:])
        self.peer_max_rx, self.idle = reader.number(2), reader.number(2)
        reader.take(16)
        self.cid = reader.take(CID if self.datagram else 0)
        if credential.kind == PASSWORD:
            iterations, salt = reader.number(4), reader.take(16)
        share = reader.take(64 if credential.mode != PSK else 0)
        if credential.kind != PASSWORD:
            reader.take(32)
        reader.end()
        self.check_limits()
        self.transcript = self.first
        if credential.kind == PASSWORD:
            return self.prove_first(whole, self.match(iterations, salt), share)
        self.combine(credential, share)
        self.confirm_keys(self.transcript + whole[:-32])
        self.check_confirm(whole, "k_s")
        return self.add_own(CLIENT_FINISH, self.cid, "k_c")

    def check_limits(self):
        check_parameters(self.peer_max_rx, self.idle)
        if self.asked_idle and not 0 < self.idle <= self.asked_idle:
            raise Failure("an idle time-out that was not asked for")
        if self.datagram and self.idle == 0:
            raise Failure("no idle time-out")

    def prove_first(self, whole, credential, share):
        self.make_share(credential, credential.w0_m)
        self.combine(credential, share)
        self.transcript += whole
        self.confirm_keys(self.transcript + unconfirmed(CLIENT_FINISH, self.cid + self.share))
        return self.add_own(CLIENT_FINISH, self.cid + self.share, "k_c")

    def combine(self, credential, share):
        if credential.mode == PSK:
            return self.agree(credential)
        point = self.peer_point(credential, share, credential.w0_n)
        z = checked(crypto.product, self.scalar, point)
        v = b"" if credential.kind == TICKET else checked(crypto.product, credential.w1, point)
        return self.agree(credential, self.share + share, z, v)

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
    """`look_up` gives the credential of (user, kind, mode), or None; without decoys, such a user is refused at once. In
    the place of the user it may be given a ticket."""

    def __init__(
        self, look_up, max_rx=1024, idle=120, random=os.urandom, datagram=False, modes=(PSK, PSK_ECDHE, PAKE)
    ):
        super().__init__(max_rx, idle, random, datagram)
        self.look_up, self.modes = look_up, modes

    def client_hello(self, whole):
        """The ServerHello."""
        reader = Reader(whole[5:])
        self.mode, flags = reader.number(1), reader.number(1)
        self.kind = next((kind for kind, flag in FLAG.items() if flags & flag), PASSWORD)
        self.check_flags(flags)
        self.peer_max_rx, idle = reader.number(2), reader.number(2)
        reader.take(16)
        user = reader.take(reader.number(1))
        share = reader.take(64 if flags & (K | T) and self.mode == PSK_ECDHE else 0)
        reader.take(COOKIE if self.datagram else 0)
        reader.end()
        check_parameters(self.peer_max_rx, idle)
        if not 1 <= len(user) <= (255 if flags & T else 128):
            raise Failure("a name or ticket that cannot be")
        if self.mode not in self.modes:
            raise Failure("no such mode here", code=UNSUPPORTED)
        self.idle = min(filter(None, (self.idle, idle)), default=0)
        self.transcript = whole[:-COOKIE] + bytes(COOKIE) if self.datagram else whole
        self.record = self.look_up(user, self.kind, self.mode)
        if self.record is None:
            raise Failure("unknown user")
        self.draw(self.mode, CID if self.datagram else 0)
        self.make_share(self.record, self.record.w0_n)
        return self.hello(share)

    def check_flags(self, flags):
        key_flow = flags & (K | T)
        if flags > 7 or key_flow == K | T or bool(flags & D) != self.datagram:
            raise Failure("flags")
        if self.mode not in ((PSK, PSK_ECDHE) if key_flow else (PSK, PSK_ECDHE, PAKE)):
            raise Failure("mode")

    def hello(self, share):
        body = self.max_rx.to_bytes(2, "big") + self.idle.to_bytes(2, "big") + self.nonce + self.cid
        if self.kind == PASSWORD:
            body += self.record.iterations.to_bytes(4, "big") + self.record.salt + self.share
            self.transcript += frame(SERVER_HELLO, body)
            return frame(SERVER_HELLO, body)
        self.combine(share)
        self.confirm_keys(self.transcript + unconfirmed(SERVER_HELLO, body + self.share))
        return self.add_own(SERVER_HELLO, body + self.share, "k_s")

    def combine(self, share):
        if self.mode == PSK:
            return self.agree(self.record)
        point = self.peer_point(self.record, share, self.record.w0_m)
        z = checked(crypto.product, self.scalar, point)
        v = b"" if self.kind == TICKET else crypto.product(self.scalar, self.record.verifier)
        return self.agree(self.record, share + self.share, z, v)

    def client_finish(self, whole):
        """The ServerFinish, or nothing in the key flow."""
        reader = Reader(whole[5:])
        if reader.take(len(self.cid)) != self.cid:
            raise Failure("of another handshake")
        share = reader.take(64 if self.kind == PASSWORD and self.mode != PSK else 0)
        reader.take(32)
        reader.end()
        if self.kind != PASSWORD:
            self.check_confirm(whole, "k_c")
            return b""
        self.combine(share)
        self.confirm_keys(self.transcript + whole[:-32])
        self.check_confirm(whole, "k_c")
        return self.add_own(SERVER_FINISH, b"", "k_s")
