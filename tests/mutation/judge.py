# SPDX-License-Identifier: Apache-2.0
"""Whether the tests notice a mutant."""

import dataclasses
import json
import re
import threading

from mutation.tree import NotMade, TreeError

# Tests of what the port does with the system: they have nothing of the core that others do not have, and wait for the
# system's clock.
NOT_OF_THE_CORE = re.compile(r"/unit/port/(clock|pump_tcp|random|serial_port|tcp|udp)_test\.cpp$")
# The tests run in groups by the seconds that they take: what notices a mutant is mostly in the first, and who goes on
# for ever there is soon found out.
GROUPS = (0.002, 0.02, 0.2, 1000)
KEPT = 20  # tests that have noticed mutants of a file: they go first
PASSED = (0, 77)  # 77: a test was skipped


@dataclasses.dataclass
class Stage:
    suite: object
    tests: dict  # the seconds that each takes with the sound core


class Judge:
    def __init__(self, tree, processes):
        self._tree = tree
        self._processes = processes
        self._lock = threading.Lock()
        self._noticed = {}  # tests that have noticed mutants, by file
        self._times = {}
        self._quick = []
        self._long = []

    def measure(self):
        """Runs the tests as they are, which have to pass, and puts them in order."""
        unit, small = self._tree.suites
        self._times = self._run_all(unit)
        groups = [Stage(unit, {name: time for name, time in self._times.items() if least < time <= most})
                  for least, most in zip((-1, *GROUPS), GROUPS)]
        self._quick = [*groups[:2], Stage(small, self._run_all(small))]
        self._long = groups[2:]

    def _run_all(self, suite):
        program = self._tree.folder / "tests" / suite.program
        report = program.with_suffix(".json")
        if not report.exists() or report.stat().st_mtime < program.stat().st_mtime:
            command = [program, f"--gtest_output=json:{report}"]
            code, output = self._processes.run(command, None, cwd=self._tree.folder)
            if code not in PASSED:
                report.unlink(missing_ok=True)
                raise TreeError(f"{suite.program} fails without a mutant:\n{output}")
        tests = [test | {"suite": group["name"]} for group in json.loads(report.read_text())["testsuites"]
                 for test in group["testsuite"]]
        return {f"{test['suite']}.{test['name']}": float(test["time"].rstrip("s")) for test in tests
                if not NOT_OF_THE_CORE.search(test["file"])}

    def judge(self, mutant, place, thorough):
        """What becomes of a mutant, and the test that noticed it. `thorough`: also with the tests that take long."""
        programs = {}
        try:
            verdict = self._run_stages(self._first(mutant) + self._quick, mutant, place, programs)
            if verdict[0] != "survived" or not thorough:
                return verdict
            if self._tree.is_same_program(mutant, place):
                return "same program", ""
            return self._run_stages(self._long, mutant, place, programs)
        except NotMade as reason:
            return "layout" if reason.layout else "not compiled", ""

    def _first(self, mutant):
        with self._lock:
            tests = {name: self._times[name] for name in self._noticed.get(mutant.file, ())}
        return [Stage(self._tree.suites[0], tests)]

    def _run_stages(self, stages, mutant, place, programs):
        for stage in stages:
            if not stage.tests:
                continue
            if stage.suite not in programs:
                programs[stage.suite] = self._tree.make(stage.suite, mutant, place)
            code, output = self._run(programs[stage.suite], stage, place)
            if code not in PASSED:
                test = test_that_failed(output)
                self._remember(mutant, test)
                return "noticed" if code is not None else "timed out", test
        return "survived", ""

    def _run(self, program, stage, place):
        flags = place / "flags"
        flags.write_text(f"--gtest_filter={':'.join(stage.tests)}\n")
        command = [program, f"--gtest_flagfile={flags}", "--gtest_fail_fast"]
        return self._processes.run(command, int(2 + 4 * sum(stage.tests.values())), cwd=place)

    def _remember(self, mutant, test):
        with self._lock:
            if test in self._times:
                noticed = self._noticed.setdefault(mutant.file, [])
                if test in noticed:
                    noticed.remove(test)
                noticed.insert(0, test)
                del noticed[KEPT:]


def test_that_failed(output):
    """Or, of a program that was ended, that was running. Behind one that fails others are named, but do not run."""
    test = re.search(r"^\[  FAILED  \] ([^\s,]+)", output, re.MULTILINE)
    running = re.findall(r"^\[ RUN      \] (\S+)$", output, re.MULTILINE)
    return test[1] if test else "".join(running[-1:])
