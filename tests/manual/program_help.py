# SPDX-License-Identifier: Apache-2.0
"""What `pawl COMMAND --help` says, which is what the tests of this folder compare with."""

import collections
import re
import subprocess

Option = collections.namedtuple("Option", "names value text")


class Help:
    def __init__(self, pawl, *command):
        self.command = command
        self.path = " ".join(("pawl", *command))
        done = subprocess.run([pawl, *command, "--help"], capture_output=True, text=True, check=True, timeout=60)
        self.text = done.stdout
        self.options = [self.option(*found) for found in re.findall(
            r"^ +(-\S+)((?: \S+)*)(?:  +|\n {20,})(\S.*)$", self.text, re.MULTILINE)]
        below = re.search(r"^Subcommands:\n((?:  .*\n)+)", self.text, re.MULTILINE)
        self.commands = re.findall(r"^  (\S+)", below[1], re.MULTILINE) if below else []
        examples = re.search(r"^Examples?:\n((?:    .*\n?)+)", self.text, re.MULTILINE)
        self.examples = re.findall(r"^    (.*?)(?:  .*)?$", examples[1], re.MULTILINE) if examples else []

    @staticmethod
    def option(names, rest, text):
        value = re.match(r"(?: (?!Needs:|Excludes:)([^\s=]+))?", rest)[1] or ""
        return Option(names.split(","), value, text)

    def names(self):
        return {name for option in self.options for name in option.names}


def all_of(pawl, *command):
    """The help of the command and of all below it."""
    helps = [Help(pawl, *command)]
    for name in helps[0].commands:
        helps += all_of(pawl, *command, name)
    return helps
