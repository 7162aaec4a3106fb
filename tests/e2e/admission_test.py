#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who is let in when many come at once, when a neighbour fails, and when the server itself has trouble."""

import os
import resource
import socket
import threading
import time

from harness import AUTHENTICATION, BUSY, OK, PATIENCE, TestCase, main, reply, run

DEVICES = 40
AT_ONCE = 5  # seconds; a stranger may stay for ten


class Admission(TestCase):
    def assert_served(self, server, credential, *arguments):
        started = time.monotonic()
        done = run("connect", server.address, "--credential", credential, *arguments, stdin=b"hi")
        self.assert_result(done, OK, reply(b"hi"))
        return time.monotonic() - started


class OneAddress(Admission):
    def test_forty_devices_that_start_at_once_are_all_served(self):
        credentials = [self.enroll(f"device{number}", "--raw-key") for number in range(DEVICES)]
        server = self.server()
        clients = [self.client(server.address, credential, "--count", "1") for credential in credentials]
        for client in clients:
            self.assertEqual(client.wait().code, OK, client.errors())

    def limited_server(self):
        return self.server("--config", self.config("[limits]\nhellos_per_source = 2\n"))

    def test_a_client_that_is_told_to_wait_comes_again(self):
        credentials = [self.enroll(f"device{number}", "--raw-key") for number in range(8)]
        server = self.limited_server()
        clients = [self.client(server.address, credential, "--count", "1") for credential in credentials]
        for client in clients:
            self.assertEqual(client.wait().code, OK, client.errors())
        self.assertTrue(any("The server is busy; pawl tries again in" in client.errors() for client in clients))

    def test_and_does_not_if_it_is_not_to_wait(self):
        credentials = [self.enroll(f"device{number}", "--raw-key") for number in range(8)]
        server = self.limited_server()
        clients = [self.client(server.address, credential, "--count", "1", "--no-wait") for credential in credentials]
        codes = [client.wait().code for client in clients]
        self.assertIn(BUSY, codes)
        self.assertEqual(set(codes), {OK, BUSY})
        self.assertFalse(any("tries again" in client.errors() for client in clients))

    def test_a_wrong_password_locks_nobody_else_out(self):
        self.enroll("bob", "--password-file", self.password(b"right"), "--mode", "psk")
        login = ("--user", "bob", "--mode", "psk", "--password-file", self.password(b"wrong"), "--no-wait")
        credential = self.enroll("alice")
        server = self.server()
        for _ in range(6):
            self.assertIn(run("connect", server.address, *login, stdin=b"hi").code, (AUTHENTICATION, BUSY))
        self.assert_served(server, credential, "--no-wait")


class Strangers(Admission):
    """They connect, say one byte or nothing, and stay."""

    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")
        self.served = self.server()

    def dribble(self, address):
        sock = socket.create_connection(("127.0.0.1", self.served.port), PATIENCE, (address, 0))
        self.addCleanup(sock.close)
        sock.sendall(b"\0")

    def test_from_many_networks(self):
        for number in range(800):
            self.dribble(f"127.{1 + number // 200}.{number % 200}.1")
        self.assertLess(self.assert_served(self.served, self.credential, "--no-wait"), AT_ONCE)

    def test_thirty_a_second_from_the_same_address(self):
        over = threading.Event()

        def come():
            while not over.wait(1 / 30):
                self.source(0, self.served)

        strangers = threading.Thread(target=come)
        strangers.start()
        self.addCleanup(strangers.join, PATIENCE)
        self.addCleanup(over.set)
        # After three seconds the places of a source are all taken.
        for _ in range(6):
            over.wait(0.5)
            self.assertLess(self.assert_served(self.served, self.credential, "--no-wait"), AT_ONCE)


class OwnTrouble(Admission):
    LIMIT = 40

    def test_out_of_descriptors(self):
        """Of the last one there is, a connection takes hold; then the record cannot be opened."""
        credential = self.enroll("alice")
        limits = (self.LIMIT, self.LIMIT)
        server = self.server(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limits))
        descriptors = f"/proc/{server.popen.pid}/fd"
        silent = []
        while len(os.listdir(descriptors)) < self.LIMIT - 1:
            before = len(os.listdir(descriptors))
            silent.append(self.source(1, server))
            while len(os.listdir(descriptors)) == before:
                time.sleep(0.001)
        login = (server.address, "--credential", credential)
        for _ in range(5):
            done = run("connect", *login, "--no-wait", stdin=b"hi")
            self.assert_result(done, BUSY, b"", "^Error: The server is busy")
            while len(os.listdir(descriptors)) >= self.LIMIT:
                time.sleep(0.001)
        server.await_error_line(f"Cannot read '.*alice.toml': Too many open files.*open files, {self.LIMIT}, is reached")
        for sock in silent:
            sock.close()
        self.assert_served(server, credential, "--no-wait")


if __name__ == "__main__":
    main()
