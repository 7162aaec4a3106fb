# SPDX-License-Identifier: Apache-2.0
"""SPAKE2+ for the test peer, PROTOCOL.md 7.1. Points are 64 bytes, scalars 32."""

import hashlib

import pawl_crypto as crypto

M = bytes.fromhex(
    "886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f"
    "5ff355163e43ce224e0b0e65ff02ac8e5c7be09419c785e0ca547d55a12e2d20"
)
N = bytes.fromhex(
    "d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49"
    "07d60aa6bfade45008a636337f5168c64d9bd36034808cd564490b1e656edbe7"
)


def blinded(public, blind):
    """The share that hides a public key: their sum."""
    return crypto.encode_point(crypto.add(crypto.decode_point(public), crypto.decode_point(blind)))


def unblinded(share, blind):
    """T, of the peer's share. Raises ValueError if the share is no point or T is infinity."""
    return crypto.encode_point(crypto.add(crypto.decode_point(share), crypto.negate(crypto.decode_point(blind))))


def k_main(user, x, y, z, v, w0):
    points = [b"\x04" + point for point in (M, N, x, y, z, v)]
    items = (b"pawl2 pake", user, b"", *points, w0)
    return hashlib.sha256(b"".join(len(item).to_bytes(8, "little") + item for item in items)).digest()
