# SPDX-License-Identifier: Apache-2.0
"""What hostile peers over UDP have in common, whichever side they play, and the records that they send."""

import contextlib
import copy

import hostile
import hostile_rules
from hostile import ECHO, USERS
from hostile_rules import flip
from pawl_datagram import DatagramClient, DatagramServer
from pawl_frames import CLIENT_FINISH, CLIENT_HELLO, COOKIE, FAILED, RETRY, SERVER_FINISH, UNSUPPORTED, frame, reject
from pawl_peer import CLOSE, DATA, DATA_MORE
from pawl_udp import Udp
from programs import connecting

PASSWORD, RAW_KEY = ("password", "psk"), ("raw_key", "psk")
PROTOCOL_ERRORS = hostile_rules.PROTOCOL_ERRORS | {"a_data_more": (DATA_MORE, b"two", 0)}
FINISH, RECORD = b"\0\2\3", b"\x80"  # how they begin
PROBE = b"\0\3\1" + bytes(30)  # a hello of another version: answered, and nothing is kept of it


def of_version(version, whole):
    return b"\0" + bytes([version]) + whole[2:]


class AgainstServe(hostile.AgainstServe):
    """The peer is the client."""

    OPTIONS = ("--udp",)

    @contextlib.contextmanager
    def line(self, source=None):
        """From a network of its own, or the address given."""
        with self.server.dial_from(source) if source else self.server.dial() as sock:
            yield Udp(sock, hostile.PATIENCE)

    def ask(self, line, hello):
        """Sends it, with a cookie if the server wants one, and gives the answer and what it answers."""
        line.send(hello)
        answer = line.receive()
        if answer[2] != RETRY:
            return answer, hello
        return self.ask(line, hello[:-COOKIE] + answer[-COOKIE:])

    def half_open(self, line, flow):
        """A client and its ClientFinish, which is not sent yet."""
        client = DatagramClient(USERS[flow].credential)
        answer, _ = self.ask(line, client.hello())
        (finish,), _ = client.take(answer)
        return client, finish

    def answers(self, line, *sent):
        """What comes back, up to the answer to a probe."""
        line.send(*sent, PROBE)
        return list(iter(line.receive, reject(UNSUPPORTED, to=PROBE)))

    @contextlib.contextmanager
    def opened(self, flow):
        """A line and a client with an open session, in which "one" was answered."""
        with self.line() as line:
            client = DatagramClient(USERS[flow].credential)
            line.connect(client)
            line.send(client.seal(DATA, b"one"))
            self.assertEqual(line.follow(client, DATA), (DATA, ECHO + b"one"))
            yield line, client

    def assert_ends_it(self, line, wrong, finish, error):
        """The handshake, so that the ClientFinish that would have been right comes too late."""
        line.send(wrong)
        self.assertEqual(line.receive(), reject(FAILED, to=wrong))
        self.assertEqual(self.answers(line, finish, wrong), [])
        event = self.server.end_of("%s:%d" % line.sock.getsockname())
        self.assertIsNotNone(event, "pawl serve does not say that it has refused")
        self.assertEqual((event["event"], event["error"]), ("refused", error))

    def assert_opens(self, line, client, finish=b"", answer=b""):
        """By the finish, or it is open and this was the answer."""
        if finish:
            line.send(finish)
        client.take(answer or line.receive())
        self.assert_goes_on(line, client, before=0)

    def assert_goes_on(self, line, client, received=(), before=1):
        """After so many answered messages these are delivered, once each, and the session is as good as ever."""
        line.send(client.seal(DATA, b"last"))
        for text in (*received, b"last"):
            self.assertEqual(line.follow(client, DATA), (DATA, ECHO + text))
        line.send(client.close())
        line.follow(client, CLOSE)
        event = self.server.end_of("%s:%d" % line.sock.getsockname())
        self.assertIsNotNone(event, "pawl serve does not say that the session has ended")
        said = {"event": "closed", "error": "none", "reason": "normal", "messages": before + len(received) + 1}
        self.assertEqual(event, event | said)


class AgainstConnect(hostile.AgainstConnect):
    """The peer is the server."""

    REPEATED = 5  # seconds within which the program repeats what had no answer. It does so after 1, give or take 1/4

    @contextlib.contextmanager
    def called(self, user, stdin=b"one\n"):
        """The line of a `pawl connect`, and how it ends."""
        with connecting(hostile.PAWL, "--credential", user.file, stdin=stdin, udp=True) as (sock, result):
            yield Udp(sock, hostile.PATIENCE), result

    @contextlib.contextmanager
    def opened(self):
        """As called(), and a server with an open session."""
        user = USERS[RAW_KEY]
        with self.called(user, stdin=None) as (line, result):
            server = self.server_of(user)
            while server.sends is None:
                line.send(*server.take(line.receive())[0])
            yield line, server, result

    def server_of(self, user):
        return DatagramServer([user.credential])

    def next(self, line, start):
        """The next datagram that begins like this. On a computer that is busy the one before may be repeated first."""
        while not (datagram := line.receive()).startswith(start):
            pass
        return datagram

    def assert_repeated(self, line, said):
        self.assertEqual(line.receive(self.REPEATED), said)

    def assert_opens(self, line, result, server):
        """From here on the server does what it should, and all goes well."""
        self.assertEqual(line.follow(server, DATA), (DATA, b"one"))
        line.send(server.seal(DATA, b"two"))
        line.follow(server, CLOSE)
        self.assertEqual(result()[:2], (0, b"two\n"))


# --- Records that are to be dropped, each a function of the sender's half. It gives datagrams, and changes nothing of
# the half but the counter.


def spoilt(part, mask=1):
    """In this part of the record."""

    def send(keys):
        record, header = keys.seal(DATA, b"two"), 5 + len(keys.cid)
        return [flip(record, {"counter": header - 1, "content": header, "tag": -1}[part], mask)]

    return send


def cut(size):
    """So many bytes more than the header."""
    return lambda keys: [keys.seal(DATA, b"two")[: 5 + len(keys.cid) + size]]


def in_order(*places):
    def send(keys):
        records = [keys.seal(DATA, text) for text in (b"two", b"three", b"four")]
        return [records[place] for place in places]

    return send


def with_other(change):
    """A record under keys that this has changed."""

    def send(keys):
        other = copy.copy(keys)
        change(other)
        keys.counter += 1
        return [other.seal(DATA, b"two")]

    return send


def later(epochs):
    def change(keys):
        for _ in range(epochs):
            keys.ratchet()

    return change


def with_the_other_nonces(keys):
    keys.sn = flip(keys.sn, 0, 0x80)


def with_the_other_cid(keys):
    keys.cid = flip(keys.cid, 0)


def before_the_first_epoch(keys):
    keys.epoch = -1


def far_back(keys):
    """A counter that every window has left behind."""
    keys.counter = 3000
    first = keys.seal(DATA, b"two")
    keys.counter = 1500
    second = keys.seal(DATA, b"three")
    keys.counter = 3001
    return [first, second]


def always(*sent):
    return lambda keys: list(sent)


# What is sent, and what of it is delivered.
DROPPED_RECORDS = {
    "an_altered_counter": (spoilt("counter", 0x10), []),
    "an_altered_content": (spoilt("content"), []),
    "a_wrong_tag": (spoilt("tag"), []),
    "the_nonces_of_the_other_side": (with_other(with_the_other_nonces), []),
    "a_record_repeated": (in_order(0, 0), [b"two"]),
    "a_record_repeated_later": (in_order(0, 1, 2, 0, 1), [b"two", b"three", b"four"]),
    "an_old_counter": (far_back, [b"two"]),
    "two_epochs_ahead": (with_other(later(2)), []),
    "three_epochs_ahead": (with_other(later(3)), []),
    "an_epoch_behind": (with_other(before_the_first_epoch), []),
    "no_inner_text": (cut(16), []),
    "half_a_tag": (cut(8), []),
    "a_header_alone": (cut(0), []),
    "half_a_header": (cut(-3), []),
    "a_stream_record": (always(b"\x40\x20" + bytes(32)), []),
    "a_reserved_first_byte": (always(b"\1" + bytes(40), b"\xff" + bytes(40)), []),
    "nothing": (always(b""), []),
    "a_reject": (always(reject(FAILED), reject(FAILED, to=frame(CLIENT_HELLO, bytes(40)))), []),
    "a_server_finish": (always(frame(SERVER_FINISH, bytes(32))), []),
}
DROPPED_FROM_A_CLIENT = {
    "an_altered_cid": (lambda keys: [flip(keys.seal(DATA, b"two"), 1)], []),
    "another_cid": (with_other(with_the_other_cid), []),
    "a_finish": (lambda keys: [frame(CLIENT_FINISH, keys.cid + bytes(32))], []),
}
