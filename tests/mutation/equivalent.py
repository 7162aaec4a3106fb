# SPDX-License-Identifier: Apache-2.0
"""Reads the list of mutants that nobody can tell from the sound source, each with the proof."""

import dataclasses
import pathlib

FILE = pathlib.Path(__file__).resolve().parent / "equivalent.txt"


@dataclasses.dataclass(frozen=True)
class Entry:
    file: str
    function: str
    before: str
    after: str

    def __str__(self):
        return f"{self.file} {self.function}\n- {self.before}\n+ {self.after}"


def entry_of(mutant):
    return Entry(mutant.file, mutant.function, mutant.before(), mutant.after())


def read():
    """The entries, and what is wrong with the list."""
    entries, faults = set(), []
    for block in FILE.read_text().split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        place, before, after, *proof = [*lines, "", ""]
        if not before.startswith("- ") or not after.startswith("+ ") or not "".join(proof):
            faults.append(f"no place, line, mutant and proof:\n{block}")
            continue
        file, _, function = place.partition(" ")
        entries.add(Entry(file, function, before[2:], after[2:]))
    return entries, faults
