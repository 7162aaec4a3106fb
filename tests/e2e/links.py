# SPDX-License-Identifier: Apache-2.0
"""What lies between two ends of datagrams, for tests: a network that loses some, and a serial cable."""

import contextlib
import json
import os
import pathlib
import select
import socket
import threading
import tty

PATIENCE = 60


def counters(result):
    """The last event "link" of what pawl --json printed."""
    events = [json.loads(line) for line in result.output.splitlines()]
    return [event for event in events if event["event"] == "link"][-1]


def harmless(number, datagram):
    return [datagram]


class UdpProxy:
    """Passes datagrams between a client and a server on loopback.

    `to_server` and `to_client` are called with each datagram and its number, counted from 0 in its direction, and give
    the datagrams to be passed on instead.
    """

    def __init__(self, server_port, to_server=harmless, to_client=harmless):
        self.spoil = {"to_server": to_server, "to_client": to_client}
        self.server = ("127.0.0.1", server_port)
        self.outside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.outside.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.outside.getsockname()[1]}"
        self.client = None
        self.ended = threading.Event()
        self.move()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def move(self):
        """From now on the server sees the client at another address."""
        self.inside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.inside.connect(self.server)

    def close(self):
        self.ended.set()
        self.thread.join(PATIENCE)
        self.outside.close()
        self.inside.close()

    def _run(self):
        numbers = {"to_server": 0, "to_client": 0}

        def spoiled(direction, datagram):
            numbers[direction] += 1
            return self.spoil[direction](numbers[direction] - 1, datagram)

        while not self.ended.is_set():
            inside = self.inside
            ready, _, _ = select.select([self.outside, inside], [], [], 0.05)
            with contextlib.suppress(ConnectionRefusedError):
                if self.outside in ready:
                    datagram, self.client = self.outside.recvfrom(65536)
                    for each in spoiled("to_server", datagram):
                        self.inside.send(each)
                if inside in ready:
                    for each in spoiled("to_client", inside.recv(65536)):
                        self.outside.sendto(each, self.client)


class Plug:
    """An end of a cable: a serial device at a path that stays the same when it is unplugged and plugged in again."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.master = self.slave = None
        self.plug_in()

    def plug_in(self):
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        os.set_blocking(self.master, False)
        self.path.symlink_to(os.ttyname(self.slave))

    def unplug(self):
        self.path.unlink()
        master, slave, self.master, self.slave = self.master, self.slave, None, None
        os.close(slave)
        os.close(master)


class Cable:
    """Two serial devices, joined. `spoil` is called with the bytes that pass and gives what arrives instead, at those of
    the ends that are spoilt."""

    def __init__(self, directory):
        self.ends = [Plug(directory / "left"), Plug(directory / "right")]
        self.left, self.right = (str(end.path) for end in self.ends)
        self.spoil = lambda data: data
        self.spoilt_ends = (0, 1)
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def close(self):
        self.ended.set()
        self.thread.join(PATIENCE)
        for end in self.ends:
            if end.master is not None:
                end.unplug()

    def unplug(self, number):
        with self.lock:
            self.ends[number].unplug()

    def plug_in(self, number):
        with self.lock:
            self.ends[number].plug_in()

    def inject(self, number, data):
        """As if it came out of the cable at that end."""
        with self.lock:
            os.write(self.ends[number].master, data)

    def _run(self):
        while not self.ended.is_set():
            self.ended.wait(0.001)
            with self.lock:
                for end, other in (self.ends, self.ends[::-1]):
                    self._pass(end, other)

    def _pass(self, end, other):
        if end.master is None:
            return
        with contextlib.suppress(BlockingIOError):
            data = os.read(end.master, 4096)
            if self.ends.index(other) in self.spoilt_ends:
                data = self.spoil(data)
            if other.master is not None and data:
                os.write(other.master, data)
