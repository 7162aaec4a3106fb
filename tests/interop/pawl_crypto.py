# SPDX-License-Identifier: Apache-2.0
"""P-256 and AES-256-GCM in pure Python, for the test peer alone: correct, slow, and in no way constant-time."""

import hmac

# --- P-256: points are (x, y), None is infinity; on the wire 64 bytes, X || Y.

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def scalar_valid(data):
    return 1 <= int.from_bytes(data, "big") < N


def decode_point(data):
    """Raises ValueError unless the 64 bytes are a point of the curve with both coordinates below p."""
    x, y = int.from_bytes(data[:32], "big"), int.from_bytes(data[32:], "big")
    if len(data) != 64 or x >= P or y >= P or (y * y - x * x * x + 3 * x - B) % P:
        raise ValueError("not a point of P-256")
    return x, y


def encode_point(point):
    """Raises ValueError for infinity, which has no encoding."""
    if point is None:
        raise ValueError("the point at infinity")
    return point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def negate(point):
    return point and (point[0], -point[1] % P)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    if a == b:
        slope = 3 * (a[0] * a[0] - 1) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(scalar, point):
    result = None
    for bit in bin(scalar)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result


def public_key(scalar):
    """scalar * G for 32 bytes of scalar, as 64 bytes."""
    return encode_point(multiply(int.from_bytes(scalar, "big"), G))


def product(scalar, point):
    """scalar * point, all of them bytes. Raises ValueError for what is no point."""
    return encode_point(multiply(int.from_bytes(scalar, "big"), decode_point(point)))


# --- AES-256 (FIPS 197)


def _xtime(a):
    return (a << 1) ^ (0x11B if a & 0x80 else 0)


def _make_sbox():
    exp, log, value = [0] * 256, [0] * 256, 1
    for i in range(255):
        exp[i], log[value] = value, i
        value ^= _xtime(value)
    sbox = []
    for a in range(256):
        inverse = exp[(255 - log[a]) % 255] if a else 0
        rotations = [(inverse << n | inverse >> (8 - n)) & 0xFF for n in range(5)]
        sbox.append(rotations[0] ^ rotations[1] ^ rotations[2] ^ rotations[3] ^ rotations[4] ^ 0x63)
    return sbox


_SBOX = _make_sbox()


def _make_tables():
    """SubBytes and MixColumns of a byte in each row of a column, as the 32-bit column."""
    tables = [[], [], [], []]
    for s in _SBOX:
        double = _xtime(s)
        column = double << 24 | s << 16 | s << 8 | (double ^ s)
        for row in range(4):
            tables[row].append((column >> 8 * row | column << (32 - 8 * row)) & 0xFFFFFFFF)
    return tables


_T0, _T1, _T2, _T3 = _make_tables()
_ROUNDS = 14


class Aes256:
    def __init__(self, key):
        words = [int.from_bytes(key[i : i + 4], "big") for i in range(0, 32, 4)]
        round_constant = 1
        for i in range(8, 4 * (_ROUNDS + 1)):
            word = words[-1]
            if i % 8 == 0:
                word = self._substitute((word << 8 | word >> 24) & 0xFFFFFFFF) ^ round_constant << 24
                round_constant = _xtime(round_constant)
            elif i % 8 == 4:
                word = self._substitute(word)
            words.append(words[-8] ^ word)
        self._keys = [words[i : i + 4] for i in range(0, len(words), 4)]

    @staticmethod
    def _substitute(word):
        return int.from_bytes(bytes(_SBOX[b] for b in word.to_bytes(4, "big")), "big")

    def encrypt(self, block):
        state = [int.from_bytes(block[4 * i : 4 * i + 4], "big") ^ self._keys[0][i] for i in range(4)]
        for keys in self._keys[1:_ROUNDS]:
            state = [
                _T0[state[i] >> 24]
                ^ _T1[state[(i + 1) & 3] >> 16 & 0xFF]
                ^ _T2[state[(i + 2) & 3] >> 8 & 0xFF]
                ^ _T3[state[(i + 3) & 3] & 0xFF]
                ^ keys[i]
                for i in range(4)
            ]
        out = b""
        for i, key in enumerate(self._keys[_ROUNDS]):
            column = bytes(_SBOX[state[(i + row) & 3] >> (24 - 8 * row) & 0xFF] for row in range(4))
            out += (int.from_bytes(column, "big") ^ key).to_bytes(4, "big")
        return out


# --- GCM (SP 800-38D) with 12-byte nonces and 16-byte tags

_R = 0xE1 << 120


class AesGcm:
    def __init__(self, key):
        self._aes = Aes256(key)
        power = int.from_bytes(self._aes.encrypt(bytes(16)), "big")
        # One table for each byte of a block: the product of that byte, there, with the hash key.
        self._products = []
        for _ in range(16):
            table = [0] * 256
            for bit in range(8):
                table[0x80 >> bit] = power
                power = power >> 1 ^ (_R if power & 1 else 0)
            for byte in range(256):
                lowest = byte & -byte
                table[byte] = table[lowest] ^ table[byte ^ lowest] if byte != lowest else table[byte]
            self._products.append(table)

    def _hash(self, aad, text):
        def padded(data):
            return data + bytes(-len(data) % 16)

        lengths = (8 * len(aad)).to_bytes(8, "big") + (8 * len(text)).to_bytes(8, "big")
        data = padded(aad) + padded(text) + lengths
        value = 0
        for i in range(0, len(data), 16):
            block = (value ^ int.from_bytes(data[i : i + 16], "big")).to_bytes(16, "big")
            value = 0
            for table, byte in zip(self._products, block):
                value ^= table[byte]
        return value.to_bytes(16, "big")

    def _stream(self, nonce, first, size):
        blocks = range(first, first + (size + 15) // 16)
        return b"".join(self._aes.encrypt(nonce + counter.to_bytes(4, "big")) for counter in blocks)[:size]

    def _tag(self, nonce, aad, text):
        return _xor(self._hash(aad, text), self._stream(nonce, 1, 16))

    def seal(self, nonce, aad, text):
        """Ciphertext and tag."""
        sealed = _xor(text, self._stream(nonce, 2, len(text)))
        return sealed + self._tag(nonce, aad, sealed)

    def open(self, nonce, aad, sealed):
        """The text. Raises ValueError if the tag does not verify."""
        text, tag = sealed[:-16], sealed[-16:]
        if not hmac.compare_digest(tag, self._tag(nonce, aad, text)):
            raise ValueError("the tag does not verify")
        return _xor(text, self._stream(nonce, 2, len(text)))


def _xor(a, b):
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).to_bytes(len(a), "big")
