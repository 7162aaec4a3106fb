#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: sp800_90_test.py VECTORS [--write]

Checks tests/vectors/sp800_90.json, which the unit tests of port/pawl/port/baremetal compare with: HMAC_DRBG of SP 800-90A
written a second time over Python's hmac, and the cutoffs of SP 800-90B computed from their definitions. With --write it
makes the file.
"""

import hmac
import json
import pathlib
import sys
from fractions import Fraction
from math import ceil, comb

# --- SP 800-90A 10.1.2


class HmacDrbg:
    def __init__(self, entropy, nonce, personalization):
        self.key, self.value = bytes(32), b"\x01" * 32
        self.update(entropy + nonce + personalization)

    def update(self, data):
        for round_ in (b"\x00", b"\x01") if data else (b"\x00",):
            self.key = hmac.digest(self.key, self.value + round_ + data, "sha256")
            self.value = hmac.digest(self.key, self.value, "sha256")

    def generate(self, size):
        out = b""
        while len(out) < size:
            self.value = hmac.digest(self.key, self.value, "sha256")
            out += self.value
        self.update(b"")
        return out[:size]


# --- SP 800-90B 4.4, alpha = 2^-20, one bit of min-entropy a sample

ALPHA_BITS, ENTROPY, WINDOW = 20, 1, 512


def repetition_cutoff():
    return 1 + ceil(ALPHA_BITS / ENTROPY)


def proportion_cutoff():
    """1 + critbinom(W, 2^-H, 1 - alpha)."""
    p, total, k = Fraction(1, 2**ENTROPY), Fraction(0), -1
    while total < 1 - Fraction(1, 2**ALPHA_BITS):
        k += 1
        total += comb(WINDOW, k) * p**k * (1 - p) ** (WINDOW - k)
    return 1 + k


# --- The file

# RFC 6979 A.2.5, P-256 with SHA-256: its k is the first output of this generator from (x, H(m)).
RFC_6979 = {
    "sample": ("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
               "af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf",
               "a6e3c57dd01abe90086538398355dd4c3b17aa873382b0f24d6129493d8aad60"),
    "test": ("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
             "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
             "d16b6ae827f17175e040871a1c7ec3500192c4c92677336ec2537acaee0008e0"),
}


def case(name, entropy, nonce, personalization, steps):
    """Steps are a size to generate, or entropy to reseed with."""
    drbg, out = HmacDrbg(entropy, nonce, personalization), []
    for step in steps:
        if isinstance(step, int):
            out.append({"generate": drbg.generate(step).hex()})
        else:
            drbg.update(step)
            out.append({"reseed": step.hex()})
    return {"name": name, "entropy": entropy.hex(), "nonce": nonce.hex(), "personalization": personalization.hex(),
            "steps": out}


def document():
    cases = []
    for message, (x, digest, k) in RFC_6979.items():
        made = case(f"RFC 6979 A.2.5 {message}", bytes.fromhex(x), bytes.fromhex(digest), b"", [32])
        assert made["steps"][0]["generate"] == k, f"{message}: this script is wrong"
        cases.append(made)
    cases.append(case("every input", bytes(range(32)), bytes(range(16)), b"a board", [1, 32, 33, 100, 0, 64]))
    cases.append(case("entropy alone", bytes(range(64)), b"", b"", [32, bytes(range(100, 132)), 80, b"\xff" * 48, 32]))
    return {"hmac_drbg_sha256": cases, "repetition_cutoff": repetition_cutoff(),
            "adaptive_proportion": {"window": WINDOW, "cutoff": proportion_cutoff()}}


def main():
    path = pathlib.Path(sys.argv[1])
    if sys.argv[2:] == ["--write"]:
        path.write_text(json.dumps(document(), indent=1) + "\n")
    assert json.loads(path.read_text()) == document(), f"{path} differs from what this script computes"


main()
