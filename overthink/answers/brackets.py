"""Brackets in the LaTeX of an answer: which close which, what is outside of them, and braces for bare arguments."""

from __future__ import annotations

import re

from overthink.records import Span

_COMMAND = re.compile(r"\\[A-Za-z]+")
_ARGUMENTS = re.compile(r"\\(frac|binom|sqrt|bar|overline|hat|vec)(?![A-Za-z])\s*|\^\s*(?=\()")


def closing_brackets(text: str) -> dict[int, int]:
    """Positions of closing brackets by their opening ones. `)` may close `[`, `]` may close `(`: `[0, 1)`."""
    opened: list[int] = []
    closed: dict[int, int] = {}
    for at, letter in enumerate(text):
        if letter in "([{":
            opened.append(at)
        elif letter in ")]}":
            while opened and (text[opened[-1]] == "{") != (letter == "}"):
                opened.pop()
            if opened:
                closed[opened.pop()] = at
    return closed


def top_level(text: str, separator: re.Pattern[str]) -> list[re.Match[str]]:
    """The separators outside of brackets and environments."""
    found = list(separator.finditer(text))
    if not found:
        return []
    closing = closing_brackets(text)
    covered: list[Span] = list(closing.items())
    if "\\begin" in text:
        covered.append((text.index("\\begin"), text.rindex("\\end") if "\\end" in text else len(text)))
    inside = [False] * (len(text) + 1)
    reach = -1
    for start, end in sorted(covered):
        if end > reach:
            for at in range(max(start, reach), end):
                inside[at] = True
            reach = end
    return [match for match in found if not inside[match.start()] and match.end() > match.start()]


def split(text: str, separator: re.Pattern[str]) -> list[str]:
    """The parts of a text between the separators outside of brackets, without the spaces at their edges."""
    parts: list[str] = []
    at = 0
    for match in top_level(text, separator):
        parts.append(text[at : match.start()].strip())
        at = match.end()
    return [*parts, text[at:].strip()]


def braced_arguments(text: str) -> str:
    r"""Braces around what `\frac`, `\sqrt`, `\bar` and `^(…)` apply to: `\frac12`, `\sqrt3`, `sqrt(3)`, `x^(1/2)`."""
    if not _ARGUMENTS.search(text):
        return text
    closing = closing_brackets(text)
    before: dict[int, str] = {}
    instead: dict[int, str] = {}
    for command in _ARGUMENTS.finditer(text):
        at, name = command.end(), command[1]
        if name == "sqrt" and text.startswith("[", at) and at in closing:
            at = closing[at] + 1
        for _ in range(2 if name in ("frac", "binom") else 1):
            argument = _argument(text, at, closing, name)
            if argument is None:
                break
            start, at = argument
            if text[start] == "(" and name in (None, "sqrt"):
                instead[start], instead[at - 1] = "{", "}"
            elif text[start] != "{":
                before[start] = before.get(start, "") + "{"
                before[at] = "}" + before.get(at, "")
    if not before and not instead:
        return text
    letters = [before.get(at, "") + instead.get(at, letter) for at, letter in enumerate(text)]
    return "".join(letters) + before.get(len(text), "")


def _argument(text: str, at: int, closing: dict[int, int], name: str | None) -> Span | None:
    """The next argument of a command, or None if none is there."""
    while at < len(text) and text[at].isspace():
        at += 1
    if at == len(text) or text[at] in "})]" or (text[at] in "{([" and at not in closing):
        return None
    if text[at] == "{":
        return at, closing[at] + 1
    if text[at] == "(" and name in (None, "sqrt"):
        end = closing[at]
        return (at, end + 1) if text[end] == ")" else None
    return at, _end_of_token(text, at, longest=name == "sqrt")


def _end_of_token(text: str, at: int, longest: bool) -> int:
    r"""The end of what TeX takes as one argument at `at`; a whole number if `longest` (`\sqrt 10` in plain text)."""
    if text[at] == "\\":
        command = _COMMAND.match(text, at)
        return command.end() if command else min(at + 2, len(text))
    if longest and text[at].isdigit() and text[at - 1] == " ":
        while at < len(text) and text[at].isdigit():
            at += 1
        return at
    return at + 1
