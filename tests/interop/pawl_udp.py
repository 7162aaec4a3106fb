# SPDX-License-Identifier: Apache-2.0
"""The test peer over UDP: a socket that is connected to the program, and what should come from there, and when."""

import time

LONGEST = 65536
PAUSE = 0.05  # seconds between looks at the clock


class Udp:
    """What does not come within `patience` seconds is an AssertionError."""

    def __init__(self, sock, patience=30):
        self.sock, self.patience = sock, patience

    def send(self, *datagrams):
        for datagram in datagrams:
            self.call(self.sock.send, datagram)

    def take(self, seconds):
        """The next datagram, or None."""
        self.sock.settimeout(max(seconds, 0.001))
        try:
            return self.call(self.sock.recv, LONGEST)
        except TimeoutError:
            return None

    @staticmethod
    def call(function, argument):
        try:
            return function(argument)
        except ConnectionRefusedError:
            raise AssertionError("the program is no longer there") from None

    def receive(self, seconds=None):
        datagram = self.take(seconds or self.patience)
        assert datagram is not None, f"nothing came for {seconds or self.patience} s"
        return datagram

    def step(self, role):
        """The role says what is due and takes what comes. Gives the record, if it was one."""
        self.send(*role.due())
        datagram = self.take(PAUSE)
        answers, record = role.take(datagram) if datagram else ([], None)
        self.send(*answers)
        return record

    def follow(self, role, *kinds):
        """Until a record of one of these types comes, which it gives."""
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            record = self.step(role)
            if record and record[0] in kinds:
                return record
        raise AssertionError(f"no record of the types {kinds} came for {self.patience} s")

    def connect(self, client):
        """Until the session is open and the server has shown that it knows."""
        self.send(client.hello())
        end = time.monotonic() + self.patience
        while client.last:
            assert time.monotonic() < end, f"no session within {self.patience} s"
            self.step(client)
