#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Servers with several addresses. Of clients that change theirs, and of names of which not each address answers,
tests/unit/port/udp_way_test.cpp and tcp_connect_test.cpp have what needs networks of their own."""

import pathlib
import re
import socket

from harness import IO, OK, TestCase, main, reply, run
from rights import NET_BIND_SERVICE, without

FIRST_FREE_PORT = "/proc/sys/net/ipv4/ip_unprivileged_port_start"


class Addresses(TestCase):
    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")

    def assert_answers(self, address, *way):
        done = run("connect", address, "--credential", self.credential, *way, stdin=b"hi")
        self.assert_result(done, OK, reply(b"hi"))

    def test_a_server_on_all_addresses_answers_from_the_one_that_was_asked(self):
        for way in ((), ("--udp",)):
            with self.subTest(way=way):
                server = self.server(*way, listen="0")
                for host in ("127.0.0.1", "127.0.0.2", "127.1.2.3"):
                    self.assert_answers(f"{host}:{server.port}", *way)

    def test_a_server_listens_on_each_address_of_a_name_and_says_so(self):
        addresses = {entry[4][0] for entry in socket.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM)}
        for way in ((), ("--udp",)):
            with self.subTest(way=way):
                server = self.server(*way, listen="localhost:0")
                for address in addresses:
                    host = f"[{address}]" if ":" in address else address
                    said = server.await_error_line(rf"Listening on port (\d+): {re.escape(host)}:\1")
                    self.assert_answers(f"{host}:{said[1]}", *way)

    def test_a_port_that_is_not_for_everybody(self):
        if int(pathlib.Path(FIRST_FREE_PORT).read_text()) <= 443:
            self.skipTest("here every port is for everybody")
        for way in ((), ("--udp",)):
            listen = ("--listen", "127.0.0.1:443", "--records", self.records)
            done = run("serve", *listen, *way, preexec_fn=without(self, NET_BIND_SERVICE))
            self.assert_result(done, IO, b"", "^Error: Cannot listen on 127.0.0.1:443: Permission denied. "
                                              "Ports below 1024 .*CAP_NET_BIND_SERVICE")


if __name__ == "__main__":
    main()
