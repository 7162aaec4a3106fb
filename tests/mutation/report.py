# SPDX-License-Identifier: Apache-2.0
"""Says what becomes of the mutants."""

import collections
import sys
import threading
import time

NOTICED = ("noticed", "timed out")


class Report:
    """Prints what survives as it comes, how far it is, and at the end a summary."""

    def __init__(self, log, total):
        self._log = log.open("w")
        self._total = total
        self._counts = collections.Counter()
        self._wrong = 0
        self._lock = threading.Lock()
        self._started = time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self._log.close()
        if sys.stdout.isatty():
            print("\r\033[K", end="")
        print(self._summary(), flush=True)

    def add(self, mutant, listed, verdict, test):
        with self._lock:
            self._counts[verdict] += 1
            place = f"{mutant.file}:{mutant.line}: {mutant.operator}: {mutant.change()}"
            print(verdict, place, test, sep="\t", file=self._log, flush=True)
            if listed:
                self._counts["listed"] += 1
            if listed and verdict in NOTICED:
                self._show(f"{place}\n  is listed as equivalent, but {test or 'a test'} notices it")
            if not listed and verdict == "survived":
                self._show(f"{place}\n  in {mutant.function or 'no function'}\n- {mutant.before()}\n+ {mutant.after()}")
            self._progress()

    def exit_code(self):
        return 1 if self._wrong else 0

    def _show(self, text):
        self._wrong += 1
        if sys.stdout.isatty():
            print("\r\033[K", end="")
        print(text, flush=True)

    def _done(self):
        return sum(count for verdict, count in self._counts.items() if verdict != "listed")

    def _progress(self):
        done = self._done()
        line = f"{done} of {self._total}, {time.monotonic() - self._started:.0f} s, {self._wrong} to look at"
        if sys.stdout.isatty():
            print(f"\r\033[K{line}", end="", flush=True)
        elif done * 10 // self._total != (done - 1) * 10 // self._total:
            print(line, flush=True)

    def _summary(self):
        counts = self._counts
        return (f"{self._done()} mutants: {counts['not compiled']} do not compile, {counts['layout']} change a type "
                f"that the tests hold, {counts['same program']} make no difference to the compiler, "
                f"{sum(counts[verdict] for verdict in NOTICED)} noticed ({counts['timed out']} by their time), "
                f"{counts['survived']} survived, of which {counts['listed']} are listed as equivalent; "
                f"{time.monotonic() - self._started:.0f} s")
