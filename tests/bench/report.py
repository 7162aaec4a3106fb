#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: report.py RESULTS. Prints a table of what pawl_bench measured (--benchmark_out), with the aims.

If there are benchmarks whose profile would say why an aim was missed, the last line is "missed:" and their names. Exit codes: 0 all
figures are there, 1 a benchmark failed.
"""

import json
import sys

HANDSHAKES_AIM = 60_000
SESSION_BYTES_AIM = 1_000
ECHO_RATIO_AIM = 1.25
ECHO_RATIO_AT = 100

FLOWS = ("password_psk", "password_psk_ecdhe", "raw_key_psk", "raw_key_psk_ecdhe")
LARGEST_RECORD = 8174
CONNECTIONS = (1, 100, 1000)


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
        print(f"\n{text:<44}" + "".join(f"{column:>14}" for column in columns))

    def row(self, text, *figures):
        print(f"  {text:<42}" + "".join(f"{figure:>14}" for figure in figures))

    def aim(self, met, text, *benchmarks):
        """`benchmarks`: whose profile says why, if it is missed."""
        if not met:
            self.missed += benchmarks
        return f"{text} {'met' if met else 'missed'}"


def handshakes(results, table):
    table.heading("Handshakes, both ends", "a second", "client bytes", "server bytes", "aim")
    for flow in FLOWS:
        name = f"handshake/{flow}"
        rate = results.figure(name, "items_per_second")
        sizes = [f"{results.figure(name, side):.0f}" for side in ("bytes_from_client", "bytes_from_server")]
        aim = ""
        if flow == "raw_key_psk":
            aim = table.aim(rate >= HANDSHAKES_AIM, f"{HANDSHAKES_AIM:,}", name)
        table.row(flow, f"{rate:,.0f}", *sizes, aim)


def records(results, table):
    table.heading("Records, sealed and opened", "MB/s")
    for size in (64, 1024, LARGEST_RECORD):
        table.row(f"{size} bytes", f"{results.figure(f'record/{size}', 'bytes_per_second') / 1e6:,.0f}")


def pbkdf2(results, table):
    table.heading("PBKDF2, 600,000 iterations", "Pawl, ms", "OpenSSL, ms")
    table.row("one password", *(f"{results.figure(f'pbkdf2/{who}', 'cpu_time'):,.0f}" for who in ("pawl", "openssl")))


def memory(results, table):
    table.heading("Memory of a session", "bytes", "aim")
    session = results.figure("memory", "session")
    table.row("session without buffers", f"{session:.0f}",
              table.aim(session <= SESSION_BYTES_AIM, f"{SESSION_BYTES_AIM:,}"))
    for text, name in (("  of it while the handshake lasts", "handshake"), ("  of it when open", "channel"),
                       ("smallest buffers, both ways", "smallest_buffers"),
                       ("connection of pawl serve, session included", "serve_connection"),
                       ("its buffers, only while something moves", "serve_buffers")):
        table.row(text, f"{results.figure('memory', name):.0f}")


def echo(results, table):
    table.heading("CPU time of the server, microseconds", "pawl serve", "plain", "ratio", "aim")
    for connections in CONNECTIONS:
        pawl, plain = (results.microseconds(f"echo_{who}/{connections}") for who in ("pawl", "plain"))
        aim = ""
        if connections == ECHO_RATIO_AT:
            aim = table.aim(pawl <= ECHO_RATIO_AIM * plain, str(ECHO_RATIO_AIM), f"echo_pawl/{connections}")
        table.row(f"a message of 64 bytes, connections: {connections}", f"{pawl:.2f}", f"{plain:.2f}", f"{pawl / plain:.2f}", aim)
    for connections in CONNECTIONS:
        pawl, plain = (results.microseconds(f"echo_{who}_udp/{connections}") for who in ("pawl", "plain"))
        table.row(f"the same over UDP, clients: {connections}", f"{pawl:.2f}", f"{plain:.2f}", f"{pawl / plain:.2f}")
    pawl, plain = results.microseconds("connection_pawl"), results.microseconds("connection_plain")
    table.row("a session, from accept to close", f"{pawl:.1f}", f"{plain:.1f}", f"{pawl / plain:.2f}")


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    table = Table()
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            results = Results(file.read())
        for part in (handshakes, records, pbkdf2, memory, echo):
            part(results, table)
    except Failed as failure:
        print(f"\nfailed: {failure}", file=sys.stderr)
        return 1
    if table.missed:
        print("\nmissed:", *table.missed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
