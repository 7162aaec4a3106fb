#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`pawl serve --forward` and `pawl connect --listen`: a tunnel for TCP, in which a cut never looks like an end."""

import hashlib
import os
import signal
import socket
import struct
import threading

import proxy
from harness import AUTHENTICATION, OK, PATIENCE, PORT_IN_USE, USAGE, Process, TestCase, flip, main, run

MEGABYTE = 1_000_000


def ends_in_good_order(sock):
    """Whether the stream ends with an end, after what may come before, and not with a reset."""
    try:
        while sock.recv(65536):
            pass
    except ConnectionResetError:
        return False
    return True


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


class Tunnel(TestCase):
    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")
        self.target = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.target.close)
        self.target.settimeout(PATIENCE)

    def serve(self):
        return self.server("--forward", f"127.0.0.1:{self.target.getsockname()[1]}")

    def tunnel_to(self, address, *login):
        login = login or ("--credential", self.credential)
        client = Process("connect", address, *login, "--listen", "127.0.0.1:0")
        self.addCleanup(client.end)
        client.port = int(client.await_error_line(r"Listening on 127\.0\.0\.1:(\d+), for ")[1])
        return client

    def begin(self):
        self.running = self.serve()
        self.client = self.tunnel_to(self.running.address)

    def come(self):
        sock = socket.create_connection(("127.0.0.1", self.client.port), PATIENCE)
        self.addCleanup(sock.close)
        return sock

    def assert_cut_at_once(self):
        # It may be cut before it is known that it was there.
        try:
            near = self.come()
        except ConnectionResetError:
            return
        self.assertFalse(ends_in_good_order(near))

    def join(self):
        """A connection through the tunnel, as its two programs have it."""
        near = self.come()
        far, _ = self.target.accept()
        self.addCleanup(far.close)
        far.settimeout(PATIENCE)
        return near, far

    # What it carries.

    def test_carries_bytes_both_ways(self):
        self.begin()
        near, far = self.join()
        near.sendall(b"hello")
        self.assertEqual(far.recv(100), b"hello")
        far.sendall(b"world")
        self.assertEqual(near.recv(100), b"world")

    def test_whoever_is_behind_it_may_speak_first(self):
        self.begin()
        near, far = self.join()
        far.sendall(b"220 ready")
        self.assertEqual(near.recv(100), b"220 ready")

    def test_each_direction_ends_by_itself(self):
        self.begin()
        near, far = self.join()
        near.sendall(b"question")
        near.shutdown(socket.SHUT_WR)
        self.assertEqual(far.recv(100) + far.recv(100), b"question")
        far.sendall(b"answer")
        far.close()
        self.assertEqual(near.recv(100) + near.recv(100), b"answer")

    def test_carries_much_both_ways_at_once(self):
        self.begin()
        near, far = self.join()
        data = os.urandom(8 * MEGABYTE)
        digests = []

        def send(sock):
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)

        def receive(sock):
            digest = hashlib.sha256()
            while part := sock.recv(65536):
                digest.update(part)
            digests.append(digest.digest())

        threads = [threading.Thread(target=each, args=(sock,)) for each in (send, receive) for sock in (near, far)]
        for each in threads:
            each.start()
        for each in threads:
            each.join(PATIENCE)
        self.assertEqual(digests, [hashlib.sha256(data).digest()] * 2)

    def test_a_slow_reader_holds_up_nobody_else_and_costs_no_memory(self):
        self.begin()
        near, far = self.join()
        before = self.running.status("VmRSS")
        near.setblocking(False)
        sent = 0
        idle = 0
        other = self.join()
        while idle < 5:
            try:
                sent += near.send(b"x" * 65536)
                idle = 0
            except BlockingIOError:
                # Others have their turn meanwhile.
                other[0].sendall(b"ping")
                self.assertEqual(other[1].recv(100), b"ping")
                idle += 1
            self.assertLess(sent, 100 * MEGABYTE)
        self.assertLess(self.running.status("VmRSS") - before, 5000)
        near.setblocking(True)
        near.settimeout(PATIENCE)
        near.shutdown(socket.SHUT_WR)
        read = 0
        while part := far.recv(65536):
            read += len(part)
        self.assertEqual(read, sent)

    def test_later_sessions_are_by_ticket(self):
        self.begin()
        for _ in range(3):
            near, far = self.join()
            near.sendall(b"x")
            self.assertEqual(far.recv(1), b"x")
            near.close()
            far.close()
            # The ticket has come once the session was heard to end.
            self.running.await_error_line("is gone")
        self.running.await_error_line(r"\(ticket, psk\)")

    def test_many_at_a_time(self):
        self.begin()
        pairs = [self.join() for _ in range(8)]
        for number, (near, far) in enumerate(pairs):
            near.sendall(b"%d" % number)
            self.assertEqual(far.recv(10), b"%d" % number)

    def test_a_password_is_derived_once(self):
        self.enroll("bob", "--password-file", self.password())
        server = self.serve()
        self.client = self.tunnel_to(server.address, "--user", "bob", "--password-file", self.password())
        socks = [self.come() for _ in range(3)]
        for number, near in enumerate(socks):
            near.sendall(b"x")
            far, _ = self.target.accept()
            self.addCleanup(far.close)
            self.assertEqual(far.recv(1), b"x", number)

    # What is cut.

    def test_a_reset_is_a_reset_at_the_other_end(self):
        self.begin()
        near, far = self.join()
        near.sendall(b"x")
        self.assertEqual(far.recv(1), b"x")
        reset(near)
        self.assertFalse(ends_in_good_order(far))
        near, far = self.join()
        reset(far)
        self.assertFalse(ends_in_good_order(near))

    def test_whoever_is_killed_cuts_both_ends(self):
        for victim in ("client", "server"):
            for end in (signal.SIGKILL, signal.SIGTERM):
                with self.subTest(victim, signal=end):
                    self.begin()
                    near, far = self.join()
                    far.sendall(b"x")
                    self.assertEqual(near.recv(1), b"x")
                    (self.client if victim == "client" else self.running).popen.send_signal(end)
                    self.assertFalse(ends_in_good_order(far))
                    self.assertFalse(ends_in_good_order(near))

    def test_a_connection_that_is_cut_under_way_cuts_both_ends(self):
        server = self.serve()
        self.client = self.tunnel_to(self.proxy(server, to_client=flip(4)))
        near, far = self.join()
        with self.assertRaises(ConnectionResetError):
            for _ in range(8):
                far.sendall(b"x")
                self.assertEqual(near.recv(1), b"x")
        self.assertFalse(ends_in_good_order(far))

    def test_control_what_is_not_cut_ends_in_good_order(self):
        server = self.serve()
        self.client = self.tunnel_to(self.proxy(server, to_client=proxy.harmless))
        near, far = self.join()
        near.shutdown(socket.SHUT_WR)
        far.shutdown(socket.SHUT_WR)
        self.assertTrue(ends_in_good_order(near))
        self.assertTrue(ends_in_good_order(far))

    def test_nobody_behind_it(self):
        self.begin()
        self.target.close()
        self.assert_cut_at_once()
        self.running.await_error_line("Cannot forward to 127.0.0.1:\\d+: Connection refused")

    def test_no_server(self):
        self.begin()
        self.running.stop()
        self.assert_cut_at_once()
        self.client.await_error_line("Cannot connect to 127.0.0.1:\\d+: Connection refused")
        self.assertIsNone(self.client.popen.poll(), "it may come back")

    def test_a_server_that_is_back(self):
        self.begin()
        self.join()
        self.running.stop()
        self.assert_cut_at_once()
        self.running = self.server("--forward", f"127.0.0.1:{self.target.getsockname()[1]}", listen=self.running.address)
        near, far = self.join()
        near.sendall(b"x")
        self.assertEqual(far.recv(1), b"x")

    # Its beginning and end.

    def test_a_wrong_key_ends_it(self):
        self.begin()
        self.enroll("alice")
        old = self.tunnel_to(self.running.address, "--credential", self.credential)
        self.credential.unlink()
        self.enroll("alice")
        self.client = old
        self.assert_cut_at_once()
        self.assertEqual(old.wait().code, AUTHENTICATION)

    def test_ends_when_it_is_told_to(self):
        self.begin()
        self.join()
        self.client.popen.send_signal(signal.SIGINT)
        self.assert_result(self.client.wait(), OK, errors="Stopped")

    def test_a_port_in_use(self):
        server = self.serve()
        taken = f"127.0.0.1:{self.target.getsockname()[1]}"
        done = run("connect", server.address, "--credential", self.credential, "--listen", taken)
        self.assert_result(done, PORT_IN_USE)

    def test_what_it_does_not_go_with(self):
        for options in (["--udp"], ["--file", "x"], ["--count", "1"]):
            done = run("connect", "localhost:1", "--credential", self.credential, "--listen", "0", *options)
            self.assert_result(done, USAGE)
        self.assert_result(run("serve", "--udp", "--forward", "localhost:1"), USAGE)
        self.assert_result(run("serve", "--forward", "nonsense"), USAGE)


if __name__ == "__main__":
    main()
