#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl connect`: what it sends, prints and returns when all goes well, and when its own side fails."""

import hashlib
import json
import os
import signal
import socket
import unittest

from harness import BUSY, INTERRUPTED, IO, LOST, OK, PATIENCE, PROTOCOL, USAGE, TestCase, main, reply, run


class Messages(TestCase):
    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")
        self.address = self.server().address
        self.login = (self.address, "--credential", self.credential)

    def test_each_line_is_a_message(self):
        lines = [b"hello", b"", "Grüße".encode(), b"\xff\x00binary", b"no line end"]
        done = run("connect", *self.login, stdin=b"\n".join(lines))
        self.assert_result(done, OK, b"".join(map(reply, lines)), "^$")

    def test_a_final_line_end_begins_no_message(self):
        self.assert_result(run("connect", *self.login, stdin=b"one\ntwo\n"), OK, reply(b"one") + reply(b"two"))

    def test_lines_and_marks_of_windows(self):
        typed = b"\xef\xbb\xbfone\r\n\r\nthree\r and more\r\nfour\r\n"
        expected = [b"one", b"", b"three\r and more", b"four"]
        self.assert_result(run("connect", *self.login, stdin=typed), OK, b"".join(map(reply, expected)), "^$")

    def test_no_input_is_no_message(self):
        self.assert_result(run("connect", *self.login), OK, b"", "^$")

    def test_a_line_of_any_length(self):
        line = os.urandom(1 << 20).replace(b"\n", b"-")
        self.assert_result(run("connect", *self.login, stdin=line + b"\nnext"), OK, reply(line) + reply(b"next"))

    def test_many_lines(self):
        lines = [str(number).encode() for number in range(20_000)]
        self.assert_result(run("connect", *self.login, stdin=b"\n".join(lines)), OK, b"".join(map(reply, lines)))

    def test_replies_come_while_more_is_typed(self):
        client = self.client(*self.login[::2])
        for word in (b"first", b"second"):
            client.say(word)
            self.assertEqual(client.line() + b"\n", reply(word))
        self.assert_result(client.wait(), OK, b"")

    def test_count(self):
        expected = b"".join(reply(b"Hello server! Message #%d" % number) for number in range(5))
        self.assert_result(run("connect", *self.login, "--count", "5"), OK, expected)

    def test_file_is_one_message(self):
        content = os.urandom(100_000) + b"\n\n"
        file = self.home / "file"
        file.write_bytes(content)
        self.assert_result(run("connect", *self.login, "--file", file), OK, reply(content))

    def test_empty_file_is_an_empty_message(self):
        file = self.home / "empty"
        file.touch()
        self.assert_result(run("connect", *self.login, "--file", file), OK, reply(b""))

    def test_ipv6(self):
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError:
            self.skipTest("this machine has no IPv6")
        server = self.server(listen="[::1]:0")
        done = run("connect", f"[::1]:{server.port}", "--credential", self.credential, stdin=b"six")
        self.assert_result(done, OK, reply(b"six"))

    def test_json(self):
        done = run("connect", *self.login, "--json", stdin=b"text\n\xff\n")
        events = [json.loads(line) for line in done.output.splitlines()]
        self.assertEqual(done.code, OK, done)
        kinds = [event["event"] for event in events]
        self.assertEqual(kinds[:2] + kinds[-1:], ["connected", "established", "closed"])
        self.assertEqual(events[1] | {"user": "alice", "kind": "raw_key", "mode": "psk"}, events[1])
        replies = [event for event in events if event["event"] == "message"]
        self.assertEqual(replies[0]["text"], "Server received: text")
        self.assertEqual(replies[1]["hex"], b"Server received: \xff".hex())
        self.assertEqual(kinds.count("sent"), 2)


class Saving(TestCase):
    def test_a_file_of_ten_megabytes_arrives(self):
        content = os.urandom(10_000_000)
        digest = hashlib.sha256(content).hexdigest()
        file, received = self.home / "file", self.home / "received"
        file.write_bytes(content)
        received.mkdir()
        credential = self.enroll("alice")
        server = self.server("--save", received)
        done = run("connect", server.address, "--credential", credential, "--file", file)
        (saved,) = received.iterdir()
        self.assertEqual(hashlib.sha256(saved.read_bytes()).hexdigest(), digest)
        self.assertRegex(saved.name, r"^alice-\d{8}T\d{6}Z-\d+$")
        self.assert_result(done, OK, f"Server saved: {saved.name} 10000000 bytes sha256 {digest}\n".encode())


class Logins(TestCase):
    def test_every_kind_and_mode(self):
        password = self.password()
        ecdhe = ("--password-file", password, "--mode", "psk_ecdhe")
        for options in (("--raw-key",), ("--raw-key", "--mode", "psk"), ("--password-file", password), ecdhe):
            with self.subTest(options=options):
                credential = self.enroll("user", *options)
                done = run("connect", self.server().address, "--credential", credential, stdin=b"hi")
                self.assert_result(done, OK, reply(b"hi"), "^$")

    def test_password(self):
        self.enroll("alice", "--password-file", self.password())
        login = (self.server().address, "--user", "alice", "--password-file")
        self.assert_result(run("connect", *login, self.password(), stdin=b"hi"), OK, reply(b"hi"), "^$")
        done = run("connect", *login, "-", stdin=self.password().read_bytes() + b"hi\n")
        self.assert_result(done, OK, reply(b"hi"), "^$")

    def test_password_without_key_exchange_is_warned_of(self):
        self.enroll("alice", "--password-file", self.password(), "--mode", "psk")
        login = ("--user", "alice", "--password-file", self.password())
        done = run("connect", self.server().address, *login, "--mode", "psk", stdin=b"hi")
        self.assert_result(done, OK, reply(b"hi"), "^Warning: .*guess")


class Nstp(TestCase):
    def setUp(self):
        super().setUp()
        enrolled = run("enroll", "alice", "--nstp", "--records", self.records, "--password-file", self.password())
        self.assertEqual(enrolled.code, OK, enrolled)
        server = self.server("--nstp")
        self.login = (server.address, "--nstp", "--user", "alice", "--password-file", self.password())

    def test_each_line_of_standard_input_is_a_message(self):
        done = run("connect", *self.login, stdin=b"one\r\ntwo\nthree")
        self.assert_result(done, OK, b"".join(map(reply, (b"one", b"two", b"three"))))


class OwnFailures(TestCase):
    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")

    def test_wrong_usage(self):
        login = ("--credential", self.credential)
        for arguments in (
            ("127.0.0.1:1",),
            ("127.0.0.1", *login),
            ("::1:7295", *login),
            ("127.0.0.1:65536", *login),
            ("127.0.0.1:1", *login, "--user", "alice"),
            ("127.0.0.1:1", *login, "--count", "0"),
            ("127.0.0.1:1", *login, "--count", "1", "--file", "x"),
            ("127.0.0.1:1", *login, "--idle", "2"),
        ):
            with self.subTest(arguments=arguments):
                self.assert_result(run("connect", *arguments), USAGE, b"", "^Error: ")

    def test_unreadable_files(self):
        login = ("--credential", self.credential)
        nothing = "/nonexistent"
        for arguments in (("--credential", nothing), (*login, "--file", nothing), (*login, "--file", "/")):
            with self.subTest(arguments=arguments):
                done = run("connect", self.server().address, *arguments)
                self.assert_result(done, IO, b"", "^Error: Cannot read '/")

    def test_an_empty_name_is_a_name(self):
        """A script whose variable is empty does not want what it would get without the option."""
        login = ("--credential", self.credential)
        for arguments, code in (
            (("127.0.0.1:1", *login, "--file", ""), IO),
            (("127.0.0.1:1", "--credential", ""), IO),
            (("127.0.0.1:1", "--user", "alice", "--password-file", ""), IO),
            (("--serial", "", *login), USAGE),
            (("", *login), USAGE),
        ):
            with self.subTest(arguments=arguments):
                done = run("connect", *arguments, stdin=b"hi")
                self.assert_result(done, code, b"", "^Error: .*'' ?")

    def test_standard_output_is_full(self):
        server = self.server()
        with open("/dev/full", "wb") as full:
            done = run("connect", server.address, "--credential", self.credential, stdin=b"hi", stdout=full)
        self.assert_result(done, IO, errors="^Error: Cannot write to standard output: No space left")
        server.await_error_line("alice from .* is gone: normal")

    def test_standard_input_and_output_are_closed(self):
        server = self.server()
        login = (server.address, "--credential", self.credential)
        self.assert_result(run("connect", *login, stdin=None, preexec_fn=lambda: os.close(0)), OK, b"", "^$")
        done = run("connect", *login, stdin=b"hi", stdout=None, preexec_fn=lambda: os.close(1))
        self.assert_result(done, IO, errors="^Error: Cannot write to standard output")

    def test_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            server = self.server()
            client = self.client(server.address, self.credential)
            client.say(b"hi")
            self.assertEqual(client.line() + b"\n", reply(b"hi"))
            client.popen.send_signal(number)
            self.assertEqual(client.popen.wait(PATIENCE), INTERRUPTED)
            server.await_error_line("alice from .* is gone: normal, after 1 messages, 2 bytes")


class OtherServers(TestCase):
    def connect_to(self, behave):
        """Connects to a server of the test, which does `behave` with the connection; gives the result."""
        credential = self.enroll("alice")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(PATIENCE)
            client = self.client(f"127.0.0.1:{listener.getsockname()[1]}", credential)
            connection, _ = listener.accept()
            with connection:
                behave(connection)
            return client.wait()

    def test_nobody_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        done = run("connect", f"127.0.0.1:{port}", "--credential", self.enroll("alice"))
        self.assert_result(done, LOST, b"", "^Error: Cannot connect to 127.0.0.1:.*refused")

    def test_it_hangs_up(self):
        self.assert_result(self.connect_to(lambda connection: None), LOST, b"", "^Error: The connection ended")

    def test_it_resets_the_connection(self):
        def reset(connection):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

        self.assert_result(self.connect_to(reset), LOST, b"", "^Error: (Cannot connect|The connection ended)")

    def test_it_is_not_pawl(self):
        done = self.connect_to(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
        self.assert_result(done, PROTOCOL, b"", "^Error: The peer does not speak Pawl")

    def test_it_is_of_another_version(self):
        done = self.connect_to(lambda connection: connection.sendall(bytes.fromhex("00020600030200 00")))
        self.assert_result(done, PROTOCOL, b"", "^Error: The peer has another version")

    def busy(self, seconds, *arguments):
        """The address of a server that is busy for so long, and a client that was told so."""
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(PATIENCE)
        self.addCleanup(listener.close)
        client = self.client(f"127.0.0.1:{listener.getsockname()[1]}", self.enroll("alice"), *arguments)
        connection, _ = listener.accept()
        with connection:
            connection.sendall(bytes.fromhex("000206000303") + seconds.to_bytes(2, "big"))
        return listener, client

    def test_it_is_busy(self):
        _, client = self.busy(7, "--no-wait")
        self.assert_result(client.wait(), BUSY, b"", "^Error: The server is busy. Try again in 7 seconds")

    def test_it_is_busy_and_then_has_time(self):
        listener, client = self.busy(1)
        client.await_error_line("The server is busy; pawl tries again in [12] s")
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        self.assert_result(client.wait(), PROTOCOL, b"", "Error: The peer does not speak Pawl")

    def test_nobody_wants_to_wait(self):
        _, client = self.busy(60)
        client.await_error_line("The server is busy")
        client.popen.send_signal(signal.SIGINT)
        self.assert_result(client.wait(), INTERRUPTED, b"", "Error: Interrupted while waiting")


if __name__ == "__main__":
    main()
