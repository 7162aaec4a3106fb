# SPDX-License-Identifier: Apache-2.0
"""The test peer over datagrams, whatever carries them: handshakes (PROTOCOL.md 13.1) and records (9 and 10).

Written from core/PROTOCOL.md like the rest of this folder. Both roles take datagrams and say what to send.
"""

import time

from pawl_frames import (
    BUSY, CLIENT_FINISH, CLIENT_HELLO, COOKIE, FAILED, REJECT, RETRY, SERVER_FINISH, SERVER_HELLO, UNSUPPORTED,
    Failure, check_datagram, parse_reject, reject,
)
from pawl_handshake import ClientHandshake, ServerHandshake
from pawl_keys import PASSWORD, xpd
from pawl_peer import CLOSE, PING, PONG, Half

REPEATS = (1, 2, 4, 7, 11, 16, 22)  # seconds after a frame at which the client sends it again
PATIENCE = 31  # seconds until it gives up
SOON = 3  # seconds until it gives up once it was refused
MOST_RETRIES = 3


class DatagramHalf(Half):
    """One direction. `cid` is in the records from client to server."""

    def __init__(self, secret, direction, cid=b""):
        super().__init__(secret, direction)
        self.cid = cid

    def ratchet(self):
        self.secret = xpd(self.secret, "update")
        self.epoch += 1
        self.make_keys()

    def seal(self, kind, content, pad=0):
        header = bytes([0x80 | self.epoch & 63]) + self.cid + self.counter.to_bytes(4, "big")
        return header + self.gcm.seal(self.nonce(), header, content + bytes([kind]) + bytes(pad))

    def open(self, record):
        """Type and content. Raises Failure for what is to be dropped; keeps no replay window."""
        size = 5 + len(self.cid)
        header = record[:size]
        if header[0] >> 6 != 2 or header[1:-4] != self.cid or len(record) < size + 17:
            raise Failure("no record of this session")
        half, later = self, (header[0] - self.epoch) & 63
        if later == 1:
            half = DatagramHalf(self.secret, self.direction, self.cid)
            half.epoch = self.epoch
            half.ratchet()
        elif later:
            raise Failure("another epoch")
        try:
            inner = half.gcm.open(half.sn + header[-4:], header, record[size:]).rstrip(b"\0")
        except ValueError as error:
            raise Failure(str(error)) from error
        if not inner:
            raise Failure("a record of no type")
        vars(self).update(vars(half))
        return inner[-1], inner[:-1]


class Role:
    """What both roles have in common: a session once it is open."""

    sends = receives = None
    closing = False

    def open(self, handshake, client):
        handshake.finish()
        c2s = DatagramHalf(handshake.secrets["c2s_0"], 0, handshake.cid)
        s2c = DatagramHalf(handshake.secrets["s2c_0"], 1)
        self.sends, self.receives = (c2s, s2c) if client else (s2c, c2s)
        self.peer_max_rx, self.closing = handshake.peer_max_rx, False

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
        return self.answer(kind, content), (kind, content)

    def due(self):
        """What is to be sent now, though nothing came."""
        return []

    def answer(self, kind, content):
        if kind == PING:
            return [self.seal(PONG, content)]
        if kind != CLOSE:
            return []
        answers = [] if self.closing else [self.seal(CLOSE, b"\0")]
        self.sends = self.receives = None
        return answers

    def seal(self, kind, content):
        return self.sends.seal(kind, content)

    def close(self):
        self.closing = True
        return self.seal(CLOSE, b"\0")


class DatagramServer(Role):
    """One session at a time, of one of the users with these `credentials`. It repeats what it is asked for again."""

    def __init__(self, credentials, max_rx=251, idle=60):
        self.credentials, self.max_rx, self.idle = credentials, max_rx, idle
        self.handshake = self.hello = self.opened_hello = self.finish = None
        self.opened = self.refused = 0
        self.server_hello = self.server_finish = self.ping = b""

    def look_up(self, user, kind, mode):
        return next((c for c in self.credentials if (c.user, c.kind, c.mode) == (user, kind, mode)), None)

    def take_frame(self, whole):
        if len(whole) < 5 + COOKIE:
            return []
        try:
            kind = check_datagram(whole, (CLIENT_HELLO, CLIENT_FINISH))
        except Failure as failure:
            return [reject(UNSUPPORTED, to=whole)] if failure.code == UNSUPPORTED and whole[2] == CLIENT_HELLO else []
        return self.take_hello(whole) if kind == CLIENT_HELLO else self.take_finish(whole)

    def take_hello(self, whole):
        without_cookie = whole[:-COOKIE]
        if without_cookie == self.opened_hello:
            return []
        if self.handshake is None or without_cookie != self.hello:
            self.handshake = self.new_handshake()
            try:
                self.server_hello = self.handshake.client_hello(whole)
            except Failure as failure:
                self.handshake = None
                return [reject(failure.code, to=whole)]
            self.hello = without_cookie
        return [self.server_hello]

    def new_handshake(self):
        return ServerHandshake(self.look_up, self.max_rx, self.idle, datagram=True)

    def take_finish(self, whole):
        if whole == self.finish and self.sends:
            return [self.server_finish or self.seal(PING, self.ping)]
        if self.handshake is None or whole[5:9] != self.handshake.cid:
            return []
        handshake, self.handshake = self.handshake, None  # one try (8.3)
        try:
            self.server_finish = handshake.client_finish(whole)
        except Failure:
            self.refused += 1
            return [reject(FAILED, to=whole)]
        self.open(handshake, client=False)
        self.opened_hello, self.finish = self.hello, whole
        self.opened += 1
        self.ping = b"opened" + self.opened.to_bytes(2, "big")
        return [self.server_finish or self.seal(PING, self.ping)]


class DatagramClient(Role):
    """One attempt and its session. hello() begins it, due() keeps it going; both, and take(), go by the `clock`."""

    def __init__(self, credential, max_rx=247, idle=60, clock=time.monotonic, **settings):
        self.handshake = ClientHandshake(credential, max_rx, idle, datagram=True, **settings)
        self.clock, self.awaits = clock, (SERVER_HELLO, RETRY, REJECT)
        self.retries = 0
        self.wrong = 0  # frames that were dropped

    def hello(self):
        return self.say(self.handshake.hello())

    def say(self, frame):
        """From now on this frame is repeated."""
        self.last, self.refusal, now = frame, None, self.clock()
        self.repeats, self.end = [now + after for after in REPEATS], now + PATIENCE
        return frame

    def due(self):
        """The last frame if it is time to repeat it. Raises Failure, or Refused, when there has been no good answer."""
        now = self.clock()
        if self.last and now >= self.end:
            raise self.refusal or Failure("no answer")
        if not self.last or not self.repeats or now < self.repeats[0]:
            return []
        self.repeats.pop(0)
        return [self.last]

    def take(self, datagram):
        answers, record = super().take(datagram)
        if record:
            self.last = None  # a sign that ClientFinish has come
        return answers, record

    def take_frame(self, whole):
        try:
            kind = check_datagram(whole, self.awaits)
            if kind == SERVER_HELLO:
                return [self.take_hello(whole)]
            if kind == RETRY:
                return self.take_retry(whole)
            if kind == REJECT:
                return self.take_reject(whole)
            self.handshake.server_finish(whole)
            self.open(self.handshake, client=True)
            self.last, self.awaits = None, ()
        except Failure:
            self.wrong += 1
        return []

    def take_hello(self, whole):
        finish = self.handshake.server_hello(whole)
        if self.handshake.credential.kind == PASSWORD:
            self.awaits = (SERVER_FINISH, REJECT)
        else:
            self.open(self.handshake, client=True)
            self.awaits = ()
        return self.say(finish)

    def take_retry(self, whole):
        if self.retries == MOST_RETRIES:
            return []
        self.retries += 1
        return [self.say(self.last[:-COOKIE] + whole[-COOKIE:])]

    def take_reject(self, whole):
        """Anybody who sees the frame may have sent this, so a better answer still counts."""
        self.refusal = parse_reject(whole, self.last)
        if self.refusal.code != BUSY:
            self.repeats, self.end = [], min(self.end, self.clock() + SOON)
        return []
