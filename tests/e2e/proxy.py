#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A hostile line: a TCP proxy on loopback that spoils one record on its way from the server to the client.

It knows nothing but where frames and records begin (core/PROTOCOL.md, sections 4 and 9). It serves one connection and
prints its port first.

Example: proxy.py 7295 --flip 2     alters a byte of the third record
         proxy.py 7295 --cut 2      ends the stream in the middle of the third record
"""

import argparse
import socket
import sys
import threading


def unit_length(head):
    """The length of the frame or record that begins with `head`, or None while that cannot be told."""
    if not head:
        return None
    if head[0] == 0:
        return 5 + int.from_bytes(head[3:5], "big") if len(head) >= 5 else None
    return 2 + (int.from_bytes(head[:2], "big") & 0x1FFF) if len(head) >= 2 else None


def forward(source, sink, spoil):
    """Passes whole units on; `spoil` gives what is to be sent instead of a record and whether the line then goes on."""
    pending, records = b"", 0
    try:
        while data := source.recv(65536):
            pending += data
            while (length := unit_length(pending)) is not None and len(pending) >= length:
                unit, pending = pending[:length], pending[length:]
                goes_on = True
                if unit[0] != 0:
                    unit, goes_on = spoil(records, unit)
                    records += 1
                sink.sendall(unit)
                if not goes_on:
                    return
    except OSError:
        pass
    finally:
        for end in (sink, source):
            try:
                end.shutdown(socket.SHUT_RDWR if spoil is not harmless else socket.SHUT_WR)
            except OSError:
                pass


def harmless(_index, record):
    return record, True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server", type=int, help="port of the server on 127.0.0.1")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--flip", type=int, metavar="N", help="alter a bit of record N, counted from 0")
    what.add_argument("--cut", type=int, metavar="N", help="end the stream in the middle of record N")
    options = parser.parse_args()

    def spoil(index, record):
        if index == options.flip:
            return record[:-1] + bytes([record[-1] ^ 1]), True
        if index == options.cut:
            return record[: len(record) // 2], False
        return record, True

    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(60)
    print(listener.getsockname()[1], flush=True)
    client, _ = listener.accept()
    server = socket.create_connection(("127.0.0.1", options.server), timeout=10)
    for end in (client, server):
        end.settimeout(60)
    upward = threading.Thread(target=forward, args=(client, server, harmless), daemon=True)
    upward.start()
    forward(server, client, spoil)
    upward.join(timeout=10)


if __name__ == "__main__":
    sys.exit(main())
