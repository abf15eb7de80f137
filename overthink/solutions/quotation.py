"""A candidate as it is quoted: with what belongs to it in the response, whole commands, braces and brackets."""

from __future__ import annotations

import re

from overthink.records import Span
from overthink.text.tex import boxes

_OPENING = re.compile(r"(?:\\[a-zA-Z]+)?\{$")
_REST_OF_COMMAND = re.compile(r"[A-Za-z]+")
_OPENING_BRACKET = re.compile(r"(?:\\left)?\(\s?$")
_CLOSING = re.compile(r"\s?(?:\\right)?\)")
_WORDS_FOR_SIGNS = ("pi", "infinity")
_FRACTION = re.compile(r"\\[cdt]?frac$")


def quoted(response: str, span: Span, paragraph: Span) -> Span:
    """The candidate at `span` as the paragraph states it: the whole box around it, else what belongs to it."""
    around = (box for box in boxes(response, *paragraph) if box[0] <= span[0] < box[1])
    start, end = next(around, None) or quotation(response, span)
    return max(start, paragraph[0]), min(end, paragraph[1])


def quotation(response: str, span: Span) -> Span:
    """`span` with what belongs to it: the rest of a command, the command and braces around it, closing brackets.

    `3}{4` becomes `\\frac{3}{4}`, `2\\` becomes `2\\pi`, and `14(√2 - 1` gets its bracket.
    """
    return _with_brackets(response, *_with_braces(response, *_with_command(response, *span)))


def _with_command(response: str, start: int, end: int) -> Span:
    """A sign of the plain text is the first character of its command: take the others in."""
    if response[end - 1] == "\\" and (rest := _REST_OF_COMMAND.match(response, end)):
        return start, rest.end()
    word = next(
        (word for word in _WORDS_FOR_SIGNS if response[end - 1 : end + 8].lower().startswith(word)), response[end - 1]
    )
    return start, end - 1 + len(word)


def _with_brackets(response: str, start: int, end: int) -> Span:
    """Take in brackets that are closed or opened inside the span only: `x + 1)(3x + 7` gets both of its own."""
    depth = lowest = 0
    for sign in response[start:end]:
        depth += (sign == "(") - (sign == ")")
        lowest = min(lowest, depth)
    for _ in range(-lowest):
        opening = _OPENING_BRACKET.search(response, max(0, start - 8), start)
        if opening is None:
            break
        start = opening.start()
        depth += 1
    while depth > 0 and (closing := _CLOSING.match(response, end)):
        end = closing.end()
        depth -= 1
    return start, end


def _with_braces(response: str, start: int, end: int) -> Span:
    """Take in braces that are open or closed inside the span only, and the commands before them."""
    depth = lowest = 0
    for sign in response[start:end]:
        depth += (sign == "{") - (sign == "}")
        lowest = min(lowest, depth)
    for _ in range(-lowest):
        opening = _OPENING.search(response, max(0, start - 12), start)
        if opening is None:
            return start, end
        start = opening.start()
    while depth - lowest > 0 and response.startswith("}", end):
        end += 1
        depth -= 1
    if opening := _FRACTION.search(response, max(0, start - 6), start):
        start = opening.start()
    return start, end
