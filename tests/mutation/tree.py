# SPDX-License-Identifier: Apache-2.0
"""The build tree of the preset mutate: compiles a mutant, and links it with the tests in the place of the sound file.

Only what a mutant is in is compiled again. For a header that is what of the core includes it, in one go. It is linked
first, so its copies of the inline functions count for the tests too; but for them a constant, and a template that only
they use, stay what they were.
"""

import contextlib
import fcntl
import json
import pathlib
import re
import shlex
import shutil
import threading

COMPILE_SECONDS = 60


class TreeError(Exception):
    """The tree cannot be built, or its tests fail as they are."""


class NotMade(Exception):
    """There is no program with this mutant: it does not compile, or `layout`, it changes a type that the tests hold."""

    def __init__(self, layout=False):
        super().__init__()
        self.layout = layout


class Suite:
    """A program of tests, how to compile for it and how to link it."""

    def __init__(self, program, compiler, linker):
        self.program = program
        self.compiler = compiler
        self.linker = linker  # with the tests and the libraries, without its output
        self.prefixes = {}  # by file
        self.layouts = {}  # by type

    def link(self, compiled, program):
        """How to link a program in which what is compiled comes first."""
        return [self.linker[0], compiled, *self.linker[1:], "-o", program]


class Tree:
    # The programs of tests, and the library of the core that each has.
    PROGRAMS = {"pawl_unit_tests": "pawl_core", "pawl_small_limits_tests": "pawl_core_small"}

    def __init__(self, root, processes):
        self.root = root
        self.folder = root / "build" / "mutate"
        self.work = self.folder / "mutants"
        self._processes = processes
        self._lock = threading.Lock()

    def build(self):
        self._must(["cmake", "--preset", "mutate", "--log-level=WARNING"], self.root)
        self._must(["cmake", "--build", "--preset", "mutate"], self.root)
        commands = [entry["command"] for entry in json.loads((self.folder / "compile_commands.json").read_text())]
        self.suites = [self._suite(program, library, commands) for program, library in self.PROGRAMS.items()]
        self.included_by = self._included_by()
        self.work.mkdir()
        for suite in self.suites:
            everything = sorted(set().union(*self.included_by.values()))
            compiled = self.work / "sound.o"
            suite.layouts = layouts_in(self._must([*self._joined(suite, self.work, everything), "-o", compiled]))
            self._must(suite.link(compiled, self.work / "sound"))  # or no mutant could be linked either

    @contextlib.contextmanager
    def in_use(self):
        """By this run alone; what it leaves in its working folder is removed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "mutants.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise TreeError(f"another run is at work in {self.folder}") from None
            shutil.rmtree(self.work, ignore_errors=True)
            try:
                yield
            finally:
                shutil.rmtree(self.work, ignore_errors=True)

    def _must(self, command, folder=None):
        code, output = self._processes.run(command, None, cwd=folder or self.folder)
        if code != 0:
            lines = output.splitlines()
            lines = [line for line in lines if "error" in line] or lines
            raise TreeError("\n".join([f"{shlex.join(map(str, command))} failed:", *lines[-20:]]))
        return output

    def _suite(self, program, library, commands):
        command = next(command for command in commands if f"/{library}.dir/" in command)
        compiler, *arguments = from_compiler(command)
        flags = [argument for argument in arguments[:arguments.index("-o")] if not re.match("-(O|g|W|M)", argument)]
        commands = self._must(["ninja", "-C", self.folder, "-t", "commands", program])
        linker = from_compiler(commands.splitlines()[-1])
        linker = linker[1:linker.index("&&")]
        output = linker.index("-o")
        linker = [compiler, "-s", "-Wl,--threads=1", *linker[:output], *linker[output + 2:]]
        return Suite(program, [compiler, *flags, "-w", "-O0"], linker)

    def _included_by(self):
        """The files of the core that include a header, by its path."""
        files = {}
        for part in self._must(["ninja", "-C", self.folder, "-t", "deps"]).split("\n\n"):
            target, _, paths = part.partition("\n")
            if "/pawl_core.dir/" in target:
                source, *headers = [str((self.folder / path.strip()).resolve()) for path in paths.splitlines()]
                for header in headers:
                    files.setdefault(header, []).append(source)
        return files

    def make(self, suite, mutant, place):
        """The program of tests with the mutant in it, made in the folder `place`."""
        compile_it = self._compile_header if mutant.file.endswith(".hpp") else self._compile_file
        compiled, program = place / "mutant.o", place / suite.program
        compile_it(suite, mutant, place, compiled)
        self._try(suite.link(compiled, program))
        return program

    def is_same_program(self, mutant, place):
        """Whether the compiler makes the same of the mutant as of the sound file, as it is shipped: then it is none."""
        if mutant.file.endswith(".hpp"):
            return False
        source, compiled = place / "same.cpp", place / "same.o"
        flags = [flag for flag in self.suites[0].compiler if flag != "-D_GLIBCXX_ASSERTIONS"]
        made = []
        for text in (mutant.source, mutant.mutated()):
            source.write_text(text)
            self._try([*flags, "-O2", "-c", source, "-o", compiled])
            made.append(compiled.read_bytes())
        return made[0] == made[1]

    def _try(self, command):
        code, output = self._processes.run(command, COMPILE_SECONDS, cwd=self.folder)
        if code != 0:
            raise NotMade
        return output

    def _compile_file(self, suite, mutant, place, compiled):
        source = place / mutant.file.rpartition("/")[2]
        source.write_text(mutant.mutated())
        self._try([*suite.compiler, "-include-pch", self._prefix(suite, mutant), "-c", source, "-o", compiled])

    def _prefix(self, suite, mutant):
        """What a file includes, compiled once for all its mutants."""
        with self._lock:
            if mutant.file not in suite.prefixes:
                header = self.work / f"{suite.program}_{len(suite.prefixes)}.hpp"
                lines = re.findall(r"^#(?:define|include) .*$", mutant.source, re.MULTILINE)
                header.write_text("\n".join(lines) + "\n")
                compiled = header.with_suffix(".pch")
                self._must([*suite.compiler, "-x", "c++-header", header, "-o", compiled])
                suite.prefixes[mutant.file] = compiled
            return suite.prefixes[mutant.file]

    def _compile_header(self, suite, mutant, place, compiled):
        include = place / "include"
        header = include / mutant.file.removeprefix("core/")
        header.parent.mkdir(parents=True, exist_ok=True)
        header.write_text(mutant.mutated())
        sources = self.included_by.get(str(self.root / mutant.file), [])
        try:
            output = self._try([*self._joined(suite, place, [header, *sources], "-I", include), "-o", compiled])
        finally:
            shutil.rmtree(include)
        if any(suite.layouts.get(name, layout) != layout for name, layout in layouts_in(output).items()):
            raise NotMade(layout=True)

    def _joined(self, suite, place, sources, *options):
        """How to compile files as one, so that every inline function is there and the layouts are printed."""
        joined = place / "joined.cpp"
        # What one of them defines is for the headers that it includes, which another may include before it.
        files = [pathlib.Path(source).read_text() for source in sources if str(source).endswith(".cpp")]
        defined = [line for file in files for line in re.findall(r"^#define .*$", file, re.MULTILINE)]
        joined.write_text("\n".join([*defined, *(f'#include "{source}"' for source in sources)]) + "\n")
        everything = ["-femit-all-decls", "-Xclang", "-fdump-record-layouts-simple", "-c", joined]
        return [suite.compiler[0], *options, *suite.compiler[1:], *everything]


def from_compiler(command):
    """The arguments from the compiler on, which is the last before the first option."""
    arguments = shlex.split(command)
    first = next(i for i, argument in enumerate(arguments) if argument.startswith("-"))
    return arguments[first - 1:]


def layouts_in(output):
    """Where the members of types of ours are, as the compiler prints it."""
    found = {}
    for part in output.split("*** Dumping AST Record Layout\n")[1:]:
        name, _, layout = part.partition("\n")
        if "pawl::" in name:
            found[name] = layout.strip()
    return found
