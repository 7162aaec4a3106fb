#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sessions of users who are removed, or enrolled anew: they end within seconds. Takes real time, of a server's check."""

import time

from harness import LOST, TestCase, main, reply

WITHIN = 15  # seconds; a server looks every five


class Gone(TestCase):
    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")
        self.other = self.enroll("bob")

    def remove(self):
        (self.records / "alice.toml").unlink()

    def open_session(self, server, credential, *way):
        client = self.client(server.address, credential, *way)
        client.say(b"hi")
        self.assertEqual(client.line() + b"\n", reply(b"hi"))
        return client

    def test_the_open_session_ends(self):
        for way in ((), ("--udp",)):
            for change in (lambda: self.enroll("alice"), self.remove):
                with self.subTest(way=way, change=change):
                    self.enroll("alice")
                    server = self.server(*way)
                    client = self.open_session(server, self.credential, *way)
                    others = self.open_session(server, self.other, *way)
                    change()
                    started = time.monotonic()
                    done = client.wait(input_goes_on=True)
                    self.assertLess(time.monotonic() - started, WITHIN)
                    self.assert_result(done, LOST, b"", "^Error: The server ended the session")
                    server.await_error_line(r"alice was removed or enrolled anew: closing the session from 127.0.0.1:\d+")
                    server.await_error_line(r"alice from 127.0.0.1:\d+ is gone: normal, after 1 messages")
                    others.say(b"still here")
                    self.assertEqual(others.line() + b"\n", reply(b"still here"))


if __name__ == "__main__":
    main()
