#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What both sides say when something is wrong: what it was, what to do, and the number that shows it."""

from harness import AUTHENTICATION, TIMEOUT, Process, TestCase, cut, main, run
from links import Cable

CHECK = r"Check that both ends have the same rate and 8 data bits, .* line ends or speaks Telnet"
GARBLED = rf"The line garbles what it carries: [1-9]\d* packets came altered. {CHECK}"


class Logins(TestCase):
    def test_a_wrong_raw_key(self):
        """The client sees it, and goes; the server says what it may have been."""
        for way in ((), ("--udp",)):
            with self.subTest(way=way):
                wrong = self.enroll("alice", records=self.home / "elsewhere").rename(self.home / "wrong.toml")
                self.enroll("alice")
                server = self.server(*way)
                done = run("connect", server.address, "--credential", wrong, *way, stdin=b"hi")
                self.assert_result(done, AUTHENTICATION, b"", "^Error: Password, key, user name or mode is wrong")
                server.await_error_line(r"Refused alice from 127.0.0.1:\d+: \w+\. .*the key that it has may be another")

    def test_a_wrong_mode(self):
        self.enroll("alice", "--password-file", self.password(), "--mode", "psk")
        login = ("--user", "alice", "--password-file", self.password(), "--mode", "psk_ecdhe")
        for way in ((), ("--udp",)):
            with self.subTest(way=way):
                server = self.server(*way)
                done = run("connect", server.address, *login, *way, stdin=b"hi")
                self.assert_result(done, AUTHENTICATION, b"", r"The mode was psk_ecdhe; .*give that to --mode")
                server.await_error_line("Refused alice from .*asked for mode psk_ecdhe, .*enrolled in mode psk\\.")

    def test_a_user_who_does_not_exist_has_no_mode(self):
        """Nor is more said to a client of a user who does than of one who does not."""
        self.enroll("alice", "--password-file", self.password())
        login = ("--password-file", self.password(b"wrong"), "--mode", "psk_ecdhe")
        server = self.server()
        said = {run("connect", server.address, "--user", user, *login).errors for user in ("alice", "nobody")}
        self.assertEqual(len(said), 1, said)


class Replies(TestCase):
    def test_an_incomplete_reply_is_said(self):
        credential = self.enroll("alice")
        done = run("connect", self.proxy(self.server(), to_client=cut(2)), "--credential", credential,
                   stdin=b"x" * 100_000)
        self.assertRegex(done.errors, "The last reply is incomplete")
        self.assertRegex(done.output, rb"^Server received: x+\n$")


class GarblingLines(TestCase):
    """Lines of seven bits. Takes real time, of clients that give up."""

    def start(self, name, spoilt_ends):
        """A server and a client at both ends of a line that clears the highest bit of what arrives at some ends."""
        home = self.home / name
        home.mkdir()
        cable = Cable(home)
        self.addCleanup(cable.close)
        cable.spoil = lambda data: bytes(byte & 0x7F for byte in data)
        cable.spoilt_ends = spoilt_ends
        server = Process("serve", "--serial", cable.left, "--records", self.records)
        self.addCleanup(server.end)
        server.await_error_line("Listening on the serial line")
        client = Process("connect", "--serial", cable.right, "--credential", self.credential)
        self.addCleanup(client.end)
        return server, client

    def test_both_sides_say_what_they_saw(self):
        self.credential = self.enroll("alice")
        server, client = self.start("both ways", (0, 1))
        _, other_client = self.start("to the client", (1,))
        server.await_error_line(f"Warning: Serial line .*left: {GARBLED}")
        self.assert_result(client.wait(), TIMEOUT, b"", f"took too long.* No packet came over the line. {CHECK}")
        self.assert_result(other_client.wait(), TIMEOUT, b"", f"took too long.* {GARBLED}")


if __name__ == "__main__":
    main()
