"""TeX inside a text: the boxes in which answers are stated."""

from __future__ import annotations

import re

from overthink.records import Span
from overthink.text.paragraphs import stripped

_BRACE_OR_BOX = re.compile(r"[{}]|\\(?:boxed|fbox)(?![A-Za-z])\s*+")
_UNBRACED = re.compile(r"[-+]?\w+(?:[.,/]\w+)*")


def boxes(text: str, start: int, end: int) -> list[Span]:
    r"""The contents of the complete boxes in `text[start:end]`, in order, surrounding whitespace left out.

    `\boxed{…}`, `\fbox{…}` and `\boxed 5` count. Of nested boxes only the outermost is given. A box that is never
    closed is passed over; a whole one inside it is not. Linear in the length of the text.
    """
    open_braces: list[tuple[int, bool]] = []  # position after each, and whether it opens a box
    found: list[Span] = []
    at = start
    while token := _BRACE_OR_BOX.search(text, at, end):
        at = token.end()
        if token[0] in "{}" and _is_escaped(text, token.start(), start):
            continue
        if token[0] == "{":
            open_braces.append((at, False))
        elif token[0] != "}":
            if text.startswith("{", at, end):
                at += 1
                open_braces.append((at, True))
            elif bare := _UNBRACED.match(text, at, end):
                at = bare.end()
                found.append(bare.span())
        elif open_braces:
            inside, is_box = open_braces.pop()
            if is_box:
                while found and found[-1][0] >= inside:
                    found.pop()
                found.append(stripped(text, inside, token.start()))
    return found


def _is_escaped(text: str, at: int, start: int) -> bool:
    backslashes = at
    while backslashes > start and text[backslashes - 1] == "\\":
        backslashes -= 1
    return (at - backslashes) % 2 == 1
