#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: report.py MBEDTLS OPENSSL. Prints a table of what pawl_bench measured (--benchmark_out) with either crypto
library, side by side, with what OpenSSL does alone and the aims, which are for Pawl with OpenSSL.

If there are benchmarks whose profile would say why an aim was missed, the last line is "missed:" and their names. Exit
codes: 0 all figures are there, 1 a benchmark failed.
"""

import json
import pathlib
import sys

HANDSHAKES_AIMS = {"raw_key_psk": 100_000, "raw_key_psk_ecdhe": 4_000}
RECORDS_AIMS = {64: 120, 1024: 900, 8174: 2_000}
PBKDF2_AIM = 1.1
SESSION_BYTES_AIM = 1_000
ECHO_RATIO_AIM = 1.25
ECHO_RATIO_AT = 100

FLOWS = ("password_psk", "password_psk_ecdhe", "password_pake", "raw_key_psk", "raw_key_psk_ecdhe")
# OpenSSL's TLS 1.3 that is closest to a flow, and the text of its AES-GCM that is closest to a record.
TLS = {"raw_key_psk": "alone", "raw_key_psk_ecdhe": "dhe"}
PLAIN = {64: 64, 1024: 1024, 8174: 16384}
CONNECTIONS = {"": (1, 100, 1000, 10_000), "_udp": (1, 100, 1000)}


class Failed(Exception):
    pass


class Results:
    """The best repetition of each benchmark: what other programs do to it only ever adds."""

    def __init__(self, text):
        self.best = {}
        for run in json.loads(text)["benchmarks"]:
            if run.get("error_occurred"):
                raise Failed(f"{run['name']}: {run['error_message']}")
            if run["run_type"] == "iteration":
                name, _, how = run["run_name"].partition("/iterations:")
                run["best_by"] = run["real_time" if how.endswith("/manual_time") else "cpu_time"]
                self.best[name] = min(run, self.best.get(name, run), key=lambda each: each["best_by"])

    def figure(self, benchmark, name):
        if benchmark not in self.best:
            raise Failed(f"{benchmark}: not measured")
        return self.best[benchmark][name]

    def microseconds(self, benchmark):
        """For each item."""
        return 1e6 / self.figure(benchmark, "items_per_second")


class Table:
    def __init__(self):
        self.missed = []

    def heading(self, text, *columns):
        print(f"\n{text:<46}" + "".join(f"{column:>16}" for column in columns))

    def row(self, text, *figures):
        print(f"  {text:<44}" + "".join(f"{figure:>16}" for figure in figures))

    def aim(self, met, text, *benchmarks):
        """`benchmarks`: whose profile says why, if it is missed."""
        if not met:
            self.missed += benchmarks
        return f"{text} {'met' if met else 'missed'}"


def handshakes(mbedtls, openssl, table):
    table.heading("Handshakes a second, both ends", "Mbed TLS", "OpenSSL", "TLS 1.3", "aim")
    for flow in FLOWS:
        name = f"handshake/{flow}"
        slow, rate = (results.figure(name, "items_per_second") for results in (mbedtls, openssl))
        tls = f"{openssl.figure('tls_psk/' + TLS[flow], 'items_per_second'):,.0f}" if flow in TLS else ""
        aim = HANDSHAKES_AIMS.get(flow)
        table.row(flow, f"{slow:,.0f}", f"{rate:,.0f}", tls, table.aim(rate >= aim, f"{aim:,}", name) if aim else "")
    table.heading("Bytes of a handshake", "client", "server")
    for flow in FLOWS:
        table.row(flow, *(f"{openssl.figure(f'handshake/{flow}', f'bytes_from_{side}'):.0f}" for side in ("client", "server")))


def records(mbedtls, openssl, table):
    table.heading("Records sealed and opened, MB/s", "Mbed TLS", "OpenSSL", "AES-GCM alone", "aim")
    for size, aim in RECORDS_AIMS.items():
        slow, rate = (results.figure(f"record/{size}", "bytes_per_second") / 1e6 for results in (mbedtls, openssl))
        plain = openssl.figure(f"aes_gcm/{PLAIN[size]}", "bytes_per_second") / 1e6
        table.row(f"{size} bytes (alone: {PLAIN[size]})", f"{slow:,.0f}", f"{rate:,.0f}", f"{plain:,.0f}",
                  table.aim(rate >= aim, f"{aim:,}", f"record/{size}"))


def pbkdf2(mbedtls, openssl, table):
    table.heading("PBKDF2, 600,000 iterations, ms", "Mbed TLS", "OpenSSL", "OpenSSL alone", "aim")
    slow, fast = (results.figure("pbkdf2/pawl", "cpu_time") for results in (mbedtls, openssl))
    alone = openssl.figure("pbkdf2/openssl", "cpu_time")
    table.row("one password", f"{slow:,.0f}", f"{fast:,.0f}", f"{alone:,.0f}",
              table.aim(fast <= PBKDF2_AIM * alone, f"x {PBKDF2_AIM}", "pbkdf2/pawl"))


def memory(mbedtls, openssl, table):
    table.heading("Memory of a session, bytes (OpenSSL's: and a context for each key)", "Mbed TLS", "OpenSSL", "aim")
    session = mbedtls.figure("memory", "session")
    table.row("session without buffers", f"{session:.0f}", f"{openssl.figure('memory', 'session'):.0f}",
              table.aim(session <= SESSION_BYTES_AIM, f"{SESSION_BYTES_AIM:,}"))
    for text, name in (("  of it while the handshake lasts", "handshake"), ("smallest buffers, both ways", "smallest_buffers"),
                       ("connection of pawl serve, session included", "serve_connection"),
                       ("its buffers, only while something moves", "serve_buffers")):
        table.row(text, *(f"{results.figure('memory', name):.0f}" for results in (mbedtls, openssl)))


def echo(mbedtls, openssl, table):
    table.heading("CPU time of pawl serve, microseconds", "Mbed TLS", "OpenSSL", "plain", "ratio", "aim")
    for kind, text in (("", "a message of 64 bytes, connections"), ("_udp", "the same over UDP, clients")):
        for count in CONNECTIONS[kind]:
            slow, fast = (results.microseconds(f"echo_pawl{kind}/{count}") for results in (mbedtls, openssl))
            plain = openssl.microseconds(f"echo_plain{kind}/{count}")
            aim = ""
            if not kind and count == ECHO_RATIO_AT:
                aim = table.aim(fast <= ECHO_RATIO_AIM * plain, str(ECHO_RATIO_AIM), f"echo_pawl/{count}")
            table.row(f"{text}: {count}", f"{slow:.2f}", f"{fast:.2f}", f"{plain:.2f}", f"{fast / plain:.2f}", aim)
    slow, fast = (results.microseconds("connection_pawl") for results in (mbedtls, openssl))
    plain = openssl.microseconds("connection_plain")
    table.row("a session, from accept to close", f"{slow:.1f}", f"{fast:.1f}", f"{plain:.1f}", f"{fast / plain:.2f}")


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    table = Table()
    try:
        both = [Results(pathlib.Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:]]
        for part in (handshakes, records, pbkdf2, memory, echo):
            part(*both, table)
    except Failed as failure:
        print(f"\nfailed: {failure}", file=sys.stderr)
        return 1
    if table.missed:
        print("\nmissed:", *table.missed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
