#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl serve` as a service of systemd: what it tells the service manager, and what it is given by it."""

import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import time
import unittest

from harness import AUTHENTICATION, OK, PATIENCE, PAWL, USAGE, Process, TestCase, main, run

UNITS = pathlib.Path(__file__).parents[2] / "apps" / "systemd"
SUPPORT = b", systemd)" in run("--version").output


class Unsupported(TestCase):
    @unittest.skipIf(SUPPORT, "built with libsystemd")
    def test_without_libsystemd_it_serves_and_says_nothing(self):
        self.enroll("alice")
        environment = os.environ | {"NOTIFY_SOCKET": "/nonexistent", "LISTEN_FDS": "1"}
        self.assert_result(self.server(env=environment).stop(), OK, b"")


@unittest.skipUnless(SUPPORT, "SKIPPED: this pawl was built without libsystemd")
class ServiceCase(TestCase):
    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")

    def assert_served(self, address, *options):
        done = run("connect", *options, address, "--credential", self.credential, "--count", "1")
        self.assertEqual(done.code, OK, done)


class Notifying(ServiceCase):
    def setUp(self):
        super().setUp()
        self.notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.notified.close)
        self.notified.settimeout(PATIENCE)
        path = self.home / "notify"
        self.notified.bind(str(path))
        self.environment = os.environ | {"NOTIFY_SOCKET": str(path)}

    def told(self):
        """The next thing that the service manager is told."""
        text = self.notified.recv(4096).decode()
        return dict(line.split("=", 1) for line in text.splitlines())

    def test_from_the_start_to_the_end(self):
        server = self.server(env=self.environment)
        self.assertEqual(self.told(), {"READY": "1", "STATUS": "Serving."})
        client = self.client(server.address, self.credential)
        client.say(b"hi")
        client.line()
        server.popen.send_signal(signal.SIGTERM)
        told = self.told()
        self.assertEqual(told["STOPPING"], "1")
        self.assertIn("STATUS", told)
        self.assert_result(server.wait(), OK, b"")

    def test_it_is_not_ready_if_it_cannot_listen(self):
        server = self.server()
        done = run("serve", "--listen", server.address, "--records", self.records, env=self.environment)
        self.assertNotEqual(done.code, OK)
        self.notified.setblocking(False)
        with self.assertRaises(BlockingIOError):
            self.notified.recv(1)

    def test_a_reload_begins_and_ends(self):
        server = self.server("--config", self.config(""), env=self.environment)
        self.told()
        for text, status in (("idle = 30", r"^Serving\.$"), ("idle = 2", "wrong, and nothing has changed"), ("", r"^Serving\.$")):
            with self.subTest(text=text):
                self.config(text)
                before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
                server.popen.send_signal(signal.SIGHUP)
                began = self.told()
                self.assertEqual(began["RELOADING"], "1")
                after = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
                self.assertTrue(before <= int(began["MONOTONIC_USEC"]) <= after, began)
                ended = self.told()
                self.assertEqual(ended["READY"], "1")
                self.assertRegex(ended["STATUS"], status)

    def test_signs_of_life_come_in_half_of_the_time(self):
        server = self.server(env=self.environment | {"WATCHDOG_USEC": "600000"})
        self.told()
        self.assertEqual(self.told(), {"WATCHDOG": "1"})
        times = []
        for _ in range(6):
            self.assertEqual(self.told(), {"WATCHDOG": "1"})
            times.append(time.monotonic())
        gaps = [next_one - one for one, next_one in zip(times, times[1:])]
        self.assertTrue(0.1 < statistics.median(gaps) < 0.6, gaps)
        # A program that is stuck gives none.
        server.popen.send_signal(signal.SIGSTOP)
        self.notified.settimeout(1)
        with self.assertRaises(TimeoutError):
            while True:
                self.told()
        server.popen.send_signal(signal.SIGCONT)

    def test_signs_of_life_for_another_process_are_not_ours(self):
        self.server(env=self.environment | {"WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1"})
        self.told()
        self.notified.settimeout(0.5)
        with self.assertRaises(TimeoutError):
            self.told()


class SocketActivation(ServiceCase):
    def listen(self, kind, family=socket.AF_INET, host="127.0.0.1"):
        sock = socket.socket(family, kind)
        self.addCleanup(sock.close)
        sock.bind((host, 0))
        if kind == socket.SOCK_STREAM:
            sock.listen()
        return sock

    def activate(self, sockets, *arguments, names="pawl.socket", pid="$$"):
        """A server with these sockets as its descriptors from 3 on, as systemd passes them."""
        shell = " ".join(f"{3 + i}<&{100 + i}" for i in range(len(sockets)))
        command = f'exec {shell}; LISTEN_PID={pid} LISTEN_FDS={len(sockets)} LISTEN_FDNAMES={names} exec "$0" "$@"'
        copies = [self.copy_to(sock, 100 + i) for i, sock in enumerate(sockets)]
        server = Process.__new__(Process)
        server.errors_file = (self.home / "errors").open("w+b")
        server.popen = subprocess.Popen(
            ["bash", "-c", command, PAWL, "serve", "--records", self.records, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=server.errors_file, pass_fds=copies,
        )
        self.addCleanup(server.end)
        return server

    def copy_to(self, sock, number):
        os.dup2(sock.fileno(), number)
        self.addCleanup(os.close, number)
        return number

    def test_streams(self):
        sock = self.listen(socket.SOCK_STREAM)
        # Whoever comes before the server is there waits in the socket.
        server = self.activate([sock], "--listen", "192.0.2.1:1")
        port = sock.getsockname()[1]
        self.assert_served(f"127.0.0.1:{port}")
        server.await_error_line(f"Listening on port {port}: 127.0.0.1:{port}\n")
        server.popen.send_signal(signal.SIGTERM)
        self.assert_result(server.wait(), OK, b"")

    def test_datagrams_and_streams_at_once(self):
        stream, datagrams = self.listen(socket.SOCK_STREAM), self.listen(socket.SOCK_DGRAM)
        self.activate([stream, datagrams], names="a:b")
        self.assert_served(f"127.0.0.1:{stream.getsockname()[1]}")
        self.assert_served(f"127.0.0.1:{datagrams.getsockname()[1]}", "--udp")

    def test_all_addresses(self):
        try:
            sock = self.listen(socket.SOCK_STREAM, socket.AF_INET6, "::")
        except OSError as error:
            self.skipTest(f"no IPv6 here: {error}")
        self.activate([sock])
        self.assert_served(f"127.0.0.1:{sock.getsockname()[1]}")

    def test_sockets_for_another_process_are_not_ours(self):
        server = self.activate([self.listen(socket.SOCK_STREAM)], "--listen", "127.0.0.1:0", pid="1")
        port = server.await_error_line(r"Listening on port (\d+)")[1]
        self.assert_served(f"127.0.0.1:{port}")

    def test_a_socket_that_nobody_can_listen_on(self):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.addCleanup(sock.close)
        server = self.activate([sock], names="odd.socket")
        self.assert_result(server.wait(), USAGE, b"", "^Error: Cannot listen on the socket 'odd.socket' that was passed")

    def test_nstp_needs_streams(self):
        (self.home / "password").write_bytes(b"right\n")
        run("enroll", "bob", "--nstp", "--records", self.records, "--password-file", self.home / "password")
        server = self.activate([self.listen(socket.SOCK_DGRAM)], "--nstp")
        self.assert_result(server.wait(), USAGE, b"", "Error: NSTP needs streams")


class Credentials(ServiceCase):
    """The key of sealed users may come from the service manager."""

    def setUp(self):
        super().setUp()
        self.sealed = self.home / "users.db"
        self.given = self.home / "credentials"
        self.given.mkdir()
        self.key = self.given / "store-key"
        self.assertEqual(run("user", "key", self.key).code, OK)
        self.credential = self.home / "sealed.toml"
        login = ("--users", self.sealed, "--store-key", self.key, "--credential", self.credential)
        self.assertEqual(run("enroll", "carol", "--raw-key", "--mode", "psk", *login).code, OK)
        self.environment = os.environ | {"CREDENTIALS_DIRECTORY": str(self.given)}

    def test_the_key_is_taken(self):
        self.records = self.sealed
        server = self.server(env=self.environment)
        self.assert_served(server.address)

    def test_without_it_nothing_is_served(self):
        self.key.unlink()
        done = run("serve", "--listen", "127.0.0.1:0", "--users", self.sealed, env=self.environment)
        self.assert_result(done, AUTHENTICATION, b"", "store-key")

    def test_an_option_and_the_configuration_come_first(self):
        other = self.home / "other.key"
        self.assertEqual(run("user", "key", other).code, OK)
        for arguments in (("--store-key", other), ("--config", self.config(f'store_key = "{other}"'))):
            with self.subTest(arguments=arguments):
                done = run("serve", "--users", self.sealed, *arguments, env=self.environment)
                self.assert_result(done, AUTHENTICATION, b"", "store-key")


class Units(TestCase):
    def setUp(self):
        super().setUp()
        if not shutil.which("systemd-analyze"):
            self.skipTest("SKIPPED: no systemd-analyze here (Debian package systemd)")
        text = (UNITS / "pawl.service.in").read_text()
        self.service = self.home / "pawl.service"
        self.service.write_text(text.replace("@bindir@/pawl", str(PAWL)))
        shutil.copy(UNITS / "pawl.socket", self.home)

    def analyze(self, *arguments):
        done = subprocess.run(
            ["systemd-analyze", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE,
            text=True, env=os.environ | {"SYSTEMD_UNIT_PATH": f"{self.home}:"},
        )
        return done.returncode, done.stdout

    def test_systemd_takes_them(self):
        for unit in ("pawl.service", "pawl.socket"):
            with self.subTest(unit=unit):
                code, said = self.analyze("verify", "--man=no", self.home / unit)
                self.assertEqual((code, [line for line in said.splitlines() if "pawl" in line]), (0, []), said)
        # The control: what is misspelt is noticed.
        self.service.write_text(self.service.read_text().replace("PrivateTmp=", "PrivateTemp="))
        self.assertIn("PrivateTemp", self.analyze("verify", "--man=no", self.service)[1])

    def test_the_service_may_do_little(self):
        code, said = self.analyze("security", "--offline=true", "--no-pager", "--threshold=20", self.service)
        self.assertEqual(code, 0, said)
        level = re.search(r"exposure level for pawl.service: ([\d.]+)", said)
        self.assertLess(float(level[1]), 2.0)

    def test_the_example_of_a_configuration_is_right_and_shows_the_defaults(self):
        example = UNITS / "pawl.toml"
        self.assertEqual(run("serve", "--config", example, "--check-config").code, OK)
        defaults = self.home / "defaults.toml"
        defaults.write_text(re.sub(r"^# (\w+ = )", r"\1", example.read_text(), flags=re.MULTILINE))
        done = run("serve", "--config", defaults, "--check-config")
        self.assert_result(done, OK, b"", "is right")

    def test_the_limits_and_their_defaults_are_everywhere_the_same(self):
        said = ((UNITS / "pawl.toml").read_text(), (UNITS.parents[1] / "README.md").read_text(),
                run("serve", "--help").output.decode())
        limits = [re.findall(r"^[# ]*(\w+) = (\d+)\b", text.partition("[limits]")[2], re.MULTILINE) for text in said]
        self.assertIn(("lifetime", "86400"), limits[0])
        self.assertEqual(limits[0], limits[1])
        self.assertEqual(limits[0], limits[2])


if __name__ == "__main__":
    main()
