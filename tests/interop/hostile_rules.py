# SPDX-License-Identifier: Apache-2.0
"""Rules that a hostile peer breaks, whichever side it plays."""

import pawl_crypto as crypto
from pawl_frames import CLIENT_FINISH, CLIENT_HELLO, FAILED, REJECT, frame, reject
from pawl_handshake import K
from pawl_keys import prefixed
from pawl_peer import CLOSE, DATA, DATA_MORE, PING, PONG, TICKET

# --- A ClientHello that is good as it stands.


def body(mode=1, flags=K, max_rx=1024, idle=120, name=b"raw_key-psk", share=b""):
    numbers = max_rx.to_bytes(2, "big") + idle.to_bytes(2, "big")
    return bytes([mode, flags]) + numbers + bytes(range(16)) + prefixed(name) + share


def hello(**fields):
    return frame(CLIENT_HELLO, body(**fields))


# --- Points that are none: zero, not on the curve, and each coordinate p + c, right modulo p.


def on_the_curve(x, y):
    """The encoding of the point that x and y are modulo p."""
    assert (y * y - x**3 + 3 * x - crypto.B) % crypto.P == 0
    return x.to_bytes(32, "big") + y.to_bytes(32, "big")


Y_OF_0 = pow(crypto.B, (crypto.P + 1) // 4, crypto.P)
X_OF_5 = 0xD7325D7646CD60D80A92738CEB345F844CFFAF35841022CAB176F692DE8DE1D7  # the curve has this point (x, 5)
GENERATOR = crypto.encode_point(crypto.G)
NO_POINTS = {
    "zero": bytes(64),
    "off_the_curve": GENERATOR[:-1] + bytes([GENERATOR[-1] ^ 1]),
    "x_not_below_p": on_the_curve(crypto.P, Y_OF_0),
    "y_not_below_p": on_the_curve(X_OF_5, crypto.P + 5),
    "all_ones": b"\xff" * 64,
}


# --- What no honest peer sends in an open session, each a function of the keys it sends with.


def flip(record, at, mask=1):
    altered = bytearray(record)
    altered[at] ^= mask
    return bytes(altered)


def altered(at, mask=1, then=b""):
    return lambda keys: flip(keys.seal(DATA, b"two"), at, mask) + then


def in_order(*places):
    def send(keys):
        records = [keys.seal(DATA, text) for text in (b"two", b"three", b"four")]
        return b"".join(records[place] for place in places)

    return send


def epochs_later(epochs):
    """A record of so many epochs later; nothing was sent in those between."""

    def send(keys):
        for _ in range(epochs):
            keys.ratchet()
        return keys.seal(DATA, b"two")

    return send


def end_of_an_epoch_dropped(keys):
    """A record and the first of the next epoch; one between them is missing."""
    first, _ = keys.seal(DATA, b"two"), keys.seal(DATA, b"three")
    keys.ratchet()
    return first + keys.seal(DATA, b"four")


def with_the_other_nonces(keys):
    """A record under the right key, with the direction bit of the other side."""
    keys.sn = flip(keys.sn, 0, 0x80)
    return keys.seal(DATA, b"two")


def always(sent):
    return lambda keys: sent


# What is sent, and what of it is received before the session ends as tampered.
TAMPERED = {
    "the_length_altered": (altered(1, then=bytes(8)), []),
    "the_epoch_bit_altered": (altered(0, 0x20), []),
    "the_content_altered": (altered(2), []),
    "the_type_altered": (altered(5), []),
    "the_tag_altered": (altered(-1), []),
    "a_record_repeated": (in_order(0, 0), [b"two"]),
    "a_record_repeated_later": (in_order(0, 1, 0), [b"two", b"three"]),
    "records_swapped": (in_order(1, 0), []),
    "a_record_dropped": (in_order(0, 2), [b"two"]),
    "the_last_record_of_an_epoch_dropped": (end_of_an_epoch_dropped, [b"two"]),
    "an_epoch_skipped": (epochs_later(2), []),
    "two_epochs_skipped": (epochs_later(3), []),
    "the_nonces_of_the_other_side": (with_the_other_nonces, []),
    "a_tag_alone": (always(b"\x40\x10" + bytes(16)), []),
    "no_length": (always(b"\x40\x00"), []),
    "a_hello": (lambda keys: frame(CLIENT_HELLO + keys.direction, bytes(40)), []),
    "a_confirm": (lambda keys: frame(CLIENT_FINISH + keys.direction, bytes(32)), []),
    "a_malformed_reject": (always(frame(REJECT, b"\4\0\0")), []),
    "a_frame_of_another_version": (always(b"\0\3" + reject(FAILED)[2:]), []),
    "a_datagram": (always(b"\x80" + bytes(20)), []),
    "a_reserved_first_byte": (always(b"\xff"), []),
    "lines": (always(b"\r\n\r\n"), []),
}

# Type, content and padding of records that are genuine and break the protocol.
PROTOCOL_ERRORS = {
    "zeros_only": (0, b"", 0),
    "zeros_only_and_padding": (0, b"", 30),
    "type_7": (7, b"two", 0),
    "type_255": (255, b"", 3),
    "an_empty_data_more": (DATA_MORE, b"", 0),
    "an_empty_ping": (PING, b"", 0),
    "a_ping_of_7": (PING, b"1234567", 0),
    "a_ping_of_9": (PING, b"123456789", 0),
    "a_pong_of_7": (PONG, b"1234567", 0),
    "a_pong_of_9": (PONG, b"123456789", 9),
    "an_empty_close": (CLOSE, b"", 0),
    "a_close_of_2": (CLOSE, b"\1\1", 0),
    "a_ticket_of_nothing": (TICKET, b"12345", 0),
    "a_ticket_of_256": (TICKET, b"12345" + b"t" * 256, 0),
}
