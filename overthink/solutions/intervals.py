"""Intervals and inequalities as values: `0 < c < 9` is `(0, 9)`, and `x < 1 or x > 2` is `(-∞, 1) ∪ (2, ∞)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from math import inf
from typing import NamedTuple

from overthink.text.markup import compact_text, plain_text

_NUMBER = r"(?:\d+(?:\.\d+)?(?:√\(?\d+\)?|π)?|\.\d+|√\(?\d+\)?|π|∞)(?: ?/ ?\d+)?"
_VALUE = rf"([-+]? ?{_NUMBER})"
_VARIABLE = r"(?:[a-zθ](?:_?\d)?(?:\([a-z]\))?|\|[a-z]\|)"
_LESS, _MORE = "(<=?|≤)", "(>=?|≥)"
_BEGINS = r"(?<![\w.^√π)])(?<![-+*/<>≤≥^=] )(?<![-+*/<>≤≥^=])"
_PIECE = re.compile(
    rf"(?:([(\[]) ?{_VALUE} ?, ?{_VALUE} ?([)\]])"
    rf"|{_BEGINS}{_VALUE} ?{_LESS} ?{_VARIABLE} ?{_LESS} ?{_VALUE}"
    rf"|{_BEGINS}{_VALUE} ?{_MORE} ?{_VARIABLE} ?{_MORE} ?{_VALUE}"
    rf"|{_BEGINS}{_VARIABLE} ?(?:{_LESS}|{_MORE}) ?{_VALUE}"
    rf"|\b(?:(between)|from) {_VALUE} (?:and|to) {_VALUE}"
    rf"|\bgreater than (or equal to )?{_VALUE},? (?:and|but) less than (or equal to )?{_VALUE})"
    r"(?![\w^*/+√π(]| [-*/+]|\.\d| ?[<>≤≥=])"
)
_JOINED = re.compile(r" ?(?:∪|\\cup|\bu\b|union|or|,? ?and)? ?")
_MEMBER = re.compile(rf"^{_VARIABLE} ?(?:∈|\\in) ?")
_SIGNS = re.compile(r"[<>≤≥(\[]|\\[lg]e")
_FAR = re.compile("∞")
_IN_WORDS = re.compile(
    r"\bintervals?\b|\binequalit|\bsolution set\b|\b(?:range|domain) of\b|\b(?:values|numbers)\b[^.?]*[<>≤≥]"
)
_MOST_PIECES = 6


class Interval(NamedTuple):
    """The bounds as numbers to sort by and as they are written, and whether each belongs to it."""

    low: float
    high: float
    lowest: str
    highest: str
    with_low: bool
    with_high: bool


@lru_cache(maxsize=64)
def asks_interval(question: str) -> bool:
    """Whether the answer to a question is likely an interval or an inequality."""
    return bool(_IN_WORDS.search(plain_text(question).lower()))


def interval_of(answer: str, asked: bool) -> str:
    """The key of an answer that is an interval, an inequality or several of them, "" otherwise.

    `asked`: an interval is asked for, so that `(0, 9)` is one and no point.
    """
    if not _SIGNS.search(answer):
        return ""
    text = _MEMBER.sub("", plain_text(answer).lower().strip(" .*"))
    found = next(intervals(text), None)
    if found is None or found[:2] != (0, len(text)):
        return ""
    return found[2] if asked or not re.fullmatch(r"\([^∞∪]*\)", found[2]) or text[0] != "(" else ""


def intervals(text: str) -> Iterator[tuple[int, int, str]]:
    """`(start, end, key)` of each interval, inequality, or union of them in a plain text in lower case, rising."""
    run: list[Interval] = []
    start = end = 0
    for found in _PIECE.finditer(text):
        piece = _interval(found)
        if piece is None:
            continue
        joining = text[end : found.start()] if found.start() - end < _MOST_PIECES * 2 else "\n"
        joined = bool(run) and len(run) < _MOST_PIECES and bool(joining.strip()) and _JOINED.fullmatch(joining)
        if joined and "and" in joining and (both := _both(run[-1], piece)):
            run = [*run[:-1], both]
        elif joined and ("and" not in joining or found[1]):
            run = [*run, piece]
        else:
            if run:
                yield start, end, _key(run)
            run, start = [piece], found.start()
        end = found.end()
    if run:
        yield start, end, _key(run)


def _interval(found: re.Match[str]) -> Interval | None:
    left, low, high, right, *chain = found.groups()
    if left:
        return _between(low, high, left == "[", right == "]")
    first, less, less_too, second, above, more, more_too, below, up, down, bound, *words = chain
    if first:
        return _between(first, second, less != "<", less_too != "<")
    if above:
        return _between(below, above, more_too != ">", more != ">")
    if bound:
        return _between("-∞", bound, False, up != "<") if up else _between(bound, "∞", down != ">", False)
    between, low, high, with_low, above, with_high, below = words
    if low:
        return _between(low, high, not between, not between)
    return _between(above, below, bool(with_low), bool(with_high))


def _between(low: str, high: str, with_low: bool, with_high: bool) -> Interval | None:
    (first, lowest), (second, highest) = _bound(low), _bound(high)
    return Interval(first, second, lowest, highest, with_low, with_high) if first < second else None


def _bound(text: str) -> tuple[float, str]:
    """A bound as a number, which is rough where roots and π are in it, and as it is compared."""
    signs = compact_text(text).lstrip("+")
    above, _, below = signs.partition("/")
    number, divisor = _size(above), _size(below) if below else 1.0
    value = number / divisor if divisor else inf
    plain_number = not re.search("[√π∞]", signs)
    return value, f"{value:.15g}" if plain_number else signs


def _size(signs: str) -> float:
    sign, rest = (-1.0, signs[1:]) if signs.startswith("-") else (1.0, signs)
    if _FAR.search(rest):
        return sign * inf
    factor, _, root = rest.partition("√")
    size = float(factor.rstrip("π") or 1) * (float(root) ** 0.5 if root else 1.0)
    return sign * size * (3.141592653589793 if "π" in rest else 1.0)


def _both(one: Interval, other: Interval) -> Interval | None:
    """What two half-lines have in common if they face each other: `x > 2 and x < 4`."""
    low, high = (one, other) if one.high == inf else (other, one)
    if low.high != inf or high.low != -inf or not -inf < low.low < high.high < inf:
        return None
    return Interval(low.low, high.high, low.lowest, high.highest, low.with_low, high.with_high)


def _key(run: list[Interval]) -> str:
    return "∪".join(
        f"{'[' if one.with_low else '('}{one.lowest},{one.highest}{']' if one.with_high else ')'}"
        for one in sorted(run)
    )
