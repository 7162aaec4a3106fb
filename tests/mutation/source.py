# SPDX-License-Identifier: Apache-2.0
"""C++ source as tools/mutate needs it: its tokens, its statements, and the functions that they are in.

This is no parser. It takes a source as clang-format leaves it: an operator between two operands has a space on both
sides, while the brackets of a template, and the & and * of a type, have none before them.
"""

import bisect
import dataclasses
import re

TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<directive>^\#(?:[^\\\n]|\\.)*)
      | (?P<string>(?:"(?:[^"\\]|\\.)*")|(?:'(?:[^'\\]|\\.)*'))
      | (?P<number>\d(?:'?\w|\.)*)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<sign><=>|<<=|>>=|\.\.\.|::|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE)

CLOSING = {"(": ")", "[": "]", "{": "}"}
LABELS = {"case", "default", "public", "private", "protected"}
CONTROL = {"if", "while", "for", "switch"}
BEFORE_CODE = {")", "]", "}", ":", "const", "else", "do", "override", "final", "noexcept", "mutable"}


@dataclasses.dataclass(eq=False)
class Token:
    kind: str
    text: str
    begin: int
    spaced: bool  # there is space before it
    binary: bool = False  # and after it
    partner: int = -1  # of a bracket, also that of a template
    in_template: bool = False
    function: "Function | None" = None

    @property
    def end(self):
        return self.begin + len(self.text)


@dataclasses.dataclass(eq=False)
class Function:
    name: str
    returns: str  # the words before its name; those of a lambda are not known


@dataclasses.dataclass(eq=False)
class Statement:
    begin: int  # token
    end: int  # its semicolon
    function: Function | None  # none for a declaration outside


@dataclasses.dataclass(eq=False)
class Brace:
    kind: str  # "code", "scope" of a class or namespace, or "value"
    function: Function | None
    head: int  # where the statement that has it begins
    inside_statement: bool  # which goes on behind it: a value, or the body of a lambda


class Source:
    def __init__(self, text):
        self.text = text
        self.lines = [0] + [match.end() for match in re.finditer("\n", text)]
        self.tokens = tokens_of(text)
        match_templates(self.tokens)
        self.statements = []
        self._walk()

    def line(self, offset):
        return bisect.bisect_right(self.lines, offset)

    def function(self, offset):
        """The name of the function around a place, or nothing."""
        i = bisect.bisect_right(self.tokens, offset, key=lambda token: token.begin) - 1
        function = self.tokens[i].function
        return function.name if function else ""

    def span(self, first, last):
        """The text from a token to another."""
        return self.text[self.tokens[first].begin:self.tokens[last].end]

    def left(self, i, stops):
        """The first token of the operand that ends before token i."""
        i -= 1
        while i >= 0:
            token = self.tokens[i]
            if token.partner > i or token.text in CLOSING or token.text in stops:
                break
            i = (token.partner if token.partner >= 0 else i) - 1
        return i + 1

    def right(self, i, stops):
        """The last token of the operand that begins behind token i."""
        i += 1
        while i < len(self.tokens):
            token = self.tokens[i]
            if 0 <= token.partner < i or token.text in CLOSING.values() or token.text in stops:
                break
            i = max(token.partner, i) + 1
        return i - 1

    def _walk(self):
        """Matches brackets, and finds the statements and the functions."""
        stack = []  # indices of open brackets
        braces = [Brace("scope", None, 0, False)]
        head = 0
        for i, token in enumerate(self.tokens):
            token.function = braces[-1].function
            inside = stack and self.tokens[stack[-1]].text != "{"
            if token.text in CLOSING:
                if token.text == "{":
                    braces.append(self._brace(head, i, braces[-1], inside))
                    head = i + 1
                stack.append(i)
            elif token.text in CLOSING.values():
                opening = stack.pop()
                token.partner, self.tokens[opening].partner = opening, i
                if token.text == "}":
                    closed = braces.pop()
                    head = closed.head if closed.inside_statement else i + 1
                elif token.text == ")" and braces[-1].kind == "code" and self._is_control(opening):
                    head = i + 1
            elif token.text == ";" and not inside:
                if braces[-1].kind != "value":
                    self.statements.append(Statement(head, i, braces[-1].function))
                head = i + 1
            elif token.text in ("else", "do") or token.text == ":" and not inside and self.tokens[head].text in LABELS:
                head = i + 1

    def _is_control(self, opening):
        before = self.tokens[opening - 1].text
        return before in CONTROL or (before == "constexpr" and self.tokens[opening - 2].text == "if")

    def _brace(self, head, i, outer, inside):
        words = [token.text for token in self.tokens[head:i] if not token.in_template]
        last = self.tokens[i - 1] if i else None
        is_type = "(" not in words and bool({"class", "struct", "enum"} & set(words))
        if not inside and (is_type or "namespace" in words):
            return Brace("scope", None, head, False)
        is_code = not words or last.text in BEFORE_CODE or "->" in words and ")" in words[-4:]
        if not is_code or outer.kind == "value" and last.text != ")":
            return Brace("value", outer.function, head, True)
        is_lambda = last.text == "]" or last.text == ")" and self.tokens[last.partner - 1].text == "]"
        if is_lambda:
            return Brace("code", Function("lambda", ""), head, True)
        if outer.kind == "scope":
            function = self._function(head, i)
            for token in self.tokens[head:i]:  # a constructor does something here
                token.function = function
            return Brace("code", function, head, False)
        return Brace("code", outer.function, head, False)

    def _function(self, head, i):
        texts = [token.text for token in self.tokens[head:i]]
        opening = texts.index("(")
        begin = opening - 1
        while begin > 0 and (texts[begin - 1] in ("::", "~", "operator") or texts[begin] == "::"):
            begin -= 1
        return Function("".join(texts[begin:opening]), " ".join(texts[:begin]))


def tokens_of(text):
    tokens = []
    spaced = True
    for match in TOKEN.finditer(text):
        if match.lastgroup in ("space", "directive"):
            spaced = True
            if tokens:
                tokens[-1].binary = tokens[-1].spaced
            continue
        tokens.append(Token(match.lastgroup, match[0], match.start(), spaced))
        spaced = False
    return tokens


def match_templates(tokens):
    """Finds the brackets of templates: no space before them, but for the declaration of one."""
    opened = []
    for i, token in enumerate(tokens):
        token.in_template = bool(opened)
        if token.text == "<" and (not token.spaced or tokens[i - 1].text == "template"):
            opened.append(i)
        elif token.text in (">", ">>") and not token.spaced:
            for _ in token.text:
                if opened:
                    token.partner = opened.pop()
                    tokens[token.partner].partner = i
        elif token.text in (";", "{") and opened:
            opened.clear()
