#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who is not let in, what a spoilt line does, and that both sides say so."""

from harness import AUTHENTICATION, BUSY, OK, TAMPERED, TRUNCATED, TestCase, cut, flip, main, run


def reply(number):
    return b"Server received: Hello server! Message #%d\n" % number


class Refusals(TestCase):
    """All look the same to the client, whatever was wrong."""

    def assert_refused(self, *login):
        server = self.server()
        done = run("connect", server.address, *login, "--count", "1")
        self.assert_result(done, AUTHENTICATION, b"", "^Error: Password, key, user name or mode is wrong")
        return server

    def as_alice(self, password, *options):
        file = self.home / "guess"
        file.write_bytes(password)
        return ("--user", "alice", "--password-file", file, *options)

    def test_wrong_password(self):
        self.enroll("alice", "--password-file", self.password(b"right"))
        server = self.assert_refused(*self.as_alice(b"wrong"))
        server.await_error_line("Refused alice from 127.0.0.1:.*authentication_failed")

    def test_unknown_user(self):
        self.enroll("bob", "--password-file", self.password(b"right"))
        self.assert_refused(*self.as_alice(b"right"))

    def test_wrong_mode(self):
        self.enroll("alice", "--password-file", self.password(b"right"), "--mode", "psk")
        self.assert_refused(*self.as_alice(b"right", "--mode", "psk_ecdhe"))

    def test_password_for_a_raw_key_user(self):
        self.enroll("alice", "--raw-key")
        self.assert_refused(*self.as_alice(b"right"))

    def test_wrong_raw_key_and_raw_key_for_a_password_user(self):
        self.enroll("bob")
        elsewhere = self.enroll("alice", "--raw-key", records=self.home / "elsewhere")
        self.assert_refused("--credential", elsewhere)
        stolen = self.home / "stolen"
        elsewhere.rename(stolen)
        self.enroll("alice", "--password-file", self.password(b"right"))
        self.assert_refused("--credential", stolen)

    def test_a_new_enrolment_counts_at_once(self):
        old, kept = self.enroll("alice"), self.home / "kept"
        server = self.server()
        self.assertEqual(run("connect", server.address, "--credential", old).code, OK)
        old.rename(kept)
        new = self.enroll("alice")
        self.assertEqual(run("connect", server.address, "--credential", new).code, OK)
        self.assertEqual(run("connect", server.address, "--credential", kept).code, AUTHENTICATION)
        (self.records / "alice.toml").unlink()
        self.assertEqual(run("connect", server.address, "--credential", new).code, AUTHENTICATION)

    def test_a_new_password_makes_a_stored_credential_stale(self):
        old, kept = self.enroll("alice", "--password-file", self.password()), self.home / "kept"
        old.rename(kept)
        self.enroll("alice", "--password-file", self.password())
        done = run("connect", self.server().address, "--credential", kept)
        self.assert_result(done, AUTHENTICATION, b"", "^Error: The stored credential is of an earlier enrolment")

    def test_what_is_the_servers_trouble_is_not_called_a_wrong_password(self):
        credential = self.enroll("alice")
        server = self.server()
        (self.records / "alice.toml").write_text("damaged")
        for _ in range(5):
            done = run("connect", server.address, "--credential", credential, "--no-wait")
            self.assert_result(done, BUSY, b"", "^Error: The server is busy")
        server.await_error_line("Warning: .*alice.toml")
        server.await_error_line("Refused alice from .*its user could not be looked up")


class Guessing(TestCase):
    def test_it_is_slowed_down(self):
        self.enroll("alice", "--password-file", self.password(b"right"), "--mode", "psk")
        login = ("--user", "alice", "--mode", "psk", "--password-file")
        server = self.server()
        guess = self.password(b"guess")
        codes = []
        # From the third failure on there is a wait; a machine too slow to run into the first runs into a longer one.
        while BUSY not in codes and len(codes) < 9:
            done = run("connect", server.address, *login, guess, "--count", "1", "--no-wait")
            codes.append(done.code)
        self.assertGreaterEqual(codes.index(BUSY), 3)
        self.assertEqual(set(codes[:-1]), {AUTHENTICATION})
        self.assertRegex(done.errors, r"Error: The server is busy. Try again in \d+ seconds")
        server.await_error_line(r"Refused alice from 127.0.0.1:\d+: busy, to wait \d+ s")


class SpoiltLines(TestCase):
    """The first record to the client has its ticket. The replies are in those that follow."""

    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")
        self.served = self.server()

    def connect(self, address, *arguments):
        return run("connect", address, "--credential", self.credential, "--count", "5", *arguments)

    def test_a_harmless_proxy_changes_nothing(self):
        done = self.connect(self.proxy(self.served))
        self.assert_result(done, OK, b"".join(map(reply, range(5))))

    def test_altered_on_the_way_to_the_client(self):
        done = self.connect(self.proxy(self.served, to_client=flip(3)))
        self.assert_result(done, TAMPERED, reply(0) + reply(1), "^Error: .*altered.* not answered: 1")

    def test_altered_on_the_way_to_the_server(self):
        done = self.connect(self.proxy(self.served, to_server=flip(2)))
        self.assert_result(done, TRUNCATED, reply(0) + reply(1), "^Error: The connection was cut")
        self.served.await_error_line("alice from .* is gone: tampered, after 2 messages")

    def test_cut(self):
        done = self.connect(self.proxy(self.served, to_client=cut(4)))
        self.assert_result(done, TRUNCATED, reply(0) + reply(1) + reply(2), "^Error: The connection was cut")
        self.served.await_error_line("alice from .* is gone: truncated")

    def test_repeated_record(self):
        def repeat(index, record):
            return record * 2 if index == 2 else record, True

        done = self.connect(self.proxy(self.served, to_client=repeat))
        self.assert_result(done, TAMPERED, reply(0) + reply(1))

    def test_dropped_record(self):
        def drop(index, record):
            return b"" if index == 2 else record, True

        client = self.client(self.proxy(self.served, to_client=drop), self.credential)
        for word in (b"one", b"two", b"three"):
            client.say(word)
        self.assertEqual(client.line(), b"Server received: one")
        self.assert_result(client.wait(input_goes_on=True), TAMPERED, b"", "^Error: .*altered")

    def test_server_killed(self):
        client = self.client(self.served.address, self.credential)
        client.say(b"hi")
        self.assertEqual(client.line(), b"Server received: hi")
        self.served.popen.kill()
        self.assert_result(client.wait(input_goes_on=True), TRUNCATED, b"", "^Error: The connection was cut")


if __name__ == "__main__":
    main()
