#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: documents_test.py SOURCE. Fails if the documents say what is not so.

README's example is the program that the tests build, every relative link leads somewhere, every section of the protocol
says which files implement it, and the list of changes begins with the version that this is.
"""

import pathlib
import re
import sys
import unittest

SOURCE = pathlib.Path(sys.argv.pop(1))
DOCUMENTS = (
    "README.md",
    "SECURITY.md",
    "core/PROTOCOL.md",
    "core/NSTP.md",
    "core/CHANGES.md",
    "boards/README.md",
    "tests/README.md",
)
VERSION = "core/pawl/base/version.hpp"


def read(path):
    return (SOURCE / path).read_text(encoding="utf-8")


class Documents(unittest.TestCase):
    def test_example_is_the_program_that_is_built(self):
        blocks = re.findall(r"^```cpp\n(.*?)^```$", read("README.md"), re.DOTALL | re.MULTILINE)
        self.assertEqual(blocks, [read("tests/consumer/sensor.cpp")])

    def test_links_lead_somewhere(self):
        for document in DOCUMENTS:
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", read(document)):
                with self.subTest(document=document, target=target):
                    self.assertTrue((SOURCE / document).parent.joinpath(target).exists())

    def test_sections_of_the_protocol_say_what_implements_them(self):
        says = {}
        for number, first_line in re.findall(r"^##+ ([\d.]+) .*\n+(?=(.*))", read("core/PROTOCOL.md"), re.MULTILINE):
            says[number.rstrip(".")] = first_line
        self.assertIn("20", says)
        for number, first_line in says.items():
            # A section may speak for its parts, or leave it to them.
            lines = (first_line, says[number.split(".")[0]], says.get(number + ".1", ""))
            with self.subTest(section=number):
                self.assertTrue(any(line.startswith("*") for line in lines), first_line)

    def test_changes_begin_with_this_version(self):
        numbers = re.findall(r"^#define PAWL_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)$", read(VERSION), re.MULTILINE)
        entries = re.findall(r"^## (\d+\.\d+\.\d+)\b", read("core/CHANGES.md"), re.MULTILINE)
        self.assertEqual(entries[0], ".".join(numbers))


if __name__ == "__main__":
    unittest.main()
