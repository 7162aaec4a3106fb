#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl serve` and `pawl connect` with --udp: real sockets that lose and alter."""

import json
import os
import random
import resource
import signal
import socket

from harness import AUTHENTICATION, BUSY, INTERRUPTED, LOST, OK, PORT_IN_USE, TIMEOUT, USAGE, Process, TestCase, main, reply, run
from links import UdpProxy, counters

FRAME = 0  # the first byte of a handshake's datagram
CLIENT_FINISH = 3  # its third
OVERHEAD = 26  # of a record from client to server


class Udp(TestCase):
    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")

    def udp_server(self, *arguments, **options):
        return self.server("--udp", *arguments, **options)

    def link(self, server, **spoil):
        proxy = UdpProxy(server.port, **spoil)
        self.addCleanup(proxy.close)
        return proxy

    def talk(self, address, *arguments, **options):
        return run("connect", "--udp", address, "--credential", self.credential, *arguments, **options)

    def test_each_line_is_a_message(self):
        server = self.udp_server()
        lines = [b"hello", b"", "Grüße".encode(), b"\xff\x00binary", b"x" * 1000, b"no line end"]
        done = self.talk(server.address, stdin=b"\n".join(lines))
        self.assert_result(done, OK, b"".join(map(reply, lines)), "^$")
        self.assert_result(server.stop(), OK, b"", "alice from 127.0.0.1:.* is gone: normal, after 6 messages")

    def test_every_kind_of_credential(self):
        server = self.udp_server()
        self.enroll("bob", "--password-file", self.password())
        for login in (
            ("--user", "bob", "--password-file", self.password()),
            ("--credential", self.enroll("eve", "--raw-key")),
            ("--credential", self.enroll("kim", "--mode", "psk", "--password-file", self.password())),
        ):
            done = run("connect", "--udp", server.address, *login, stdin=b"hello")
            self.assert_result(done, OK, reply(b"hello"), "^(Warning.*)?$")

    def test_a_wrong_password(self):
        server = self.udp_server()
        self.enroll("bob", "--password-file", self.password())
        login = "--user", "bob", "--password-file", self.password(b"not the password")
        self.assert_result(run("connect", "--udp", server.address, *login, stdin=b"x"), AUTHENTICATION, b"", "wrong")
        self.assertEqual(server.stop().errors.count("Refused bob from 127.0.0.1:"), 1)

    def test_ipv6(self):
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError as error:
            self.skipTest(f"no IPv6 here: {error}")
        server = self.udp_server(listen="[::1]:0")
        self.assert_result(self.talk(f"[::1]:{server.port}", stdin=b"six"), OK, reply(b"six"))

    def test_messages_are_kept(self):
        (self.home / "kept").mkdir()
        server = self.udp_server("--save", self.home / "kept")
        file = self.home / "small"
        file.write_bytes(os.urandom(900))
        done = self.talk(server.address, "--file", file)
        self.assert_result(done, OK)
        self.assertRegex(done.output, rb"^Server saved: alice\S+ 900 bytes sha256 [0-9a-f]{64}\n$")

    def test_a_full_disk_ends_the_session_and_nothing_else(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))

        (self.home / "kept").mkdir()
        server = self.udp_server("--save", self.home / "kept", preexec_fn=limit)
        done = self.talk(server.address, stdin=b"x" * 1000)
        self.assert_result(done, BUSY, b"", "^Error: The server ended the session: a limit")
        server.await_error_line("Warning: Cannot write '.*part'.* The session of alice is closed")
        server.await_error_line("alice from .* is gone: limit, ")
        self.assertEqual(list((self.home / "kept").iterdir()), [])
        self.assertEqual(self.talk(server.address, "--count", "1").code, OK)

    def test_many_clients_share_the_socket(self):
        server = self.udp_server()
        clients = [
            Process("connect", "--udp", server.address, "--credential", self.credential, "--count", "20")
            for _ in range(5)
        ]
        for client in clients:
            self.addCleanup(client.end)
        for client in clients:
            done = client.wait()
            self.assert_result(done, OK)
            self.assertEqual(done.output.count(b"\n"), 20)

    def test_a_handshake_survives_what_is_lost(self):
        def lose_first(number, datagram):
            return [] if number == 0 else [datagram]

        link = self.link(self.udp_server(), to_server=lose_first, to_client=lose_first)
        done = self.talk(link.address, "--json", stdin=b"hello")
        self.assert_result(done, OK)
        self.assertGreaterEqual(counters(done)["retransmitted"], 1)

    def test_a_message_that_overtakes_the_handshake_is_not_lost(self):
        late = []

        def overtake(number, datagram):
            if datagram[0] == FRAME:
                finish = datagram[2] == CLIENT_FINISH
                late.extend([datagram] if finish else [])
                return [] if finish else [datagram]
            arrived = [datagram, *late]
            late.clear()
            return arrived

        link = self.link(self.udp_server(), to_server=overtake)
        done = self.talk(link.address, "--json", stdin=b"hello")
        self.assert_result(done, OK)
        self.assertEqual(counters(done)["retransmitted"], 0)

    def test_a_lost_message_is_said_to_be_unanswered(self):
        def lose_the_long_one(number, datagram):
            return [] if len(datagram) == OVERHEAD + 777 else [datagram]

        link = self.link(self.udp_server(), to_server=lose_the_long_one)
        done = self.talk(link.address, stdin=b"first\n" + b"x" * 777 + b"\nlast")
        self.assert_result(done, LOST, reply(b"first") + reply(b"last"), "No reply to message 1: it, or the reply,")
        self.assertRegex(done.errors, "Datagrams were lost. Messages sent and not answered: 1")

    def test_a_bad_network_delivers_nothing_false(self):
        dice = random.Random(4)

        def bad(number, datagram):
            if datagram[0] == FRAME:
                return [datagram]
            fate = dice.random()
            if fate < 0.1:
                return [datagram, datagram]
            if fate < 0.2:
                at = dice.randrange(9, len(datagram))
                return [datagram[:at] + bytes([datagram[at] ^ 1]) + datagram[at + 1 :], datagram]
            if fate < 0.3:
                return [dice.randbytes(40), datagram]
            return [datagram]

        link = self.link(self.udp_server(), to_server=bad, to_client=bad)
        done = self.talk(link.address, "--json", "--count", "50")
        self.assert_result(done, OK)
        texts = [json.loads(line)["text"] for line in done.output.splitlines() if b'"message",' in line]
        self.assertEqual(texts, [f"Server received: Hello server! Message #{n}" for n in range(50)])
        seen = counters(done)
        self.assertGreater(seen["corrupt"], 0)
        self.assertGreater(seen["replayed"], 0)
        self.assertGreater(seen["dropped"], 0)

    def test_a_client_that_moves_keeps_its_session(self):
        server = self.udp_server()
        link = self.link(server)
        client = Process("connect", "--udp", link.address, "--credential", self.credential)
        self.addCleanup(client.end)
        for word in (b"here", b"there", b"everywhere"):
            client.say(word)
            self.assertEqual(client.line() + b"\n", reply(word))
            link.move()
        self.assert_result(client.wait(), OK, b"")
        self.assert_result(server.stop(), OK, b"", "after 3 messages")

    def test_longest_message_and_what_is_longer(self):
        server = self.udp_server()
        longest = 1174
        self.assert_result(self.talk(server.address, stdin=b"x" * longest), OK, reply(b"x" * longest))
        done = self.talk(server.address, stdin=b"x" * (longest + 1))
        self.assert_result(done, USAGE, b"", f"longer than the {longest} bytes")
        file = self.home / "big"
        file.write_bytes(bytes(longest + 1))
        another = self.udp_server()
        done = self.talk(another.address, "--file", file)
        self.assert_result(done, USAGE, b"", f"has {longest + 1} bytes.*at most {longest}. Send it over TCP")
        self.assertNotIn("alice", another.stop().errors, "nothing was sent")

    def test_a_time_out_is_needed(self):
        self.assert_result(self.talk("127.0.0.1:1", "--idle", "0"), USAGE, b"", "Give --idle 3 or more")
        done = run("serve", "--udp", "--idle", "0", "--records", self.records)
        self.assert_result(done, USAGE, b"", "Give --idle 3 or more")

    def test_port_in_use(self):
        server = self.udp_server()
        done = run("serve", "--udp", "--listen", server.address, "--records", self.records)
        self.assert_result(done, PORT_IN_USE, b"", "is in use")

    def test_a_server_that_is_gone_is_noticed(self):
        server = self.udp_server()
        client = Process("connect", "--udp", server.address, "--credential", self.credential, "--idle", "3", "--json")
        self.addCleanup(client.end)
        client.say(b"hello")
        while b'"message",' not in client.line():
            pass
        server.popen.kill()
        done = client.wait(input_goes_on=True)
        self.assertEqual(done.code, TIMEOUT, done)
        self.assertIn(b'"error":"idle"', done.output)

    def test_a_server_that_stops_says_so(self):
        server = self.udp_server("--verbose")
        client = Process("connect", "--udp", server.address, "--credential", self.credential)
        self.addCleanup(client.end)
        client.say(b"hello")
        client.line()
        stopped = server.stop()
        self.assert_result(stopped, OK, b"", r"Datagrams: \d+ dropped, .* retransmitted; 0 times resynchronised")
        self.assert_result(client.wait(input_goes_on=True), LOST, b"", "The server ended the session")

    def test_interrupted(self):
        server = self.udp_server()
        client = Process("connect", "--udp", server.address, "--credential", self.credential)
        self.addCleanup(client.end)
        client.say(b"hello")
        client.line()
        client.popen.send_signal(signal.SIGINT)
        self.assert_result(client.wait(input_goes_on=True), INTERRUPTED)
        server.await_error_line("alice from .* is gone: normal")

    def test_noise_does_not_harm_the_server(self):
        server = self.udp_server()
        dice = random.Random(1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.connect(("127.0.0.1", server.port))
            for _ in range(500):
                stranger.send(dice.randbytes(dice.randrange(0, 1500)))
        self.assert_result(self.talk(server.address, stdin=b"hello"), OK, reply(b"hello"))
        self.assertEqual(server.popen.poll(), None)


if __name__ == "__main__":
    main()
