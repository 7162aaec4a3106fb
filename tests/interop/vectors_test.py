#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: vectors_test.py VECTORS. Checks the test peer itself, before anything is made of what it says about others."""

import json
import pathlib
import re
import sys
import unittest

import pawl_crypto as crypto
import pawl_pake as pake
from hostile_rules import NO_POINTS
from pawl_datagram import DatagramHalf
from pawl_frames import REJECT, Failure, Refused, check_datagram, parse_reject, reject
from pawl_handshake import ClientHandshake, ServerHandshake
from pawl_keys import PAKE, PASSWORD, PSK, PSK_ECDHE, TICKET, Credential, sha256
from pawl_peer import DATA, Connection, Half, Session

VECTORS = {}


class Script:
    """The random bytes of one side."""

    def __init__(self, text):
        self.rest = bytes.fromhex(text)

    def __call__(self, n):
        taken, self.rest = self.rest[:n], self.rest[n:]
        assert len(taken) == n, "more random bytes drawn than the vector has"
        return taken


class Scripted:
    """A socket that gives `received` and keeps what is sent."""

    def __init__(self, received):
        self.received, self.sent = received, b""

    def recv(self, n):
        taken, self.received = self.received[:n], self.received[n:]
        return taken

    def sendall(self, data):
        self.sent += data


def of_flows(*transports):
    for vector in VECTORS["handshakes"] + VECTORS["variants"]:
        if vector["transport"] in transports:
            yield vector


def hexed(vector, field):
    return bytes.fromhex(vector["in"][field])


def credential(vector):
    mode = vector["mode"]
    if "ticket" in vector["in"]:
        return Credential(hexed(vector, "ticket"), TICKET, mode, hexed(vector, "ticket_rs"))
    user = hexed(vector, "user")
    if vector["flow"] == "password":
        salt, iterations = hexed(vector, "salt"), vector["in"]["iterations"]
        return Credential.from_password(user, hexed(vector, "password"), mode, iterations, salt)
    return Credential.from_raw_key(user, hexed(vector, "key"), mode)


def client(vector, floor=1000, ceiling=4_000_000):
    given, random = vector["in"], Script(vector["random"]["client"])
    datagram = vector["transport"] == "datagram"
    return ClientHandshake(
        credential(vector), given["client_max_rx"], given["client_idle"], random, floor, ceiling, datagram=datagram
    )


def server(vector, **settings):
    known, given, random = credential(vector), vector["in"], Script(vector["random"]["server"])

    def look_up(user, kind, mode):
        return known if (user, kind, mode) == (known.user, known.kind, known.mode) else None

    datagram = vector["transport"] == "datagram"
    return ServerHandshake(look_up, given["server_max_rx"], given["server_idle"], random, datagram, **settings)


def frames(vector, *names):
    return b"".join(bytes.fromhex(vector["frames"].get(name, "")) for name in names)


def half(vector, name, direction):
    secret = bytes.fromhex(vector["keys"][name + "_0"])
    if vector["transport"] == "stream":
        return Half(secret, direction)
    return DatagramHalf(secret, direction, b"" if direction else hexed(vector, "cid"))


class Vectors(unittest.TestCase):
    def test_handshakes_from_either_role(self):
        for vector in of_flows("stream"):
            with self.subTest(vector["name"]):
                of_client, of_server = ("ClientHello", "ClientFinish"), ("ServerHello", "ServerFinish")
                sock = Scripted(frames(vector, *of_server))
                initiator = client(vector)
                Connection(sock).connect(initiator)
                self.assertEqual(sock.sent, frames(vector, *of_client))
                sock = Scripted(frames(vector, *of_client))
                responder = server(vector)
                Connection(sock).accept(responder)
                self.assertEqual(sock.sent, frames(vector, *of_server))
                for side in (initiator, responder):
                    self.check_secrets(vector, side)

    def test_handshakes_over_datagrams_from_either_role(self):
        for vector in of_flows("datagram"):
            with self.subTest(vector["name"]):
                initiator, responder = client(vector), server(vector)
                self.assertEqual(initiator.hello(), frames(vector, "ClientHello"))
                hello = responder.client_hello(frames(vector, "ClientHello"))
                self.assertEqual(hello, frames(vector, "ServerHello"))
                self.assertEqual(initiator.server_hello(hello), frames(vector, "ClientFinish"))
                finish = responder.client_finish(frames(vector, "ClientFinish"))
                self.assertEqual(finish, frames(vector, "ServerFinish"))
                if finish:
                    initiator.server_finish(finish)
                for side in (initiator, responder):
                    self.check_secrets(vector, side)

    def check_secrets(self, vector, side):
        session = Session(side, client=True)  # of either transport, as far as the exporter goes
        expected = {**vector["secret"], **vector["keys"]}
        for name in ("psk", "Z", "V", "K_main", "ikm", "hs", "h1", "k_c", "k_s", "h_end", "c2s_0", "s2c_0", "exporter",
                     "resume"):
            if name in expected:
                self.assertEqual(side.secrets[name].hex(), expected[name], name)
        if vector["mode"] == PAKE:
            self.assertEqual(side.secrets["T"].hex(), expected["T" if isinstance(side, ClientHandshake) else "X"])
        for ticket in vector.get("ticket_secret", []):
            self.assertEqual(side.ticket_secret(ticket["seq"]).hex(), ticket["rs"])
        self.assertEqual(side.idle, vector["idle"])
        for export in vector["exported"]:
            value = session.exporter(export["label"], bytes.fromhex(export["context"]), export["len"])
            self.assertEqual(value.hex(), export["value"])

    def test_records(self):
        for vector in of_flows("stream", "datagram"):
            for records in (vector.get("records", []), vector.get("records_extra", [])):
                with self.subTest(vector["name"]):
                    self.check_records(vector, records)

    def check_records(self, vector, records):
        halves = {}
        for name, direction in (("c2s", 0), ("s2c", 1)):
            halves[name] = half(vector, name, direction), half(vector, name, direction)
        for record in records:
            sealer, opener = halves[record["dir"]]
            if sealer.epoch != record["epoch"]:
                sealer.ratchet()
            self.assertEqual((sealer.epoch, sealer.counter), (record["epoch"], record["counter"]))
            content = bytes.fromhex(record["content"])
            sealed = sealer.seal(record["type"], content, record.get("pad", 0))
            self.assertEqual(sealed.hex(), record["record"])
            self.assertEqual(opener.open(sealed), (record["type"], content))

    def test_longest_record(self):
        vector = VECTORS["long_record"]
        handshake = next(v for v in of_flows("stream") if v["name"] == vector["handshake"])
        content = bytes(i % 251 for i in range(vector["content_len"]))
        self.assertEqual(sha256(content).hex(), vector["content_sha256"])
        record = Half(bytes.fromhex(handshake["keys"]["c2s_0"]), 0).seal(DATA, content)
        self.assertEqual((len(record), sha256(record).hex()), (vector["record_len"], vector["record_sha256"]))

    def test_credentials(self):
        for vector in VECTORS["credentials"]:
            for mode in (PSK, PSK_ECDHE, PAKE)[: 3 if vector["kind"] == PASSWORD else 2]:
                user = bytes.fromhex(vector["user"])
                if vector["kind"] == PASSWORD:
                    salt, password = bytes.fromhex(vector["salt"]), bytes.fromhex(vector["password"])
                    made = Credential.from_password(user, password, mode, vector["iterations"], salt)
                else:
                    made = Credential.from_raw_key(user, bytes.fromhex(vector["key"]), mode)
                self.assertEqual(made.psk.hex(), vector[f"psk_mode{mode}"])
            self.assertEqual((made.w1.hex(), made.verifier.hex()), (vector["w1"], vector["L"]))
            if vector["kind"] == PASSWORD:
                blinds = tuple(field.hex() for field in (made.w0, made.w0_m, made.w0_n))
                self.assertEqual(blinds, (vector["w0"], vector["w0M"], vector["w0N"]))

    def test_decoys(self):
        for vector in VECTORS["decoys"]:
            enum_key, user = bytes.fromhex(vector["enum_key"]), bytes.fromhex(vector["user"])
            decoy = Credential.decoy(enum_key, user, vector["kind"], vector["mode"], 1000)
            fields = {"salt": decoy.salt, "psk": decoy.psk, "L": decoy.verifier, "w0": decoy.w0}
            for name, field in fields.items():
                self.assertEqual(field.hex(), vector[name], name)

    def test_reject_frames(self):
        self.assertEqual(reject(1).hex(), VECTORS["reject"]["failed"])
        self.assertEqual(reject(2).hex(), VECTORS["reject"]["unsupported"])
        self.assertEqual(reject(3, 30).hex(), VECTORS["reject"]["busy_30"])

    def test_reject_frames_over_datagrams(self):
        for vector in VECTORS["reject_datagram"]:
            answered, said = bytes.fromhex(vector["to"]), (vector["code"], vector["retry_after"])
            whole = reject(*said, to=answered)
            self.assertEqual(whole.hex(), vector["Reject"])
            self.assertEqual(check_datagram(whole, (REJECT,)), REJECT)
            refused = parse_reject(whole, answered)
            self.assertEqual((refused.code, refused.retry_after), said)

    def test_refusals(self):
        by_name = {vector["name"]: vector for vector in of_flows("stream")}
        for refusal in VECTORS["refusals"]:
            with self.subTest(refusal["name"]):
                vector = by_name[refusal.get("handshake", "password psk")]
                check = self.check_server if refusal["role"] == "server" else self.check_client
                check(refusal, vector)

    def check_server(self, refusal, vector):
        first = frames(vector, "ClientHello") if refusal["state"] == "WAIT_CF" else b""
        said = frames(vector, "ServerHello") if refusal["state"] == "WAIT_CF" else b""
        sock = Scripted(first + bytes.fromhex(refusal["sent"]))
        with self.assertRaises(Failure):
            Connection(sock).accept(server(vector, modes=(PSK, PSK_ECDHE)))
        self.assertEqual(sock.sent.hex(), said.hex() + refusal["answer"])

    def check_client(self, refusal, vector):
        before = ("ServerHello",) if refusal["state"] == "WAIT_SF" else ()
        said = ("ClientHello", "ClientFinish") if refusal["state"] == "WAIT_SF" else ("ClientHello",)
        sock = Scripted(frames(vector, *before) + bytes.fromhex(refusal["sent"]))
        limits = refusal.get("floor", 1000), refusal.get("ceiling", 4_000_000)
        with self.assertRaises(Failure) as caught:
            Connection(sock).connect(client(vector, *limits))
        self.assertEqual(isinstance(caught.exception, Refused), refusal["result"] == "refused")
        self.assertEqual(sock.sent, frames(vector, *said))


class Points(unittest.TestCase):
    def test_constants_of_mode_pake(self):
        protocol = (pathlib.Path(__file__).resolve().parents[2] / "core" / "PROTOCOL.md").read_text(encoding="utf-8")
        rows = re.findall(r"^\| ([MN]) \(X ‖ Y\) \| (\w{64}) (\w{64}) \|$", protocol, re.MULTILINE)
        self.assertEqual(rows, [(n, p[:32].hex(), p[32:].hex()) for n, p in (("M", pake.M), ("N", pake.N))])
        for point in (pake.M, pake.N):
            self.assertEqual(crypto.encode_point(crypto.decode_point(point)), point)

    def test_sums(self):
        double, opposite = crypto.multiply(2, crypto.G), crypto.negate(crypto.G)
        self.assertEqual(crypto.add(crypto.G, crypto.G), double)
        self.assertEqual(crypto.add(double, crypto.G), crypto.multiply(3, crypto.G))
        self.assertEqual(crypto.add(double, opposite), crypto.G)
        self.assertEqual(crypto.multiply(crypto.N - 1, crypto.G), opposite)
        self.assertEqual([crypto.add(crypto.G, None), crypto.add(None, crypto.G)], [crypto.G] * 2)
        self.assertIsNone(crypto.add(crypto.G, opposite))
        self.assertIsNone(crypto.multiply(crypto.N, crypto.G))
        self.assertRaises(ValueError, crypto.encode_point, None)

    def test_what_is_no_point(self):
        for point in NO_POINTS.values():
            self.assertRaises(ValueError, crypto.product, bytes(31) + b"\1", point)
            self.assertRaises(ValueError, pake.unblinded, point, pake.M)

    def test_shares_that_mode_pake_refuses(self):
        (vector,) = (vector for vector in of_flows("stream") if vector["mode"] == PAKE)
        known = credential(vector)
        server_hello, finish = frames(vector, "ServerHello"), frames(vector, "ClientFinish")
        for name, share in NO_POINTS.items() | {("infinity", None)}:
            with self.subTest(name):
                initiator, responder = client(vector), server(vector)
                initiator.hello()
                with self.assertRaisesRegex(Failure, "point"):
                    initiator.server_hello(server_hello[:-64] + (share or known.w0_n))
                responder.client_hello(frames(vector, "ClientHello"))
                with self.assertRaisesRegex(Failure, "point"):
                    responder.client_finish(finish[:5] + (share or known.w0_m) + finish[-32:])


if __name__ == "__main__":
    with open(sys.argv.pop(1), encoding="utf-8") as file:
        VECTORS.update(json.load(file))
    assert VECTORS["version"] == 2
    unittest.main()
