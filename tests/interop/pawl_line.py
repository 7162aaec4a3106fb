# SPDX-License-Identifier: Apache-2.0
"""Packets of a serial line, PROTOCOL.md 13.5, for the test peer."""


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
