"""TeX inside a text: the boxes in which answers are stated."""

from __future__ import annotations

import re
from typing import NamedTuple

from overthink.records import Span
from overthink.text.paragraphs import stripped

_BRACE_OR_BOX = re.compile(
    r"[{}]"
    r"|(?:(?<!\\)\\)?\\(?:boxed|fbox)(?![A-Za-z])\s*+"  # of JSON that was escaped twice, both backslashes
    r"|\\(?:framebox|bbox)(?![A-Za-z])(?:\s?\[[^\[\]{}\n]{0,60}\]){0,2}\s*+"
    r"|\\(?:fcolorbox\s?\{[^{}]{1,30}\}|colorbox)\s?\{[^{}]{1,30}\}\s*+"
    r"|(?:\x08oxed|(?<![\\A-Za-z])boxed)(?=\{)"  # "\b" of JSON that nobody escaped; a backslash that was forgotten
    r"|<\|begin_of_box\|>"  # GLM
)
_UNBRACED = re.compile(r"[-+]?\w+(?:[.,/]\w+)*")
_MARK_END = "<|end_of_box|>"


class Box(NamedTuple):
    """`inside`: the contents, surrounding whitespace left out; `whole`: the same with the command and its braces."""

    inside: Span
    whole: Span


def boxes(text: str, start: int, end: int) -> list[Span]:
    r"""The contents of the complete boxes in `text[start:end]`, in order, surrounding whitespace left out.

    `\boxed{…}`, `\fbox{…}`, `\framebox[…]{…}`, `\colorbox{…}{…}`, `\boxed 5` and GLM's `<|begin_of_box|>…` count. Of
    nested boxes only the outermost is given. A box that is never closed is ignored, and does not swallow a complete one
    inside it.
    """
    return [box.inside for box in whole_boxes(text, start, end)]


def whole_boxes(text: str, start: int, end: int) -> list[Box]:
    """The same with their commands."""
    open_braces: list[tuple[int, int | None]] = []  # the place behind the brace, and that of the command before it
    found: list[Box] = []
    at = start
    last_mark = text.rfind(_MARK_END, start, end)
    while token := _BRACE_OR_BOX.search(text, at, end):
        at = token.end()
        if token[0] in "{}" and _is_escaped(text, token.start(), start):
            continue
        if token[0] == "{":
            open_braces.append((at, None))
        elif token[0] == "}":
            if open_braces:
                _close(found, text, open_braces.pop(), token.start())
        elif token[0][0] == "<":
            if at <= last_mark:
                closing = text.index(_MARK_END, at)
                found.append(Box(stripped(text, at, closing), (token.start(), closing + len(_MARK_END))))
                at = closing + len(_MARK_END)
        elif text.startswith("{", at, end):
            at += 1
            open_braces.append((at, token.start()))
        elif bare := _UNBRACED.match(text, at, end):
            at = bare.end()
            found.append(Box(bare.span(), (token.start(), at)))
    return found


def _close(found: list[Box], text: str, opened: tuple[int, int | None], closing: int) -> None:
    inside, command = opened
    if command is not None:
        while found and found[-1].inside[0] >= inside:
            found.pop()
        found.append(Box(stripped(text, inside, closing), (command, closing + 1)))


def _is_escaped(text: str, at: int, start: int) -> bool:
    backslashes = at
    while backslashes > start and text[backslashes - 1] == "\\":
        backslashes -= 1
    return (at - backslashes) % 2 == 1
