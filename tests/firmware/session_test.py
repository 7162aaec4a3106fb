#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: session_test.py QEMU MACHINE ELF KIND MODE

Runs the client image in QEMU and is the server it talks to over its UART: the second implementation, from tests/interop.
Prints how much of the stack the image used, and writes it beside the image, for tools/size_report.
"""

import pathlib
import re
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "interop"))

from pawl_handshake import ServerHandshake
from pawl_keys import PAKE, PASSWORD, PSK, PSK_ECDHE, RAW_KEY, TICKET, Credential
from pawl_peer import CLOSE, PING, PONG, Closed, Connection
from pawl_peer import TICKET as TICKET_RECORD

PATIENCE = 60  # seconds, for what takes five
KINDS, MODES = {"password": PASSWORD, "raw_key": RAW_KEY, "ticket": RAW_KEY}, {"psk": PSK, "psk_ecdhe": PSK_ECDHE, "pake": PAKE}


def credential(kind, mode):
    if kind == RAW_KEY:
        return Credential.from_raw_key(b"device", bytes(range(32)), mode)
    return Credential.from_password(b"device", b"correct horse battery staple", mode, 500, bytes(16))


def give_ticket(sock, known):
    """Lets the client log in, and gives it a ticket. Returns what it comes back with."""
    connection = Connection(sock)
    connection.accept(ServerHandshake(lambda *who: known if who == (known.user, known.kind, known.mode) else None))
    ticket = bytes(range(107))
    connection.send_record(TICKET_RECORD, (3600).to_bytes(4, "big") + b"\0" + ticket)
    while (record := connection.receive_record())[0] == PING:
        connection.send_record(PONG, record[1])
    assert record[0] == CLOSE, record
    connection.send_record(CLOSE, b"\0")
    return Credential(ticket, TICKET, known.mode, connection.session.ticket_secret(0))


def talk(connection, known):
    """What client.hpp says and expects."""
    connection.accept(ServerHandshake(lambda *who: known if who == (known.user, known.kind, known.mode) else None))
    session = connection.session

    longest = connection.receive()
    assert longest == bytes(7 * i & 0xFF for i in range(600)), longest
    connection.send(longest)

    again = connection.receive()
    assert len(again) == 64 and session.receives.epoch == 1, "it moved to fresh keys"
    session.sends.ratchet()
    connection.send(again)

    # Said nothing: it pings. Asked, it answers.
    kind, content = connection.receive_record()
    assert kind == PING, kind
    connection.send_record(PONG, content)
    connection.send_record(PING, b"12345678")
    while (record := connection.receive_record())[0] == PING:
        connection.send_record(PONG, record[1])
    assert record == (PONG, b"12345678"), record

    connection.send(b"that is all")
    try:
        raise AssertionError(connection.receive())
    except Closed as closed:
        assert closed.reason == 0, closed


def main():
    qemu, machine, elf, kind, mode = sys.argv[1:]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        line = f"tcp:127.0.0.1:{listener.getsockname()[1]},nodelay=on"
        device = subprocess.Popen(
            [qemu, "-M", machine, "-kernel", elf, "-display", "none", "-monitor", "none", "-serial", line,
             "-semihosting-config", "enable=on,target=native"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            sock, _ = listener.accept()
            with sock:
                sock.settimeout(PATIENCE)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                known = credential(KINDS[kind], MODES[mode])
                talk(Connection(sock), give_ticket(sock, known) if kind == "ticket" else known)
                said, _ = device.communicate(timeout=PATIENCE)
        finally:
            device.kill()
            device.wait()
    print(said, end="")
    assert device.returncode == 0, f"the device ended with {device.returncode}"
    stack = int(re.search(r"^stack (\d+)$", said, re.MULTILINE)[1])
    pathlib.Path(elf).with_suffix(".stack").write_text(f"{stack}\n")


main()
