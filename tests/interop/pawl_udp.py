# SPDX-License-Identifier: Apache-2.0
"""The test peer over UDP: a socket that is connected to the program, and what should come from there, and when."""

import time

LONGEST = 65536
PAUSE = 0.05  # seconds between looks at the clock


class Udp:
    """What does not come in time, or comes where nothing should, is an AssertionError."""

    def __init__(self, sock):
        self.sock = sock

    def send(self, *datagrams):
        for datagram in datagrams:
            self.sock.send(datagram)

    def take(self, seconds):
        """The next datagram, or None."""
        self.sock.settimeout(max(seconds, 0.001))
        try:
            return self.sock.recv(LONGEST)
        except TimeoutError:
            return None
        except ConnectionRefusedError:
            raise AssertionError("the program is no longer there") from None

    def receive(self, seconds=30):
        datagram = self.take(seconds)
        assert datagram is not None, f"nothing came for {seconds} s"
        return datagram

    def expect_silence(self, seconds):
        datagram = self.take(seconds)
        assert datagram is None, f"{datagram.hex()} came"

    def step(self, role):
        """The role says what is due and takes what comes. Gives the record, if it was one."""
        self.send(*role.due())
        datagram = self.take(PAUSE)
        answers, record = role.take(datagram) if datagram else ([], None)
        self.send(*answers)
        return record

    def follow(self, role, *kinds, seconds=30):
        """Until a record of one of these types comes, which it gives."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            record = self.step(role)
            if record and record[0] in kinds:
                return record
        raise AssertionError(f"no record of the types {kinds} came for {seconds} s")

    def connect(self, client, seconds=30):
        """Until the session is open and the server has shown that it knows."""
        self.send(client.hello())
        end = time.monotonic() + seconds
        while client.last:
            assert time.monotonic() < end, f"no session within {seconds} s"
            self.step(client)
