#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: pages_test.py PAWL GENERATOR SHARE. The manual pages in SHARE say what `pawl --help` says and are well formed.

Without mandoc nothing is shown (exit code 77).
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from program_help import Help, all_of

PAWL, GENERATOR, SHARE = (pathlib.Path(path) for path in (sys.argv.pop(1) for _ in range(3)))
PAGES = SHARE / "man/man1"
VALUES_OF_PATHS = {"FILE", "DIRECTORY", "PATH"}


def lint(page):
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "all", page], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def shown(page):
    """The page as a terminal shows it, but for what is bold there."""
    done = subprocess.run(["mandoc", "-T", "ascii", "-O", "width=1000", page], capture_output=True, text=True, check=True)
    return re.sub(".\b", "", done.stdout)


def section(text, title):
    """What is below a heading that stands at the left."""
    found = re.search(rf"^{re.escape(title)}$\n((?:(?: .*)?\n)*)", text, re.MULTILINE)
    return found[1] if found else ""


def subsection(text, title):
    found = re.search(rf"^   {re.escape(title)}$\n((?: {{4,}}.*\n|\n)*)", text, re.MULTILINE)
    return found[1] if found else ""


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Help(PAWL)
        cls.texts = {page.name: shown(page) for page in PAGES.iterdir()}

    def page_of(self, command):
        return self.texts["-".join(("pawl", *command[:1])) + ".1"]

    def assert_tagged(self, names, text):
        """Each is at the beginning of an entry, and an entry behind an empty line."""
        tags = re.findall(r"\n\n +(-[\w-]+(?:, -[\w-]+)*)", "\n\n" + text)
        self.assertLessEqual(names, {name for tag in tags for name in tag.split(", ")})

    def test_every_command_has_a_page(self):
        self.assertGreaterEqual(len(self.program.commands), 4)
        self.assertEqual(set(self.texts), {"pawl.1"} | {f"pawl-{name}.1" for name in self.program.commands})
        for name in self.program.commands:
            self.assertIn(f"pawl-{name}(1)", section(self.texts["pawl.1"], "COMMANDS"))

    def test_every_option_and_command_of_help_is_in_its_page(self):
        helps = all_of(PAWL)
        self.assertGreater(len(helps), 10)
        for said in helps:
            with self.subTest(command=said.path):
                self.assertIn("--help", said.names())
                page = self.page_of(said.command)
                here = section(page, "OPTIONS") if len(said.command) < 2 else subsection(page, said.command[-1])
                self.assert_tagged(said.names(), here)
                for name in said.commands:
                    self.assertRegex(section(page, "COMMANDS"), rf"(?m)^ +{name}\b")

    def test_examples_of_help_are_in_the_page(self):
        for said in all_of(PAWL):
            with self.subTest(command=said.path):
                self.assertTrue(said.examples)
                lines = [line.strip() for line in section(self.page_of(said.command), "EXAMPLES").splitlines()]
                self.assertLessEqual(set(said.examples), set(lines))

    def test_exit_codes_of_help_are_in_every_page(self):
        codes = re.findall(r"^ +(\d+)  (.*)$", self.program.text, re.MULTILINE)
        self.assertGreaterEqual(len(codes), 13)
        for name, page in self.texts.items():
            here = section(page, "EXIT STATUS")
            for number, meaning in codes:
                with self.subTest(page=name, code=number):
                    self.assertRegex(here, rf"(?mi)^ +{number} +{re.escape(meaning)}\.$")

    def test_sections_are_there_in_their_order(self):
        for name, page in self.texts.items():
            titles = [line for line in re.findall(r"^[A-Z][A-Z ]+$", page, re.MULTILINE) if line != "COMMANDS"]
            with self.subTest(page=name):
                self.assertEqual(titles,
                                 ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"])

    def test_pages_are_well_formed(self):
        for page in PAGES.iterdir():
            with self.subTest(page=page.name):
                self.assertEqual(lint(page), "")

    def test_control_what_is_malformed_is_noticed(self):
        with tempfile.NamedTemporaryFile("w", suffix=".1") as page:
            page.write((PAGES / "pawl.1").read_text(encoding="utf-8") + ".NOTHING\n")
            page.flush()
            self.assertNotEqual(lint(page.name), "")

    def test_what_takes_a_file_says_so(self):
        """Shells then complete its value (apps/command_line/shared.hpp)."""
        checked = 0
        for said in all_of(PAWL):
            for option in said.options:
                if option.value and re.search(r"\b([Ff]ile|[Dd]irectory)\b", option.text):
                    checked += 1
                    with self.subTest(command=said.path, option=option):
                        self.assertIn(option.value, VALUES_OF_PATHS)
        self.assertGreater(checked, 10)

    def test_they_are_always_the_same(self):
        def written(folder):
            subprocess.run([GENERATOR, folder, "2000-01-02"], check=True)
            return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}

        with tempfile.TemporaryDirectory(prefix="pawl-") as name:
            once, twice = (written(pathlib.Path(name) / part) for part in ("once", "twice"))
        self.assertEqual(once, twice)
        self.assertIn(b" 2000-01-02 ", once[pathlib.Path("man/man1/pawl.1")])

    def test_generator_that_cannot_write_says_so(self):
        with tempfile.NamedTemporaryFile() as file:
            done = subprocess.run([GENERATOR, file.name, "2000-01-02"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(file.name, done.stderr)


if __name__ == "__main__":
    if not shutil.which("mandoc"):
        print("SKIPPED: mandoc is not installed")
        sys.exit(77)
    unittest.main()
