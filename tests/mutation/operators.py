# SPDX-License-Identifier: Apache-2.0
"""The faults that tools/mutate plants, each a small change of one place of a source."""

import dataclasses
import re

from mutation.source import CLOSING, CONTROL, Source

BOUNDS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
OPPOSITES = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "/", "+=": "-=", "-=": "+=", "++": "--", "--": "++"}
BITS = {"&": "|", "|": "&", "^": "|", "<<": ">>", ">>": "<<", "&=": "|=", "|=": "&=", "^=": "|=", "<<=": ">>=",
        ">>=": "<<="}
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
# What ends an operand of && or ||, and a condition before its question mark.
LOOSER = ASSIGNMENTS | {"?", ":", ",", ";", "return", "||"}
OPERANDS = {"&&": LOOSER | {"&&"}, "||": LOOSER}
# What a statement begins with that is no expression.
NO_EXPRESSION = CONTROL | {
    "return", "case", "default", "using", "typedef", "static_assert", "template", "friend", "namespace", "class",
    "struct", "enum", "const", "constexpr", "static", "inline", "auto", "goto", "else", "do", "extern", "public",
    "private", "protected", "["}
JUMPS = {"return", "break", "continue"}


@dataclasses.dataclass(frozen=True)
class Mutant:
    file: str  # below the root
    line: int
    function: str  # that it is in, or nothing
    operator: str
    begin: int  # of the text that it replaces
    end: int
    text: str
    source: str  # the file's text

    def mutated(self):
        return self.source[:self.begin] + self.text + self.source[self.end:]

    def before(self):
        """The lines that it changes, in one."""
        begin, end = self._lines()
        return " ".join(self.source[begin:end].split())

    def after(self):
        begin, end = self._lines()
        return " ".join((self.source[begin:self.begin] + self.text + self.source[self.end:end]).split())

    def change(self):
        old, new = (" ".join(text.split()) or "nothing" for text in (self.source[self.begin:self.end], self.text))
        return f"{old} -> {new}"

    def _lines(self):
        end = self.source.find("\n", self.end)
        return self.source.rfind("\n", 0, self.begin) + 1, end if end >= 0 else len(self.source)


class Maker:
    """Makes the mutants of one file."""

    def __init__(self, file, text):
        self.file = file
        self.source = Source(text)
        self.tokens = self.source.tokens
        self.made = {}  # by the text of the whole, so that none is made twice
        self.decided = set()  # comparisons and negations of which the outcome is replaced already

    def make(self):
        left_alone = self._left_alone()
        places = [(i, token) for i, token in enumerate(self.tokens) if i not in left_alone and not token.in_template]
        for i, token in places:
            self._expression(i, token)
        for i, token in places:
            self._token(i, token)
        for statement in self.source.statements:
            if statement.function:
                self._statement(statement)
            else:
                self._constant_of_expression(statement)
        return sorted(self.made.values(), key=lambda mutant: (mutant.begin, mutant.end, mutant.text))

    def _left_alone(self):
        """Tokens of declarations that say nothing of what is done, and of what is checked when it is compiled."""
        indices = set()
        for statement in self.source.statements:
            first = self.tokens[statement.begin].text
            if first in ("static_assert", "using", "typedef", "friend", "template"):
                indices.update(range(statement.begin, statement.end + 1))
            if self.source.span(statement.begin, statement.end).startswith("virtual "):
                indices.update(range(statement.begin, statement.end + 1))
        return indices

    def _add(self, operator, begin, end, text):
        source = self.source.text
        whole = source[:begin] + text + source[end:]
        if whole != source:
            line, function = self.source.line(begin), self.source.function(begin)
            self.made.setdefault(whole, Mutant(self.file, line, function, operator, begin, end, text, source))

    def _replace(self, operator, first, last, text):
        """Puts text in the place of tokens."""
        self._add(operator, self.tokens[first].begin, self.tokens[last].end, text)

    # What one token is enough for.

    def _token(self, i, token):
        text = token.text
        if token.kind == "number":
            self._number(i, text)
        elif text in ("true", "false"):
            self._replace("boolean", i, i, "false" if text == "true" else "true")
        elif self._text(i - 1) == "operator":
            return
        elif token.binary and text in OPPOSITES:
            self._replace("relation", i, i, BOUNDS.get(text, text))
            if i not in self.decided:
                self._replace("relation", i, i, OPPOSITES[text])
        elif text in ("++", "--") or token.binary and text in ARITHMETIC:
            self._replace("arithmetic", i, i, ARITHMETIC[text])
        elif token.binary and text in BITS:
            self._replace("bits", i, i, BITS[text])
        elif text == "~" and token.function and self._text(i + 1) != token.function.name:
            self._replace("bits", i, i, "")
        elif text == "!" and i not in self.decided:
            self._replace("not", i, i, "")

    def _text(self, i):
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ""

    def _number(self, i, text):
        match = re.fullmatch(r"(0x[0-9a-fA-F]+|\d+)([uUlLzZ]*)", text.replace("'", ""))
        if not match:
            return
        value = int(match[1], 0)
        for other in (value + 1, value - 1):
            if other >= 0:
                self._replace("constant", i, i, (hex(other) if match[1].startswith("0x") else str(other)) + match[2])

    # Expressions in functions.

    def _expression(self, i, token):
        if token.text in OPERANDS and token.binary:
            self._logical(i, token.text)
        elif token.text == "?":
            self._decide(self.source.left(i, LOOSER - {"||"}), i - 1, ("true", "false"))
        elif token.text in CONTROL and token.text != "switch":
            self._condition(i)
        elif token.text == "Error" and self._text(i + 1) == "::" and self._text(i + 2) != "none":
            self._replace("error", i + 2, i + 2, "tampered" if self._text(i + 2) == "protocol" else "protocol")
        elif token.text in ("min", "max") and self._text(i - 1) == "::":
            self._min_max(i)

    def _logical(self, i, text):
        self._replace("logical", i, i, "||" if text == "&&" else "&&")
        first = self.source.left(i, OPERANDS[text])
        last = self.source.right(i, OPERANDS[text])
        self._add("operand", self.tokens[i - 1].end, self.tokens[last].end, "")
        if self._text(first - 1) != text:
            self._add("operand", self.tokens[first].begin, self.tokens[i + 1].begin, "")

    def _condition(self, i):
        opening = i + 2 if self._text(i + 1) == "constexpr" else i + 1
        closing = self.tokens[opening].partner
        parts = self._parts(opening + 1, closing)
        if self._text(i) == "for":
            parts = parts[1:2] if len(parts) == 3 else []
        for first, last in parts[-1:]:
            self._decide(first, last, ("true", "false") if self._text(i) == "if" else ("false",))

    def _decide(self, first, last, outcomes):
        """Gives a condition its outcome; to negate all of it would show nothing else."""
        declares = any(self._text(j) == "=" for j in range(first, last + 1))
        for outcome in outcomes:
            text = f"{self.source.span(first, last)}; {outcome}" if declares else outcome
            self._replace("condition", first, last, text)
        self.decided.add(self._negation(first, last))

    def _negation(self, first, last):
        """The comparison or the ! that negates these tokens, or none."""
        behind = self.source.right(first - 1, OPPOSITES.keys() | LOOSER | {"&&"}) + 1
        if behind > last:
            return first if self._text(first) == "!" else None
        whole = self._text(behind) in OPPOSITES and self.source.right(behind, LOOSER | {"&&"}) >= last
        return behind if whole else None

    def _parts(self, begin, end):
        """What semicolons part, without what has no token."""
        parts = []
        for i in range(begin, end + 1):
            if i == end or self._text(i) == ";":
                if i > begin:
                    parts.append((begin, i - 1))
                begin = i + 1
        return parts

    def _min_max(self, i):
        self._replace("minmax", i, i, "max" if self._text(i) == "min" else "min")
        opening = i + 1
        kind = ""
        if self._text(opening) == "<":
            opening = self.tokens[opening].partner + 1
            kind = "static_cast" + self.source.span(i + 1, opening - 1)
        closing = self.tokens[opening].partner
        comma = self.source.right(opening, {","}) + 1
        start = i - 2  # std::
        for first, last in ((opening + 1, comma - 1), (comma + 1, closing - 1)):
            self._replace("minmax", start, closing, f"{kind}({self.source.span(first, last)})")

    # Statements.

    def _statement(self, statement):
        begin, end = statement.begin, statement.end
        first = self._text(begin)
        if begin == end:
            return
        if first in JUMPS and begin + 1 == end:
            self._replace("statement", begin, end, "{}")
        elif first == "return":
            self._return(begin, end, statement.function.returns.split())
        elif first == "constexpr" or first == "static":
            self._constant_of_expression(statement)
        elif first not in NO_EXPRESSION and not self._declares(begin, end):
            self._replace("statement", begin, end, "{}")
            self._parts_of_statement(begin, end)

    def _parts_of_statement(self, begin, end):
        if self._text(begin) == "PAWL_TRY":
            self._replace("statement", begin, begin, "static_cast<void>")
        targets = [i for i in range(begin, end) if self._text(i) == "=" and not self._nested(begin, i)]
        if len(targets) > 1:
            for i, before in zip(targets, [begin - 1, *targets]):
                self._add("statement", self.tokens[before + 1].begin, self.tokens[i + 1].begin, "")

    def _nested(self, begin, i):
        return self.source.left(i, {";"}) != begin

    def _declares(self, begin, end):
        """Whether a name follows a type."""
        for i in range(begin + 1, end):
            token, before = self.tokens[i], self.tokens[i - 1]
            if token.text in ASSIGNMENTS or token.text in CLOSING:
                return False
            if token.kind == "word" and (before.kind == "word" or before.text in (">", "&", "*") and not before.spaced):
                return True
        return True

    def _return(self, begin, end, returns):
        value = self.source.span(begin + 1, end - 1)
        if "bool" in returns[-1:]:
            if value not in ("true", "false") and self._negation(begin + 1, end - 1) is None:
                self._replace("return", begin + 1, end - 1, f"!({value})")
        elif returns[-1:] == ["Status"] or "Result" in returns and value.startswith("Error::"):
            self._replace("return", begin + 1, end - 1, "Error::none")
        elif "void" in returns[-1:]:
            self._replace("return", begin + 1, end - 1, "")
        else:
            self._replace("return", begin + 1, end - 1, "{}")

    def _constant_of_expression(self, statement):
        """A constant that is computed, as a number would be changed."""
        texts = [self._text(i) for i in range(statement.begin, statement.end)]
        if "constexpr" not in texts or "=" not in texts or "operator" in texts:
            return
        first = statement.begin + texts.index("=") + 1
        value = self.source.span(first, statement.end - 1)
        if first < statement.end - 1 and "{" not in value and '"' not in value:
            for text in ("+ 1", "- 1"):
                self._replace("constant", first, statement.end - 1, f"({value}) {text}")


def mutants_of(file, text):
    return Maker(file, text).make()
