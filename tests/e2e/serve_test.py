#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl serve`: start, end, saving, and its limits."""

import resource
import signal
import time

from harness import BUSY, INTERRUPTED, IO, LOST, OK, PATIENCE, PORT_IN_USE, USAGE, TestCase, main, run


class StartAndEnd(TestCase):
    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")

    def test_port_in_use(self):
        server = self.server()
        done = run("serve", "--listen", server.address, "--records", self.records)
        self.assert_result(done, PORT_IN_USE, b"", f"^Error: Cannot listen on {server.address}: it is in use")

    def test_what_it_cannot_start_with(self):
        for code, arguments in (
            (USAGE, ("--listen", "192.0.2.1:0")),
            (USAGE, ("--listen", "localhost")),
            (USAGE, ("--listen", "")),
            (USAGE, ("--serial", "")),
            (IO, ("--save", "")),
            (IO, ("--config", "")),
            (USAGE, ("--check-config",)),
            (USAGE, ("--max-sessions", "0")),
            (USAGE, ("--idle", "1")),
            (IO, ("--listen", "0", "--save", "/nonexistent")),
            (IO, ("--listen", "0", "--save", self.credential)),
        ):
            with self.subTest(arguments=arguments):
                self.assert_result(run("serve", "--records", self.records, *arguments), code, b"", "^Error: ")
        self.assert_result(run("serve", "--records", "/nonexistent"), IO, b"", "^Error: There are no users in '/nonexistent'")


    def test_a_port_alone_is_on_all_addresses(self):
        server = self.server(listen="0")
        done = run("connect", f"localhost:{server.port}", "--credential", self.credential, "--count", "1")
        self.assertEqual(done.code, OK, done)

    def test_a_record_that_others_can_read_is_warned_of_once(self):
        record = self.records / "alice.toml"
        record.chmod(0o666)
        server = self.server()
        for _ in range(2):
            done = run("connect", server.address, "--credential", self.credential, "--count", "1")
            self.assertEqual(done.code, OK, done)
        self.assertEqual(server.stop().errors.count("Warning: "), 1)

    def test_a_port_is_free_again_at_once(self):
        server = self.server()
        client = self.client(server.address, self.credential)
        client.say(b"hi")
        client.line()
        server.stop()
        again = self.server(listen=server.address)
        self.assertEqual(again.port, server.port)

    def test_it_ends_in_good_order(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            server = self.server()
            silent = self.source(1, server)
            client = self.client(server.address, self.credential)
            client.say(b"hi")
            client.line()
            server.popen.send_signal(number)
            done = client.wait(input_goes_on=True)
            self.assert_result(done, LOST, b"", "^Error: The server ended the session")
            self.assert_result(server.wait(), OK, b"", "alice from .* is gone: normal")
            self.assertEqual(silent.recv(1), b"")

    def test_it_outlives_its_terminal_if_it_is_told_to(self):
        server = self.server(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))  # as nohup does
        server.popen.send_signal(signal.SIGHUP)
        done = run("connect", server.address, "--credential", self.credential, "--count", "1")
        self.assertEqual(done.code, OK, done)
        self.assert_result(server.stop(), OK, b"", "alice from .* is gone: normal")

    def test_a_second_signal_does_not_wait(self):
        server = self.server()
        client = self.client(server.address, self.credential)
        client.say(b"hi")
        client.line()
        client.popen.send_signal(signal.SIGSTOP)
        server.popen.send_signal(signal.SIGTERM)
        time.sleep(0.1)
        self.assertIsNone(server.popen.poll(), "it does not wait for the answer to its close")
        server.popen.send_signal(signal.SIGTERM)
        # The code tells: had it waited out the first signal, this would be OK.
        self.assertEqual(server.popen.wait(PATIENCE), INTERRUPTED)
        client.popen.send_signal(signal.SIGCONT)


class Saving(TestCase):
    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")
        self.received = self.home / "received"
        self.received.mkdir()

    def files(self):
        return sorted(self.received.iterdir())

    def test_each_message_is_a_file(self):
        server = self.server("--save", self.received)
        done = run("connect", server.address, "--credential", self.credential, stdin=b"one\n\nthree\n")
        self.assertEqual(done.code, OK, done)
        self.assertEqual([file.read_bytes() for file in self.files()], [b"one", b"", b"three"])
        names = [line.split()[2] for line in done.output.decode().splitlines()]
        self.assertEqual(names, [file.name for file in self.files()])
        self.assertEqual({file.stat().st_mode & 0o777 for file in self.files()}, {0o600})

    def test_a_user_name_leads_out_of_no_directory(self):
        credential = self.home / "credential.toml"
        for user in ("../../etc/passwd", ".", "..", "%2e", "ä" * 28):
            login = ("--credential", credential)
            enrolled = run("enroll", user, "--raw-key", "--mode", "psk", "--records", self.records, *login)
            self.assertEqual(enrolled.code, OK, enrolled)
            done = run("connect", self.server("--save", self.received).address, *login, "--count", "1")
            self.assertRegex(done.output, b"^Server saved: ")
            credential.unlink()
        self.assertEqual(len(self.files()), 5)
        self.assertFalse([file for file in self.files() if file.name.startswith(".")])

    def test_what_was_received_of_a_message_stays_partial(self):
        server = self.server("--save", self.received)
        client = self.client(server.address, self.credential)
        client.popen.stdin.write(b"x" * 100_000)
        client.popen.stdin.flush()
        while not sum(file.stat().st_size for file in self.files()) == 100_000:
            time.sleep(0.01)
        client.popen.kill()
        (file,) = self.files()
        server.await_error_line(f"truncated, .*not complete. The 100000 bytes of it that came are in '.*{file.name}'")
        self.assertTrue(file.name.endswith(".part"))

    def test_a_full_disk_ends_the_session_and_nothing_else(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

        file = self.home / "file"
        file.write_bytes(bytes(1_000_000))
        server = self.server("--save", self.received, preexec_fn=limit)
        done = run("connect", server.address, "--credential", self.credential, "--file", file)
        self.assert_result(done, BUSY, b"", "^Error: The server ended the session: a limit")
        server.await_error_line("Warning: Cannot write '.*part'.* The session of alice is closed")
        server.await_error_line("alice from .* is gone: limit, ")
        self.assertEqual(self.files(), [], "what nobody can complete takes no room")
        self.assertEqual(run("connect", server.address, "--credential", self.credential, "--count", "1").code, OK)


class Limits(TestCase):
    def test_sessions(self):
        credentials = [self.enroll(f"user{number}") for number in range(3)]
        server = self.server("--max-sessions", "2")
        clients = [self.client(server.address, credential) for credential in credentials[:2]]
        for client in clients:
            client.say(b"hi")
            client.line()
        done = run("connect", server.address, "--credential", credentials[2])
        self.assert_result(done, BUSY, b"", "^Error: The peer is busy")
        self.assertEqual(clients.pop().wait().code, OK)
        server.await_error_line("is gone")
        self.assertEqual(run("connect", server.address, "--credential", credentials[2]).code, OK)

    def test_the_idlest_of_nine_sessions_of_a_user_is_closed(self):
        credential = self.enroll("alice")
        server = self.server()
        clients = []
        for _ in range(8):
            clients.append(self.client(server.address, credential))
            clients[-1].say(b"hi")
            clients[-1].line()
        clients[0].say(b"still here")
        clients[0].line()
        clients.append(self.client(server.address, credential))
        done = clients.pop(1).wait(input_goes_on=True)
        self.assert_result(done, BUSY, b"", "^Error: The server ended the session: a limit")
        server.await_error_line("alice from .* is gone: limit, ")
        for client in clients:
            client.say(b"still here")
            self.assertEqual(client.line(), b"Server received: still here")

    def test_out_of_descriptors(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (30, 30))

        credential = self.enroll("alice")
        server = self.server(preexec_fn=limit)
        server.await_error_line("Warning: The limit of open files is too low")
        clients = [self.source(1 + number // 8, server) for number in range(40)]
        server.await_error_line("Cannot accept a connection: Too many open files")
        before = server.processor_seconds()
        time.sleep(0.5)
        self.assertLess(server.processor_seconds() - before, 0.2, "it spins")
        for client in clients:
            client.close()
        self.assertEqual(run("connect", server.address, "--credential", credential, "--count", "1").code, OK)


if __name__ == "__main__":
    main()
