#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: completion_test.py SHELL PAWL SHARE. What SHELL completes, with its script in SHARE, is what `pawl --help` says.

Each shell is asked itself: bash and zsh in a terminal, where a key writes all that they would offer into the line. Without
SHELL nothing is shown (exit code 77).
"""

import os
import pathlib
import pty
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from program_help import Help, all_of

SHELL, PAWL, SHARE = sys.argv.pop(1), *(pathlib.Path(path).absolute() for path in (sys.argv.pop(1) for _ in range(2)))
PATIENCE = 60  # seconds, for what takes a fraction of one
ALL, TELL, CLEAR = b"\x1ba", b"\x1bt", b"\x15"  # Alt-a and Alt-t, which the set-ups below bind, and Ctrl-u

BASH = """
PS1=
bind '"\\ea": insert-completions'
bind -x '"\\et": printf "%s\\0" "$READLINE_LINE" >&{fd}'
bind 'set bell-style none'
source {share}/bash-completion/completions/pawl
printf 'ready\\0' >&{fd}
"""
ZSH = """
PS1=
fpath=({share}/zsh/site-functions $fpath)
autoload -Uz compinit && compinit -u -D
zle -C all-matches complete-word _generic
zstyle ':completion:all-matches:*' completer _all_matches _complete
zstyle ':completion:all-matches:*' insert yes
tell() {{ print -rNu {fd} -- "$BUFFER" }}
zle -N tell
bindkey -e
bindkey '\\ea' all-matches
bindkey '\\et' tell
bindkey '^U' kill-whole-line
print -rNu {fd} ready
"""


class Terminal:
    """A shell that somebody types into. It tells its line over a pipe."""

    def __init__(self, arguments, setup, folder):
        self.pipe, told = os.pipe()
        os.set_inheritable(told, True)
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(HOME=str(folder), TERM="dumb")
            os.execvp(arguments[0], arguments)
        os.close(told)
        file = folder.parent / "setup"
        file.write_text(setup.format(fd=told, share=shlex.quote(str(SHARE))))
        self.type(f" . {shlex.quote(str(file))}\n".encode())
        assert self.told() == "ready"

    def type(self, keys):
        os.write(self.terminal, keys)

    def told(self):
        """What comes over the pipe next. What the terminal shows meanwhile has to be read, and is not looked at."""
        text, end = b"", time.monotonic() + PATIENCE
        while not text.endswith(b"\0"):
            ready, _, _ = select.select([self.pipe, self.terminal], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError(f"{SHELL} said {text!r} and no more")
            if self.terminal in ready:
                os.read(self.terminal, 65536)
            if self.pipe in ready:
                text += os.read(self.pipe, 65536)
        return text[:-1].decode()

    def complete(self, line):
        self.type(CLEAR + line.encode() + ALL + TELL)
        return self.told()

    def close(self):
        os.close(self.terminal)
        os.close(self.pipe)
        os.waitpid(self.pid, 0)


class InTerminal:
    def __init__(self, folder):
        commands = {"bash": (["bash", "--norc", "--noprofile", "-i"], BASH), "zsh": (["zsh", "-f", "-i"], ZSH)}
        self.terminal = Terminal(*commands[SHELL], folder)

    def complete(self, line):
        """The words that it put in place of the last one, if it put any."""
        made = self.terminal.complete(line)
        if made.rstrip() == line.rstrip():
            return set()
        begin = line[: line.rindex(" ") + 1]
        assert made.startswith(begin), made
        return set(shlex.split(made[len(begin) :]))

    def close(self):
        self.terminal.close()


class Fish:
    """This shell has a command that says what it would offer."""

    def __init__(self, folder):
        self.folder = folder

    def complete(self, line):
        script = f"source {SHARE}/fish/vendor_completions.d/pawl.fish; complete -C {shlex.quote(line)}"
        done = subprocess.run(["fish", "--no-config", "-c", script], cwd=self.folder, capture_output=True, text=True,
                              check=True, env=os.environ | {"HOME": str(self.folder)}, timeout=PATIENCE)
        assert not done.stderr, done.stderr
        return {offer.partition("\t")[0] for offer in done.stdout.splitlines()}

    def close(self):
        pass


class Completion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        root = tempfile.TemporaryDirectory(prefix="pawl-")
        cls.addClassCleanup(root.cleanup)
        folder = pathlib.Path(root.name).resolve() / "home"
        (folder / "some directory").mkdir(parents=True)
        (folder / "some file").touch()
        cls.shell = Fish(folder) if SHELL == "fish" else InTerminal(folder)
        cls.addClassCleanup(cls.shell.close)

    def offers(self, line):
        """Without what some shells add to directories and options, and values without the option that some repeat."""
        return {offer.rstrip("/=").rpartition("=")[2] for offer in self.shell.complete(line)}

    def test_begun_command(self):
        self.assertEqual(self.offers("pawl ser"), {"serve"})
        self.assertEqual(self.offers("pawl user pass"), {"passwd"})

    def test_begun_option(self):
        self.assertEqual(self.offers("pawl serve --li"), {"--listen"})
        self.assertEqual(self.offers("pawl user show --js"), {"--json"})

    def test_commands_are_those_of_help(self):
        for said in all_of(PAWL):
            if said.commands:
                with self.subTest(command=said.path):
                    self.assertEqual(self.offers(said.path + " "), set(said.commands))

    def test_options_are_those_of_help(self):
        helps = all_of(PAWL)
        self.assertGreater(len(helps), 10)
        for said in helps:
            names = {name for name in said.names() if name.startswith("--")}
            with self.subTest(command=said.path):
                self.assertEqual(self.offers(said.path + " --"), names)

    def test_words_of_a_value(self):
        self.assertEqual(self.offers("pawl enroll alice --mode "), {"pake", "psk", "psk_ecdhe"})
        self.assertEqual(self.offers("pawl connect --mode=ps"), {"psk", "psk_ecdhe"})

    def test_files(self):
        for line in ("pawl connect --credential ", "pawl connect --credential som", "pawl user list --users=som", "pawl user key "):
            with self.subTest(line=line):
                self.assertEqual(self.offers(line), {"some file", "some directory"})

    def test_directories(self):
        for line in ("pawl serve --save ", "pawl user export som"):
            with self.subTest(line=line):
                self.assertEqual(self.offers(line), {"some directory"})

    def test_value_that_is_the_name_of_a_command(self):
        self.assertEqual(self.offers("pawl user add --users list --it"), {"--iterations"})

    def test_address_before_the_cursor(self):
        self.assertEqual(self.offers("pawl connect localhost:7295 --cou"), {"--count"})
        self.assertEqual(self.offers("pawl serve --listen 127.0.0.1:0 --max"), {"--max-sessions"})

    def test_nothing_is_known_of_a_name(self):
        self.assertEqual(self.offers("pawl user show ali"), set())
        self.assertEqual(self.offers("pawl serve --listen "), set())


if __name__ == "__main__":
    if not shutil.which(SHELL):
        print(f"SKIPPED: {SHELL} is not installed")
        sys.exit(77)
    unittest.main()
