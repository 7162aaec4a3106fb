# SPDX-License-Identifier: Apache-2.0
"""The program `pawl` as its users meet it: processes, files and sockets of the loopback interface."""

import contextlib
import pathlib
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import proxy

PATIENCE = 60  # seconds, for what takes a fraction of one unless the machine is very busy

# The exit codes of `pawl --help`.
OK, USAGE, AUTHENTICATION, TIMEOUT, LOST, TRUNCATED = 0, 2, 3, 4, 5, 6
TAMPERED, BUSY, IO, PORT_IN_USE, PROTOCOL, INTERRUPTED = 7, 8, 9, 10, 11, 130

PAWL, IDLE_SESSIONS = (pathlib.Path(path).absolute() for path in sys.argv[1:3])


def main():
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)


def run(*arguments, stdin=b"", **options):
    """Runs pawl to its end; gives its exit code, standard output and standard error."""
    options.setdefault("stdout", subprocess.PIPE)
    done = subprocess.run([PAWL, *arguments], input=stdin, stderr=subprocess.PIPE, timeout=PATIENCE, **options)
    return Result(done.returncode, done.stdout, done.stderr.decode())


def reply(message):
    """What `pawl serve` answers to it, as `pawl connect` prints it."""
    return b"Server received: " + message + b"\n"


class Result:
    def __init__(self, code, output, errors):
        self.code, self.output, self.errors = code, output, errors

    def __repr__(self):
        return f"exit code {self.code}\n{self.output!r}\n{self.errors}"


class Process:
    """A pawl that goes on while the test talks to it."""

    def __init__(self, *arguments, **options):
        self.errors_file = tempfile.TemporaryFile()
        options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self.errors_file} | options
        self.popen = subprocess.Popen([PAWL, *arguments], **options)

    def say(self, line):
        self.popen.stdin.write(line + b"\n")
        self.popen.stdin.flush()

    def line(self):
        """The next line of its standard output."""
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self.popen.stdout], [], [], PATIENCE)
            byte = self.popen.stdout.read1(1) if ready else b""
            if not byte:
                raise AssertionError(f"pawl printed {line!r} and no line end; {self.errors()}")
            line += byte
        return line[:-1]

    def wait(self, input_goes_on=False):
        """Waits for its end; its input ends first, unless it goes on. The result has what it printed since line()."""
        if input_goes_on:
            self.popen.wait(PATIENCE)
        output, _ = self.popen.communicate(timeout=PATIENCE)
        return Result(self.popen.returncode, output, self.errors())

    def errors(self):
        self.errors_file.seek(0)
        return self.errors_file.read().decode()

    def await_error_line(self, pattern):
        """Waits until standard error has a match of the pattern, and gives that."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := re.search(pattern, self.errors()):
                return found
            time.sleep(0.01)
        raise AssertionError(f"no {pattern!r} in {self.errors()!r}")

    def end(self):
        self.popen.kill()
        self.popen.wait(PATIENCE)
        for file in (self.popen.stdin, self.popen.stdout, self.errors_file):
            with contextlib.suppress(OSError):
                if file:
                    file.close()


class Server(Process):
    def __init__(self, records, *arguments, listen="127.0.0.1:0", **options):
        super().__init__("serve", "--listen", listen, "--records", records, *arguments, **options)
        self.port = int(self.await_error_line(r"Listening on port (\d+)")[1])
        self.address = f"127.0.0.1:{self.port}"

    def stop(self):
        self.popen.send_signal(signal.SIGTERM)
        return self.wait()

    def status(self, field):
        """A number of /proc/PID/status."""
        text = pathlib.Path(f"/proc/{self.popen.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+)", text, re.MULTILINE)[1])

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.popen.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100


class TestCase(unittest.TestCase):
    """A test with a directory of its own, whose processes end with it."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.home = pathlib.Path(directory.name)
        self.records = self.home / "records"

    def enroll(self, user, *options, records=None):
        """Gives the credential file. Without options it is a raw key in mode psk, which no rate limit holds up."""
        credential = self.home / f"{user}.toml"
        options = options or ("--raw-key", "--mode", "psk")
        done = run("enroll", user, *options, "--records", records or self.records, "--credential", credential)
        self.assertEqual(done.code, OK, done)
        return credential

    def password(self, text=b"correct horse battery staple"):
        file = self.home / "password"
        file.write_bytes(text + b"\n")
        return file

    def config(self, text):
        """A configuration of the server's."""
        file = self.home / "pawl.toml"
        file.write_text(text)
        return file

    def server(self, *arguments, **options):
        server = Server(self.records, *arguments, **options)
        self.addCleanup(server.end)
        return server

    def client(self, address, credential, *arguments):
        client = Process("connect", address, "--credential", credential, *arguments)
        self.addCleanup(client.end)
        return client

    def proxy(self, server, to_server=proxy.harmless, to_client=proxy.harmless):
        """The address of a proxy that serves one connection. The functions are those that proxy.forward() takes."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def serve():
            client, _ = listener.accept()
            upstream = socket.create_connection(("127.0.0.1", server.port))
            upward = threading.Thread(target=proxy.forward, args=(client, upstream, to_server), daemon=True)
            upward.start()
            proxy.forward(upstream, client, to_client)
            upward.join()
            client.close()
            upstream.close()

        threading.Thread(target=serve, daemon=True).start()
        return f"127.0.0.1:{listener.getsockname()[1]}"

    def source(self, network, server):
        """A connection to the server from 127.0.NETWORK.1, for limits another source."""
        sock = socket.create_connection(("127.0.0.1", server.port), PATIENCE, (f"127.0.{network}.1", 0))
        self.addCleanup(sock.close)
        return sock

    def assert_result(self, result, code, output=None, errors="^"):
        self.assertEqual(result.code, code, result)
        self.assertRegex(result.errors, errors)
        if output is not None:
            self.assertEqual(result.output, output)


def flip(number):
    """For proxy(): alters the record of this number, counted from 0."""
    return lambda index, record: (record[:-1] + bytes([record[-1] ^ 1]) if index == number else record, True)


def cut(number):
    """For proxy(): ends the stream in the middle of the record of this number."""
    return lambda index, record: (record[: len(record) // 2], False) if index == number else (record, True)
