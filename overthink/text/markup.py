"""Plain text: what a text of prose and LaTeX says once its markup is dropped, and where each sign came from."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_GAP = "\0"

# Every sign keeps its place: what is shorter than the command it replaces is filled up, and the filling
# is taken out at the end. Longer commands come before those that they begin with.
_DROPPED = (
    "\\left", "\\right", "\\displaystyle", "\\boxed", "\\fbox", "\\textbf", "\\text", "\\mathrm", "\\mathbf",
    "\\dfrac", "\\tfrac", "\\cfrac", "\\frac", "^{\\circ}", "^\\circ", "\\circ", "\\operatorname", "\\quad",
    "\\(", "\\)", "\\[", "\\]", "\\,", "\\!", "\\;", "\\:", "\\$", "\\%", "\\ ", "**",
)  # fmt: skip
_SIGNS = {
    "\\sqrt": "√", "sqrt": "√", "\\pi": "π", "\\cdot": "*", "\\times": "*", "\\div": "/", "\\approx": "≈",
    "\\implies": "⇒", "\\rightarrow": "⇒", "=>": "⇒", "->": "⇒", "\\pm": "±", "\\infty": "∞",
    "\\leq": "≤", "\\le": "≤", "\\geq": "≥", "\\ge": "≥", "}{": "/", "infinity": "∞",
}  # fmt: skip
_COMMANDS = [(command, _GAP * len(command)) for command in _DROPPED] + [
    (command, sign + _GAP * (len(command) - 1)) for command, sign in _SIGNS.items()
]
_WITHOUT_BACKSLASH = [pair for pair in _COMMANDS if "\\" not in pair[0]]
# Replacing sign by sign is faster than one translation: most of them are in no response.
_CHARACTERS = [*zip("×·−–÷⁄’\u00a0\u202f", "**--//'  ", strict=True), *((sign, _GAP) for sign in "${}°")]
_PI = re.compile(r"(?<![a-z\\])pi(?![a-z])")
_SPACING = str.maketrans(dict.fromkeys(" \t\r()[]|", _GAP))


@dataclass(frozen=True)
class Plain:
    """`cased[i]` comes from offset `at[i]` of the original, rising; `text` is the same in lower case."""

    text: str
    cased: str
    at: NDArray[np.int64]


def plain(text: str, start: int, end: int) -> Plain:
    """The text of `text[start:end]` without markup. Fractions become `a/b`, roots `√`. Linear."""
    return _without_gaps(_marked(text[start:end]), np.arange(start, end))


def compact(text: str) -> Plain:
    """A plain text without spaces and brackets, to compare expressions by; `at` counts in the plain text."""
    return _without_gaps(_compacted(text), np.arange(len(text)))


def compact_text(text: str) -> str:
    """The same if the offsets are not needed."""
    return _lower(_compacted(text).replace(_GAP, ""))


def _compacted(text: str) -> str:
    text = text.replace("* √", "*√" + _GAP).replace("* π", "*π" + _GAP).translate(_SPACING)
    for sign, same in (("^2", _GAP + "²"), ("*√", _GAP + "√"), ("*π", _GAP + "π")):
        text = text.replace(sign, same)
    return text


def plain_text(text: str) -> str:
    """The text without markup if the offsets are not needed; the case of letters is kept."""
    return _marked(text).replace(_GAP, "")


def _marked(text: str) -> str:
    """The text with a sign for each command and a gap for each character that it is longer than that sign."""
    for command, sign in _COMMANDS if "\\" in text else _WITHOUT_BACKSLASH:
        text = text.replace(command, sign)
    for character, sign in _CHARACTERS:
        text = text.replace(character, sign)
    return _PI.sub("π" + _GAP, text) if "pi" in text else text


def _lower(text: str) -> str:
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)


def _without_gaps(text: str, at: NDArray[np.int64]) -> Plain:
    if _GAP in text:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        text, at = text.replace(_GAP, ""), at[codes != 0]
    return Plain(_lower(text), text, at)
