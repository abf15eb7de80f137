"""Finds whatever in a text may be a stated answer, right or wrong: every value in the place of a result.

The own answer of the response is one of them wherever its final text gives one; the gold answer is never looked at.
Whether a candidate is an answer, and whether it ends a solution, is decided later (`rules`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import NamedTuple

from overthink.answers.numbers import NUMBER_WORDS
from overthink.records import Span
from overthink.solutions.english import number_words
from overthink.solutions.expressions import expressions
from overthink.solutions.intervals import intervals
from overthink.solutions.mentions import (
    NUMBER,
    Target,
    end_of_base,
    is_division,
    mentions,
    minus_before,
    stands_alone,
    value_of,
)
from overthink.solutions.wanted import TIME, Wanted
from overthink.text.markup import Plain


class Form(IntEnum):
    """What a candidate looks like."""

    WHOLE = 0
    FRACTION = 1
    SIGNS = 2
    LETTER = 3
    WORDS = 4


class Candidate(NamedTuple):
    """`start`, `end`: offsets into the plain text. `key`: the same for candidates of the same value.

    `own`: it is the response's own final answer; `rounded`: only as near as its digits go. `spelled`: a number written
    as a word.
    """

    start: int
    end: int
    key: str
    form: Form
    own: bool = False
    spelled: bool = False
    rounded: bool = False


_OPERATORS, _OPERATORS_BEFORE = frozenset("-+*/^=≡√(<≤≥>!±²³π"), frozenset("-+*/^√<≤≥>±")
_OPERATORS_AT_BRACKET = frozenset("/^²³")
_OPERATOR_BEFORE = re.compile(r"\b(?:times|plus|minus|by|mod) ?$")
_OPERATOR_AFTER = re.compile(r" ?(?:times|plus|minus|divided|multiplied)\b")
_ARGUMENT = re.compile(r"[a-zπ√]\([^()\n]{0,16}$")
_ITEM = re.compile(r"(?:^|\n)[ \t*#-]{0,4}$")
_LETTER = re.compile(r"(?<![\w\\'’])([A-J])(?![\w'’]| ?=|\.[a-z])")
_ARTICLE = re.compile(r" (?!is\b|and\b|or\b|because\b|as\b|since\b|seems\b|would\b|could\b|but\b|if\b|has\b)[a-z]")
_JOINING = re.compile(r",?\s?(?:(?:and|or)\s)?(?:[a-z](?:_?\d)? ?= ?)?")
_TOGETHER = 160
"""Characters in which all parts of an answer are, where it is stated."""

_BEFORE_SPELLED = re.compile(
    r"\b(?:is|are|be|equals|leaves|leaving|gives|makes|that's|so|answer:)(?: (?:just|only|exactly|indeed))? $"
)
_AFTER_SPELLED = re.compile(r"(?: (?!of\b)[a-z]+)?[.!?\n]|$")


def candidates(look_for: Wanted, view: Plain) -> list[Candidate]:
    """The candidates of a plain text in its order, none of which overlap. Linear in the text."""
    found = sorted(_all(look_for, view), key=lambda c: (c.start, -c.own, -c.end))
    owned = [c for c in found if c.own]
    kept: list[Candidate] = []
    taken = 0
    at = 0
    for one in found:
        while at < len(owned) and owned[at].end <= one.start:
            at += 1
        hidden = not one.own and at < len(owned) and owned[at].start < one.end and owned[at].end > one.start
        if one.start >= taken and not hidden:
            kept.append(one)
            taken = one.end
    return kept


def _all(look_for: Wanted, view: Plain) -> Iterator[Candidate]:
    for target in look_for.own:
        form = form_of(target)
        yield from (Candidate(m.start, m.end, "own", form, True, m.spelled, m.rounded) for m in mentions(target, view))
    if look_for.parts:
        yield from (Candidate(start, end, "own", Form.SIGNS, True) for start, end in _together(look_for.parts, view))
    if look_for.options:
        yield from _choices(look_for.options, view)
    yield from _statements(look_for, view.text)
    if not look_for.in_words:
        yield from _values(look_for, view)


def _statements(look_for: Wanted, text: str) -> Iterator[Candidate]:
    """The intervals, clauses, times and words, where such an answer is wanted."""
    if look_for.clauses:
        for start, end, key in look_for.clauses.stated(text):
            yield _of_key(start, end, key, Form.WORDS, look_for.clauses.own)
    if look_for.intervals:
        for start, end, key in intervals(text):
            yield _of_key(start, end, key, Form.SIGNS, look_for.own_interval)
    if look_for.times:
        for time in TIME.finditer(text):
            yield Candidate(*time.span(), time[0], Form.SIGNS)
    if look_for.words:
        for word in re.finditer(rf"\b(?:{'|'.join(look_for.words)})\b", text):
            yield Candidate(*word.span(), word[0], Form.WORDS)


def _of_key(start: int, end: int, key: str, form: Form, own: str) -> Candidate:
    return Candidate(start, end, "own" if key == own else key, form, key == own)


def _values(look_for: Wanted, view: Plain) -> Iterator[Candidate]:
    """The numbers and the expressions in the place of a result."""
    own = {_key(target) for target in look_for.own}
    for start, end, value in (*number_words(view.text), *_spelled(view.text)):
        mine = f"{value:.15g}" in own
        yield Candidate(start, end, "own" if mine else f"{value:.15g}", Form.WHOLE, mine, spelled=True)
    values = {option.number: letter for letter, option in look_for.options.items() if option.number is not None}
    yield from _numbers(view, values)
    for start, end, key, fraction in expressions(view.text):
        worked_out = not (fraction and key.lstrip("-").isdigit())  # as 26/102 is, but not 28/4
        mine = key in own and worked_out
        yield _of_key(start, end, key, Form.FRACTION if fraction else Form.SIGNS, key if mine else "")


def _key(target: Target) -> str:
    return target.signs if target.number is None else f"{target.number:.15g}"


def _spelled(text: str) -> Iterator[tuple[int, int, int]]:
    """`(start, end, value)` of English words for numbers in the place of a result."""
    for value, word in enumerate(NUMBER_WORDS):
        at = text.find(f" {word}") + 1
        while at:
            end = at + len(word)
            if _AFTER_SPELLED.match(text, end) and _BEFORE_SPELLED.search(text, max(0, at - 20), at):
                yield at, end, value
            at = text.find(f" {word}", end) + 1


def _together(parts: tuple[Target, ...], view: Plain) -> Iterator[Span]:
    """The stretches that hold all parts of an answer in their order, or in another with mere joinings between them."""
    places = sorted((mention.start, mention.end, k) for k, part in enumerate(parts) for mention in mentions(part, view))
    begun: dict[int, int] = {}  # by part: where the latest stretch that has come as far as this part begins
    listed: list[tuple[int, int, int]] = []  # the places that are joined to the latest one
    for start, end, k in places:
        joined = bool(listed) and _JOINING.fullmatch(view.text, listed[-1][1], start) is not None
        listed = [*(listed if joined else []), (start, end, k)][-len(parts) :]
        if len({part for *_, part in listed}) == len(parts):
            yield listed[0][0], end
            listed = []
        first = start if k == 0 else begun.pop(k - 1, None)
        if first is None or end - first > _TOGETHER:
            continue
        begun[k] = first
        if k == len(parts) - 1:
            yield first, end
            begun.clear()


def form_of(target: Target) -> Form:
    """What the places of a target look like."""
    if target.number is not None:
        return Form.WHOLE if target.number.is_integer() else Form.FRACTION
    return Form.LETTER if target.letter else Form.WORDS if target.prose else Form.SIGNS


def _numbers(view: Plain, options: Mapping[float, str]) -> Iterator[Candidate]:
    """The numbers that no operation takes further: `10` of `6 + 4 = 10`, not `6` and `4`."""
    text = view.text
    for found in NUMBER.finditer(text):
        start = found.start()
        end = end_of_base(text, found.end())
        if _goes_on(text, end) or not stands_alone(view, start, end) or is_division(found):
            continue
        value = value_of(found)
        minus = minus_before(text, start)
        start = minus if minus >= 0 else start
        if value is None or _is_operand(text, start, end):
            continue
        value = -value if minus >= 0 else value
        whole = value.is_integer() and not found[3]
        yield Candidate(start, end, options.get(value) or f"{value:.15g}", Form.WHOLE if whole else Form.FRACTION)


def _goes_on(text: str, end: int) -> bool:
    """Whether an operation takes up the number that ends there."""
    after = text[end : end + 2].lstrip(" ")[:1]
    if after == ")":
        return text[end + 1 : end + 2] in _OPERATORS_AT_BRACKET
    return bool(after) and (after in _OPERATORS or (after in "tpmd" and bool(_OPERATOR_AFTER.match(text, end))))


def _is_operand(text: str, start: int, end: int) -> bool:
    """Whether an operation or a function before takes the number, or it is the label of an item."""
    before = text[max(0, start - 2) : start].rstrip(" ")[-1:]
    if before in _OPERATORS_BEFORE:
        return True
    if before.isalpha() and _OPERATOR_BEFORE.search(text, max(0, start - 7), start):
        return True
    if text.find("(", max(0, start - 17), start) >= 0 and _ARGUMENT.search(text, max(0, start - 20), start):
        return True
    return text[end : end + 1] in (".", ")") and bool(_ITEM.search(text, max(0, start - 6), start))


def _choices(options: Mapping[str, Target], view: Plain) -> Iterator[Candidate]:
    """The letters of the options, and what is written behind them."""
    for found in _LETTER.finditer(view.cased):
        if found[1] in options and not (found[1] in "AI" and _ARTICLE.match(view.cased, found.end())):
            yield Candidate(*found.span(), found[1], Form.LETTER)
    for letter, target in options.items():
        if target.prose or target.signs:
            yield from (Candidate(m.start, m.end, letter, Form.WORDS) for m in mentions(target, view))
