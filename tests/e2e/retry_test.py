#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl connect --retry`: what makes it connect again, and what does not."""

import json
import signal
import socket
import threading

import proxy
from harness import (AUTHENTICATION, INTERRUPTED, LOST, OK, PATIENCE, PROTOCOL, USAGE, Process, TestCase, cut, flip,
                     main, reply, run)
from links import UdpProxy


class Retry(TestCase):
    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")

    def free_address(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            return f"127.0.0.1:{listener.getsockname()[1]}"

    def kill(self, server):
        server.popen.kill()
        server.popen.wait(PATIENCE)

    def test_a_server_that_is_not_there_yet(self):
        address = self.free_address()
        client = self.client(address, self.credential, "--retry")
        client.await_error_line(r"Cannot connect to .*refused.* Pawl tries again in \d+ s\.")
        self.server(listen=address)
        client.say(b"hi")
        self.assertEqual(client.line() + b"\n", reply(b"hi"))
        self.assert_result(client.wait(), OK, b"")

    def test_a_server_that_comes_back(self):
        server = self.server()
        client = self.client(server.address, self.credential, "--retry")
        for number in range(3):
            client.say(b"%d" % number)
            self.assertEqual(client.line() + b"\n", reply(b"%d" % number))
            self.kill(server)
            server = self.server(listen=server.address)
        client.say(b"last")
        self.assertEqual(client.line() + b"\n", reply(b"last"))
        self.assert_result(client.wait(), OK, b"", "Pawl tries again")

    def test_a_server_that_stops_in_good_order(self):
        server = self.server()
        client = self.client(server.address, self.credential, "--retry")
        client.say(b"one")
        client.line()
        self.assertEqual(server.stop().code, OK)
        client.await_error_line("The server ended the session.* Pawl tries again")
        self.server(listen=server.address)
        client.say(b"two")
        self.assertEqual(client.line() + b"\n", reply(b"two"))
        self.assert_result(client.wait(), OK, b"")

    def test_a_line_without_its_answer_is_sent_again(self):
        """The answers of the first connection are cut or altered."""
        server = self.server()
        for spoil in (cut(2), flip(2)):
            first = [spoil]
            address = self.proxies(server, lambda: first.pop() if first else proxy.harmless)
            done = run("connect", address, "--credential", self.credential, "--retry", stdin=b"one\ntwo\nthree")
            self.assert_result(done, OK, reply(b"one") + reply(b"two") + reply(b"three"), "Pawl tries again")

    def proxies(self, server, spoil):
        """Like proxy(), for one connection after another. `spoil` gives what is done to the answers of the next."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def serve():
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                upstream = socket.create_connection(("127.0.0.1", server.port))
                upward = threading.Thread(target=proxy.forward, args=(client, upstream, proxy.harmless), daemon=True)
                upward.start()
                proxy.forward(upstream, client, spoil())
                for sock in (client, upstream):
                    sock.close()

        threading.Thread(target=serve, daemon=True).start()
        return f"127.0.0.1:{listener.getsockname()[1]}"

    def test_datagrams_that_are_lost(self):
        server = self.server("--udp")
        lost = [6, 9]
        lose = lambda number, datagram: [] if number in lost else [datagram]
        link = UdpProxy(server.port, lose)
        self.addCleanup(link.close)
        done = run("connect", "--udp", link.address, "--credential", self.credential, "--retry", stdin=b"1\n2\n3\n4\n5")
        self.assert_result(done, OK, b"".join(reply(b"%d" % number) for number in range(1, 6)))

    def test_a_ticket_opens_the_next_session(self):
        first = [cut(3)]
        address = self.proxies(self.server(), lambda: first.pop() if first else proxy.harmless)
        done = run("connect", address, "--credential", self.credential, "--retry", "--json", stdin=b"one\ntwo\nthree")
        self.assertEqual(done.code, OK, done)
        events = [json.loads(line) for line in done.output.splitlines()]
        kinds = [event["kind"] for event in events if event["event"] == "established"]
        self.assertEqual(kinds, ["raw_key", "ticket"])
        waits = [event["error"] for event in events if event["event"] == "waiting"]
        self.assertRegex(waits[0], "^The connection was cut")

    # What is not tried again.

    def test_a_user_who_is_disabled_meanwhile(self):
        client = self.client(self.server().address, self.credential, "--retry")
        client.say(b"one")
        client.line()
        self.assertEqual(run("user", "disable", "alice", "--users", self.records).code, OK)
        self.assert_result(client.wait(input_goes_on=True), AUTHENTICATION, b"", "tries again")

    def test_a_wrong_password(self):
        self.enroll("bob", "--password-file", self.password())
        server = self.server()
        wrong = self.password(b"wrong")
        done = run("connect", server.address, "--user", "bob", "--password-file", wrong, "--retry", stdin=b"hi")
        self.assert_result(done, AUTHENTICATION, b"", "^(?!.*tries again)")

    def test_a_peer_that_is_not_pawl(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(PATIENCE)
            client = self.client(f"127.0.0.1:{listener.getsockname()[1]}", self.credential, "--retry")
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                self.assert_result(client.wait(), PROTOCOL, b"", "^Error: The peer does not speak Pawl")

    def test_wrong_usage(self):
        login = ("127.0.0.1:1", "--credential", self.credential, "--retry")
        self.assertEqual(run("connect", *login, "--no-wait").code, USAGE)
        large = self.home / "large"
        large.write_bytes(bytes((1 << 20) + 1))
        done = run("connect", *login, "--file", large)
        self.assert_result(done, USAGE, b"", "with --retry at most 1048576. Send it without --retry")

    def test_a_line_that_is_too_long(self):
        server = self.server()
        done = run("connect", server.address, "--credential", self.credential, "--retry", stdin=b"x" * ((1 << 20) + 1))
        self.assert_result(done, USAGE, b"", "^Error: A message is longer than the 1048576 bytes")

    def test_without_it_nothing_is_tried_again(self):
        done = run("connect", self.free_address(), "--credential", self.credential, stdin=b"hi")
        self.assert_result(done, LOST, b"", "^Error: Cannot connect")

    def test_interrupted_while_it_waits(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            client = self.client(self.free_address(), self.credential, "--retry")
            client.await_error_line("Pawl tries again")
            client.popen.send_signal(number)
            self.assertEqual(client.popen.wait(PATIENCE), INTERRUPTED)


class Passwords(TestCase):
    def test_it_is_asked_once(self):
        self.enroll("alice", "--password-file", self.password())
        server = self.server()
        login = ("--user", "alice", "--password-file", "-", "--retry")
        client = Process("connect", server.address, *login)
        self.addCleanup(client.end)
        client.say(b"correct horse battery staple")
        for number in range(2):
            client.say(b"%d" % number)
            self.assertEqual(client.line() + b"\n", reply(b"%d" % number))
            server.popen.kill()
            server.popen.wait(PATIENCE)
            server = self.server(listen=server.address)
        client.say(b"last")
        self.assertEqual(client.line() + b"\n", reply(b"last"))
        self.assert_result(client.wait(), OK, b"")


if __name__ == "__main__":
    main()
