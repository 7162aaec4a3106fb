#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: nstp_test.py PAWL VECTORS. The program `pawl` and a second implementation of NSTP, in both roles.

The names W1 to W12 are those of the table in SECURITY.md.
"""

import contextlib
import json
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import unittest

import nstp_peer as nstp
from nstp_peer import ANSWER, Client, Keys, Refused, Server
from programs import PATIENCE, connecting, wait_for_port

PAWL, VECTORS = sys.argv[1:3]
del sys.argv[1:3]
PASSWORD = b"a long and windy road"
TEXTS = [b"Hello server! Message #%d" % i for i in range(5)]
# Set by setUpModule().
HOME, PSK, CLEANUP = pathlib.Path(), b"", contextlib.ExitStack()


def run(*arguments):
    return subprocess.run([PAWL, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=3 * PATIENCE)


def enroll(user, *options):
    done = run("enroll", user, "--records", HOME / "records", "--password-file", HOME / "password", *options)
    assert done.returncode == 0, done


def setUpModule():
    global HOME, PSK
    HOME = pathlib.Path(CLEANUP.enter_context(tempfile.TemporaryDirectory()))
    (HOME / "password").write_bytes(PASSWORD + b"\n")
    (HOME / "wrong").write_bytes(b"another password\n")
    PSK = nstp.derive(PASSWORD, b"alice")
    enroll("alice", "--nstp")
    enroll("bob", "--nstp")


def tearDownModule():
    CLEANUP.close()


class ThePeer(unittest.TestCase):
    """Checked by itself, before anything is made of what it says about others."""

    def test_vectors(self):
        vectors = json.loads(pathlib.Path(VECTORS).read_text())
        texts = {name: value for name, value in vectors.items() if isinstance(value, str)}
        given = {name: bytes.fromhex(text) for name, text in texts.items() if re.fullmatch("([0-9a-f]{2})+", text)}
        user, password = vectors["user"].encode(), vectors["password"].encode()
        self.assertEqual(nstp.derive(password, user, given["device_salt"]), given["psk"])
        keys = Keys(given["psk"], given["client_nonce"], given["session_nonce"], user)
        self.assertEqual(keys.key, given["session_key"])
        self.assertEqual(keys.client_proof, given["C2_client_hmac"])
        self.assertEqual(keys.server_proof, given["S2_server_hmac"])
        self.assertEqual(keys.message(0, given["msg0_plain"]), given["msg0_wire"])
        self.assertEqual(keys.message(1, given["msg1_plain"]), given["msg1_wire"])
        self.assertEqual(keys.message(2, b""), given["empty_msg_counter_2_wire"])
        self.assertEqual(keys.message(2**32 - 1, b"last"), given["max_counter_msg_wire"])
        self.assertEqual(keys.response(given["resp0_plain"], given["resp_nonce"]), given["resp0_wire"])
        self.assertEqual(keys.response(ANSWER + given["msg1_plain"], given["resp1_nonce"]), given["resp1_wire"])
        self.assertEqual(keys.open(given["resp0_wire"][2:]), given["resp0_plain"])
        with self.assertRaises(ValueError):
            keys.open(given["resp0_wire"][2:-1] + b"\0")


class Serving:
    """A running `pawl serve`."""

    def __init__(self, *options):
        self.log = HOME / f"serve-{time.monotonic_ns()}.log"
        command = [PAWL, "serve", "--listen", "127.0.0.1:0", "--records", HOME / "records", *options]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output)
        self.port = wait_for_port(self.process, self.log)
        self.address = f"127.0.0.1:{self.port}"

    def said(self, pattern):
        """Waits until it has said this, and gives it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := re.search(pattern, self.log.read_text()):
                return found
            time.sleep(0.01)
        raise AssertionError(f"no {pattern!r} in {self.log.read_text()!r}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def end(self):
        self.process.kill()
        self.process.wait(PATIENCE)


class AgainstServe(unittest.TestCase):
    """The peer is the client."""

    def setUp(self):
        self.server = Serving("--nstp", "--verbose")
        self.addCleanup(self.server.end)

    def dial(self):
        sock = socket.create_connection(("127.0.0.1", self.server.port), PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.addCleanup(sock.close)
        return sock

    def login(self, **settings):
        return Client(self.dial(), PSK, **settings)

    def assert_ended(self, sock):
        """Without a byte more."""
        with contextlib.suppress(ConnectionResetError):
            self.assertEqual(sock.recv(1), b"")

    def test_the_record_has_the_key_that_the_peer_derives(self):
        record = tomllib.loads((HOME / "records" / "alice.nstp").read_text())
        self.assertEqual(record["psk"], PSK.hex())

    def test_five_messages_half_a_second_apart(self):
        client = self.login()
        for text in TEXTS:
            self.assertEqual(client.ask(text), ANSWER + text)
            time.sleep(0.5)
        client.sock.close()
        self.server.said(r"alice from \S+ is gone: none, after 5 messages\.\n")

    def test_texts_of_all_sizes(self):
        client = self.login()
        for text in (b"", b"x", bytes(range(256)), b"y" * 16384):
            self.assertEqual(client.ask(text), ANSWER + text)

    def test_a_message_too_long_is_dropped_and_the_next_one_answered(self):
        client = self.login()
        client.sock.sendall(client.seal(b"z" * 16385))
        self.assertEqual(client.ask(b"short"), ANSWER + b"short")

    def test_wrong_password_is_refused_without_a_byte(self):
        sock = self.dial()
        with self.assertRaisesRegex(Refused, "ended after 0 of 32|reset"):
            try:
                Client(sock, bytes(32))
            except ConnectionResetError:
                raise Refused("reset") from None
        self.server.said("Refused alice from .*: authentication_failed")

    def test_unknown_user_is_refused_as_a_wrong_password_is(self):
        sock = self.dial()
        sock.sendall(b"\7mallory" + bytes(16))
        self.assertEqual(len(nstp.read(sock, 8)), 8)
        sock.sendall(bytes(32))
        self.assert_ended(sock)
        self.server.said("Refused mallory from .*: authentication_failed")

    def test_w6_the_password_of_another_user_is_no_password(self):
        for user, psk in ((b"bob", PSK), (b"mallory", nstp.derive(PASSWORD, b"mallory", iterations=1))):
            with self.subTest(user=user), self.assertRaises((Refused, ConnectionResetError)):
                Client(self.dial(), psk, user)

    def test_w1_a_reflected_response_is_dropped(self):
        client = self.login()
        client.sock.sendall(client.seal(b"one"))
        client.sock.sendall(client.sealed_response())
        self.assertEqual(client.ask(b"two"), ANSWER + b"two")

    def test_w2_a_replayed_message_is_dropped(self):
        client = self.login()
        message = client.seal(b"one")
        client.sock.sendall(message)
        self.assertEqual(client.response(), ANSWER + b"one")
        client.sock.sendall(message)
        self.assertEqual(client.ask(b"two"), ANSWER + b"two")
        client.sock.close()
        self.server.said(r"after 2 messages\. Dropped: 1 ")

    def test_w3_a_replayed_conversation_is_refused(self):
        first = self.login(client_nonce=bytes(16))
        first.sock.close()
        sock = self.dial()
        sock.sendall(b"\5alice" + bytes(16))
        nstp.read(sock, 8)
        sock.sendall(first.keys.client_proof)
        self.assert_ended(sock)

    def test_w8_unfinished_handshakes_are_bounded(self):
        waiting = [self.dial() for _ in range(8)]
        for sock in waiting:
            sock.sendall(b"\5alice" + bytes(16))
            nstp.read(sock, 8)
        self.assert_ended(self.dial())
        self.server.said("too many unfinished handshakes")
        waiting[0].close()
        self.server.said("Refused alice from .*: connection_lost")
        self.assertEqual(self.login().ask(b"one"), ANSWER + b"one")

    def test_w9_an_altered_message_is_dropped_and_the_true_one_taken(self):
        client = self.login()
        message = client.seal(b"one")
        client.sock.sendall(message[:-1] + bytes([message[-1] ^ 1]))
        client.sock.sendall(message)
        self.assertEqual(client.response(), ANSWER + b"one")

    def test_w10_messages_in_one_segment(self):
        client = self.login()
        client.sock.sendall(b"".join(client.seal(text) for text in TEXTS))
        # Their responses may come in one segment as well.
        self.assertEqual([client.response() for _ in TEXTS], [ANSWER + text for text in TEXTS])

    def test_w10_split_messages(self):
        client = self.login()
        for at in (1, 12, 27, 28, 30):
            message = client.seal(b"split")
            client.sock.sendall(message[:at])
            self.server.process.poll()
            time.sleep(0.02)  # so that it is most likely a read of its own; either way it has to work
            client.sock.sendall(message[at:])
            self.assertEqual(client.response(), ANSWER + b"split")

    def test_segments_of_one_byte(self):
        sock = self.dial()

        class ByteByByte:
            recv = sock.recv

            @staticmethod
            def sendall(data):
                for i in range(len(data)):
                    sock.sendall(data[i : i + 1])

        client = Client(ByteByByte, PSK)
        self.assertEqual(client.ask(b"slowly"), ANSWER + b"slowly")

    def test_a_client_of_version_2_is_told_from_others(self):
        sock = self.dial()
        sock.sendall(b"\0\2\1\0\x1d" + bytes(29))
        self.assert_ended(sock)
        self.server.said("unsupported. It may speak version 2 of Pawl, which is served without --nstp")

    def test_guessing_is_slowed_down(self):
        sock = self.dial()
        for _ in range(9):  # from the third failure on there is a wait
            with contextlib.suppress(Refused, ConnectionResetError):
                Client(self.dial(), bytes(32))
            if "busy" in self.server.log.read_text():
                break
        self.server.said("Refused alice from .*: busy")
        sock.close()

    def test_stops_when_asked_to(self):
        client = self.login()
        self.assertEqual(self.server.stop(), 0)
        self.assert_ended(client.sock)

    def test_w12_and_prints_no_secret(self):
        client = self.login()
        client.ask(b"one")
        client.sock.close()
        self.server.said("is gone")
        said = self.server.log.read_text()
        self.assertIn("Warning: NSTP protects less than Pawl", said)
        for secret in (PSK, client.keys.key, client.keys.client_proof, client.keys.server_proof):
            self.assertNotIn(secret.hex(), said.lower())
        self.assertNotIn(PASSWORD.decode(), said)


class AgainstConnect(unittest.TestCase):
    """The peer is the server."""

    LOGIN = ["--nstp", "--user", "alice", "--verbose", "--password-file"]

    @contextlib.contextmanager
    def connecting(self, *options, password="password"):
        with connecting(PAWL, *self.LOGIN, HOME / password, *options, stdin=b"") as (sock, result):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield sock, result

    def end(self, act, *options):
        """Exit code, output and errors after the peer has done `act` to an open session with its first message."""
        with self.connecting(*options) as (sock, result):
            server = Server(sock, PSK)
            act(server, *server.hear())
            sock.close()
            return result()

    def test_five_messages_half_a_second_apart(self):
        with self.connecting() as (sock, result):
            server = Server(sock, PSK)
            self.assertEqual(server.user, b"alice")
            heard, began = [], time.monotonic()
            while message := server.hear():
                heard.append(message[1])
                sock.sendall(server.keys.response(ANSWER + message[1]))
                took = time.monotonic() - began
            self.assertEqual(heard, TEXTS)
            # Four pauses; the first message may have been heard late.
            self.assertGreater(took, 1)
            code, out, err = result()
        self.assertEqual(code, 0, err)
        self.assertEqual(out, b"".join(ANSWER + text + b"\n" for text in TEXTS))
        self.assertIn(b"Warning: NSTP protects less than Pawl", err)
        for secret in (PSK, server.keys.key, server.keys.client_proof, server.keys.server_proof):
            self.assertNotIn(secret.hex().encode(), (out + err).lower())  # W12
        self.assertNotIn(PASSWORD, out + err)

    def test_segments_of_one_byte(self):
        with self.connecting("--count", "1") as (sock, result):

            class ByteByByte:
                recv = sock.recv

                @staticmethod
                def sendall(data):
                    for i in range(len(data)):
                        sock.sendall(data[i : i + 1])

            server = Server(ByteByByte, PSK)
            server.sock.sendall(server.keys.response(ANSWER + server.hear()[1]))
            code, out, err = result()
        self.assertEqual((code, out), (0, ANSWER + TEXTS[0] + b"\n"), err)

    def test_several_replies_in_one_segment_are_more_than_were_asked_for(self):
        def act(server, _sealed, text):
            server.sock.sendall(server.keys.response(ANSWER + text) + server.keys.response(ANSWER + text))

        code, out, err = self.end(act)
        self.assertEqual((code, out), (7, ANSWER + TEXTS[0] + b"\n"), err)

    def test_replies_that_are_not_genuine(self):
        def altered(server, _sealed, text):
            response = server.keys.response(ANSWER + text)
            server.sock.sendall(response[:-1] + bytes([response[-1] ^ 1]))

        def w5_the_message_itself(server, sealed, _text):
            server.sock.sendall(len(sealed).to_bytes(2, "big") + sealed)

        def too_short(server, _sealed, _text):
            server.sock.sendall(b"\0\x0b" + bytes(11))

        def too_long(server, _sealed, _text):
            server.sock.sendall(b"\xff\xff")

        def other_text(server, _sealed, _text):
            server.sock.sendall(server.keys.response(ANSWER + TEXTS[1]))

        for act in (altered, w5_the_message_itself, too_short, too_long, other_text):
            with self.subTest(act.__name__):
                code, out, err = self.end(act)
                self.assertEqual((code, out), (7, b""), err)

    def test_w4_a_repeated_reply(self):
        def act(server, _sealed, text):
            response = server.keys.response(ANSWER + text)
            server.sock.sendall(response)
            server.hear()
            server.sock.sendall(response)

        code, out, err = self.end(act)
        self.assertEqual((code, out), (7, ANSWER + TEXTS[0] + b"\n"), err)
        self.assertIn(b"answers another message", err)

    def test_a_cut_line(self):
        self.assertEqual(self.end(lambda *_: None)[0], 6)

    def test_wrong_password(self):
        with self.connecting(password="wrong") as (sock, result):
            with self.assertRaises(Refused):
                Server(sock, PSK)
            sock.close()
            code, _, err = result()
        self.assertEqual(code, 3, err)
        self.assertIn(b"Password, user name or device salt is wrong", err)

    def test_a_server_without_the_secret(self):
        with self.connecting() as (sock, result):
            nstp.read(sock, 22)
            sock.sendall(bytes(8))
            nstp.read(sock, 32)
            sock.sendall(bytes(32))
            self.assertEqual(sock.recv(1), b"", "it says nothing more")
            code, out, _ = result()
        self.assertEqual((code, out), (3, b""))

    def test_w7_whoever_poses_as_the_server_can_guess(self):
        with self.connecting() as (sock, result):
            hello = nstp.read(sock, 22)
            sock.sendall(bytes(8))
            proof = nstp.read(sock, 32)
            result()
        self.assertEqual(Keys(PSK, hello[6:], bytes(8), b"alice").client_proof, proof)

    def test_servers_of_version_2(self):
        for answer, code in ((b"", 5), (bytes.fromhex("0002060003030000"), 11)):
            with self.subTest(answer=answer), self.connecting() as (sock, result):
                nstp.read(sock, 22)
                sock.sendall(answer)
                sock.close()
                got, _, err = result()
                self.assertEqual(got, code, err)
                self.assertIn(b"connect without --nstp", err)


class Programs(unittest.TestCase):
    """The program with itself, and the line between the two protocols."""

    def serving(self, *options):
        server = Serving(*options)
        self.addCleanup(server.end)
        return server

    def connect(self, address, *options):
        return run("connect", address, "--user", "alice", "--password-file", HOME / "password", *options)

    def test_both_ends(self):
        done = self.connect(self.serving("--nstp").address, "--nstp", "--count", "2")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(done.stdout, b"".join(ANSWER + text + b"\n" for text in TEXTS[:2]))

    def test_json(self):
        done = self.connect(self.serving("--nstp").address, "--nstp", "--count", "1", "--json")
        events = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([event["event"] for event in events], ["warning", "connected", "established", "message", "closed"])

    def test_wrong_password_and_unknown_user(self):
        server = self.serving("--nstp")
        for options in (("--password-file", HOME / "wrong", "--user", "alice"),
                        ("--password-file", HOME / "password", "--user", "mallory")):
            done = run("connect", server.address, "--nstp", *options)
            self.assertEqual((done.returncode, done.stdout), (3, b""), done)

    def test_a_client_of_version_2_meets_a_server_of_nstp(self):
        done = self.connect(self.serving("--nstp").address, "--mode", "psk", "--count", "1")
        self.assertEqual(done.returncode, 5, done)
        self.assertIn(b"If an NSTP server listens there, connect with --nstp.", done.stderr)

    def test_a_client_of_version_2_meets_the_published_server(self):
        options = ["--user", "alice", "--password-file", HOME / "password", "--mode", "psk"]
        with connecting(PAWL, *options, stdin=b"") as (sock, result):
            self.assertEqual(nstp.read(sock, 17)[:2], b"\0\2")
            sock.sendall(b"\xa0" + bytes(7))
            code, _, err = result()
        self.assertEqual(code, 11, err)
        self.assertIn(b"If an NSTP server listens there, connect with --nstp.", err)

    def test_a_client_of_nstp_meets_a_server_of_version_2(self):
        server = self.serving()
        done = self.connect(server.address, "--nstp")
        self.assertEqual(done.returncode, 5, done)
        self.assertIn(b"connect without --nstp", done.stderr)
        server.said("malformed. It may speak NSTP, which is served with --nstp")

    def test_records_of_one_protocol_are_none_of_the_other(self):
        records = HOME / "records"
        enroll("carol", "--credential", HOME / "carol.toml")
        shutil.copy(records / "carol.toml", records / "carol.nstp")
        shutil.copy(records / "alice.nstp", records / "alice.toml")
        self.addCleanup((records / "alice.toml").unlink)
        old = self.serving("--nstp")
        done = run("connect", old.address, "--nstp", "--user", "carol", "--password-file", HOME / "password")
        self.assertEqual(done.returncode, 3, done)
        old.said('Warning: .*carol.nstp.*format must be "pawl nstp record 1"')
        new = self.serving()
        done = self.connect(new.address, "--mode", "psk", "--count", "1")
        self.assertEqual(done.returncode, 3, done)
        new.said('Warning: .*alice.toml.*format must be "pawl record 1"')

    def test_device_salts(self):
        salt = "a0a1a2a3a4a5a6a7a8a9aaab"
        enroll("dora", "--nstp", "--device-salt", salt)
        login = ("--nstp", "--user", "dora", "--password-file", HOME / "password", "--count", "1")
        server = self.serving("--nstp", "--device-salt", salt)
        self.assertEqual(run("connect", server.address, *login, "--device-salt", salt).returncode, 0)
        self.assertEqual(run("connect", server.address, *login).returncode, 3)
        other = self.serving("--nstp")
        self.assertEqual(run("connect", other.address, *login, "--device-salt", salt).returncode, 3)
        other.said("Warning: .*dora.nstp.*another device salt")

    def test_wrong_arguments(self):
        address, user = "127.0.0.1:1", ("--user", "alice", "--password-file", HOME / "password")
        for arguments in (
            ("connect", address, "--nstp", *user, "--device-salt", "0102"),
            ("connect", address, "--nstp", *user, "--device-salt", "not hexadecimal!"),
            ("connect", address, "--nstp", *user, "--mode", "psk"),
            ("connect", address, "--nstp", *user, "--file", HOME / "password"),
            ("connect", address, "--nstp", "--credential", HOME / "password"),
            ("connect", address, *user, "--device-salt", "0102030405060708"),
            ("serve", "--nstp", "--save", HOME),
            ("enroll", "erin", "--nstp", "--raw-key"),
            ("enroll", "erin", "--nstp", "--mode", "psk"),
        ):
            with self.subTest(arguments=arguments):
                done = run(*arguments)
                self.assertEqual(done.returncode, 2, done)
                self.assertIn(b"Error: ", done.stderr)

    def test_a_server_without_records(self):
        done = run("serve", "--nstp", "--listen", "127.0.0.1:0", "--records", HOME / "none")
        self.assertEqual(done.returncode, 9, done)
        self.assertIn(b"Enrol a user into it first: pawl enroll USER --nstp", done.stderr)

    def test_the_default_port(self):
        # Whoever has the port on one address has it taken from those who want it on all.
        with socket.create_server(("127.77.0.1", 8080)) as listener:
            done = run("serve", "--nstp", "--records", HOME / "records")
            self.assertEqual(done.returncode, 10, done)
            self.assertIn(b"Port 8080 is in use", done.stderr)
            command = [PAWL, "connect", "127.77.0.1", "--nstp", "--user", "alice", "--password-file", HOME / "password"]
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
                listener.settimeout(PATIENCE)
                sock, _ = listener.accept()
                self.assertEqual(nstp.read(sock, 6), b"\5alice")
                sock.close()
                process.communicate(timeout=PATIENCE)
                self.assertEqual(process.returncode, 5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
