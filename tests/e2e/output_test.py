#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Output that nobody reads, that is read slowly, and whose reader goes away: no session suffers from it."""

import contextlib
import fcntl
import json
import os
import re
import select
import signal
import socket
import time

from harness import IO, LOST, OK, PATIENCE, Process, TestCase, main, reply, run

LISTENING = re.compile(rb"Listening on port (\d+)|\"port\":(\d+)")
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
PIPE_SIZE = 4096
STRANGERS = 3000


class Pipe:
    """A small pipe between a program and the test."""

    def __init__(self, test, non_blocking=False):
        self.reader, self.writer = os.pipe()
        fcntl.fcntl(self.writer, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
        os.set_blocking(self.writer, not non_blocking)
        test.addCleanup(self.close_writer)
        test.addCleanup(self.close_reader)

    def close_writer(self):
        """So that the program alone has that end."""
        with contextlib.suppress(OSError):
            os.close(self.writer)
        self.writer = -1

    def close_reader(self):
        with contextlib.suppress(OSError):
            os.close(self.reader)
        self.reader = -1

    def read(self, most=65536):
        ready, _, _ = select.select([self.reader], [], [], PATIENCE)
        if not ready:
            raise AssertionError("nothing came")
        return os.read(self.reader, most)

    def read_until(self, pattern):
        data = b""
        while not (found := pattern.search(data)):
            chunk = self.read()
            if not chunk:
                raise AssertionError(f"no {pattern.pattern!r} in {data!r}")
            data += chunk
        return found

    def read_slowly(self):
        """All that comes, a little at a time."""
        data = b""
        while chunk := self.read(512):
            data += chunk
            time.sleep(0.0005)
        return data

    def fill(self):
        """Not a byte more goes in. It is opened anew: whether writes wait is a property that all share who inherit it."""
        again = os.open(f"/proc/self/fd/{self.writer}", os.O_WRONLY | os.O_NONBLOCK)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(again, b"-" * PIPE_SIZE)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(again, b"-")
        os.close(again)


class Output(TestCase):
    def setUp(self):
        super().setUp()
        self.credential = self.enroll("alice")

    def server_into(self, stream, pipe, *arguments):
        """A server whose standard output or error is the pipe."""
        places = ("--listen", "127.0.0.1:0", "--records", self.records)
        server = Process("serve", *places, *arguments, **{stream: pipe.writer})
        self.addCleanup(server.end)
        found = pipe.read_until(LISTENING)
        server.port = int(found[1] or found[2])
        server.address = f"127.0.0.1:{server.port}"
        return server

    def strangers(self, server, count=STRANGERS):
        """So many connect, say something that is not Pawl, and are gone."""
        for _ in range(count):
            with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as stranger:
                stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
                with contextlib.suppress(ConnectionResetError):
                    while stranger.recv(4096):
                        pass

    def assert_served(self, server):
        done = run("connect", server.address, "--credential", self.credential, stdin=b"hi")
        self.assert_result(done, OK, reply(b"hi"))

    def assert_ends(self, server, code):
        server.popen.send_signal(signal.SIGTERM)
        self.assertEqual(server.popen.wait(PATIENCE), code)


class AServersLog(Output):
    def test_nobody_reads_it(self):
        for stream, option in (("stderr", "--verbose"), ("stdout", "--json")):
            with self.subTest(stream):
                pipe = Pipe(self)
                server = self.server_into(stream, pipe, option)
                client = self.client(server.address, self.credential)
                client.say(b"before")
                client.line()
                pipe.fill()
                self.strangers(server, 1000)
                client.say(b"after")
                self.assertEqual(client.line(), b"Server received: after")
                self.assertEqual(client.wait().code, OK)
                self.assert_served(server)
                # Of events some are lost, and the exit code says so.
                self.assert_ends(server, OK if stream == "stderr" else IO)

    def test_its_reader_goes_away(self):
        for stream, option in (("stderr", "--verbose"), ("stdout", "--json")):
            with self.subTest(stream):
                pipe = Pipe(self)
                server = self.server_into(stream, pipe, option)
                client = self.client(server.address, self.credential)
                client.say(b"before")
                client.line()
                pipe.close_writer()
                pipe.close_reader()
                for _ in range(3):
                    self.assert_served(server)
                client.say(b"after")
                self.assertEqual(client.line(), b"Server received: after")
                server.popen.send_signal(signal.SIGTERM)
                done = client.wait(input_goes_on=True)
                self.assert_result(done, LOST, b"", "^Error: The server ended the session")
                self.assertEqual(server.popen.wait(PATIENCE), OK if stream == "stderr" else IO)

    def test_what_waited_is_said_once_there_is_room(self):
        pipe = Pipe(self)
        server = self.server_into("stderr", pipe, "--verbose")
        pipe.fill()
        self.strangers(server, 1000)
        said = pipe.read()
        while said.count(b"Connection from") < 1000:
            said += pipe.read()
        self.assertNotIn(b"lost", said)
        self.assert_ends(server, OK)

    def test_many_strangers_write_few_lines_whose_counts_add_up(self):
        server = self.server()
        self.strangers(server)
        said = server.stop().errors
        lines = said.splitlines()
        self.assertLess(len(lines), STRANGERS / 10)
        single = [line for line in lines if re.search(r"Refused 127.0.0.1:\d+: malformed", line)]
        more = [int(count) for count in re.findall(r"And (\d+) more in \d+ s: malformed", said)]
        self.assertEqual(len(single) + sum(more), STRANGERS, said)

    def test_so_do_its_events(self):
        server = Process("serve", "--listen", "127.0.0.1:0", "--records", self.records, "--json")
        self.addCleanup(server.end)
        server.port = json.loads(server.line())["port"]
        self.strangers(server)
        server.popen.send_signal(signal.SIGTERM)
        events = [json.loads(line) for line in server.wait().output.splitlines()]
        self.assertLess(len(events), STRANGERS / 10)
        refused = [event for event in events if event["event"] == "refused"]
        more = [event["count"] for event in events if event["event"] == "summary"]
        self.assertEqual(len(refused) + sum(more), STRANGERS, events)
        for event in events:
            self.assertRegex(event["time"], f"^{STAMP}$")

    def test_its_lines_have_time_stamps(self):
        server = self.server("--verbose")
        self.strangers(server, 1)
        self.assert_served(server)
        for line in server.stop().errors.splitlines():
            self.assertRegex(line, f"^{STAMP} ")


class AClientsReplies(Output):
    def client_into(self, pipe, address, *arguments, stdin=b""):
        file = self.home / "input"
        file.write_bytes(stdin)
        with file.open("rb") as source:
            login = (address, "--credential", self.credential)
            client = Process("connect", *login, *arguments, stdin=source, stdout=pipe.writer)
        self.addCleanup(client.end)
        pipe.close_writer()
        return client

    def test_a_slow_reader_loses_nothing(self):
        lines = [b"%d" % number + b"-" * 100 for number in range(2000)]
        for non_blocking in (False, True):
            for option in ((), ("--json",)):
                with self.subTest(non_blocking=non_blocking, option=option):
                    pipe = Pipe(self, non_blocking)
                    client = self.client_into(pipe, self.server().address, *option, stdin=b"\n".join(lines))
                    said = pipe.read_slowly()
                    self.assertEqual(client.popen.wait(PATIENCE), OK, client.errors())
                    if option:
                        events = [json.loads(line) for line in said.splitlines()]
                        said = b"".join(e["text"].encode() + b"\n" for e in events if e["event"] == "message")
                        self.assertEqual(events[-1]["event"], "closed")
                    self.assertEqual(said, b"".join(map(reply, lines)))

    def test_its_reader_goes_away(self):
        pipe = Pipe(self)
        server = self.server()
        client = self.client_into(pipe, server.address, "--count", "1000000")
        pipe.read()
        pipe.close_reader()
        self.assertEqual(client.popen.wait(PATIENCE), IO)
        self.assertIn("Error: Cannot write to standard output: Broken pipe", client.errors())
        server.await_error_line("alice from .* is gone: normal")

    def test_a_reader_who_pauses_longer_than_the_idle_time_gets_all(self):
        """Takes real time: what is shown is that none of the clocks of two programs runs out."""
        lines = [b"%d" % number + b"-" * 900 for number in range(3000)]
        for way in ((), ("--udp",)):
            with self.subTest(way=way):
                if way:
                    del lines[60:]
                server = self.server("--idle", "3", *way)
                pipe = Pipe(self)
                client = self.client_into(pipe, server.address, "--idle", "3", *way, stdin=b"\n".join(lines))
                said = pipe.read(10)
                time.sleep(5)
                while chunk := pipe.read():
                    said += chunk
                self.assertEqual(client.popen.wait(PATIENCE), OK, client.errors())
                self.assertEqual(said, b"".join(map(reply, lines)))
                server.await_error_line(f"alice from .* is gone: normal, after {len(lines)} messages")


if __name__ == "__main__":
    main()
