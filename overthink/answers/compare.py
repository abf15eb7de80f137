"""Answers compared without SymPy: in one notation, as numbers, as words, and member by member.

These ways never give another verdict than SymPy would; where only SymPy can tell, they give none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache

from overthink.answers.parse import Shape, shape_of
from overthink.answers.rewrite import LONGEST
from overthink.answers.units import scale
from overthink.records import Verdict, Way

Outcome = tuple[Verdict, Way]
Leaves = Callable[[Shape, Shape], Outcome | None]
"""Compares two values, equations or inequalities that are written differently."""

_RANK: dict[Way, int] = {"exact": 0, "numeric": 1, "symbolic": 2}
_BASED = re.compile(r"(\d[\dA-Fa-f.]*)(?:_\{(\d+)\})?")
_OPTIONS = re.compile(r"[A-J]{1,6}")
_ROUNDING = Fraction(5, 10**7)  # a decimal of six places or more stands for the number that it rounds


def number(answer: str) -> Fraction | None:
    """The rational or decimal number that an answer is, bounded in size; per cent are not divided by 100."""
    shape = shape_of(answer)
    return shape.value if shape.kind == "value" else None


def same_cheaply(gold: str, answer: str) -> Outcome | None:
    """The verdict on `answer` where it can be told without SymPy, else None."""
    if len(gold) > LONGEST or len(answer) > LONGEST:
        return _same_cheaply.__wrapped__(gold, answer)
    return _same_cheaply(gold, answer)


@lru_cache(maxsize=8192)
def _same_cheaply(gold: str, answer: str) -> Outcome | None:
    if not answer.strip():
        return "wrong", "missing"
    if not gold.strip():
        return None
    if gold == answer:
        return "correct", "exact"
    read = shape_of(answer)
    if not read.key and not read.items:
        return "wrong", "missing"
    return compare(shape_of(gold), read, _undecided)


def compare(gold: Shape, answer: Shape, leaves: Leaves) -> Outcome | None:  # noqa: PLR0911  one case a return
    """The verdict on two answers, member by member; `leaves` tells where two values are written differently."""
    gold, answer = _single(gold), _single(answer)
    if outcome := _by_notation(gold, answer):
        return outcome
    kinds = (gold.kind, answer.kind)
    if "words" in kinds:
        return _by_words(gold, answer)
    if gold.kind == answer.kind == "tuple":
        if len(gold.items) == 2 and gold.brackets != answer.brackets and len(answer.items) == 2:
            return "wrong", "exact"
        return _in_order(gold.items, answer.items, leaves)
    if gold.kind == answer.kind == "list":
        if _are_named(gold.items) != _are_named(answer.items):
            return _in_order(gold.items, answer.items, leaves)
        return _in_any_order(gold.items, answer.items, leaves)
    if gold.kind == answer.kind == "matrix":
        if gold.columns != answer.columns:
            return "wrong", "exact"
        return _in_order(gold.items, answer.items, leaves)
    if gold.kind == answer.kind == "union":
        outcome = _in_any_order(gold.items, answer.items, leaves)
        return outcome if outcome and outcome[0] == "correct" else leaves(gold, answer)
    return _across_kinds(gold, answer, leaves)


def _single(shape: Shape) -> Shape:
    """The member of a list of one: `\\{3\\}`, `5, 5`."""
    if shape.kind == "list" and len({item.key for item in shape.items}) == 1:
        return shape.items[0]
    return shape


def _across_kinds(gold: Shape, answer: Shape, leaves: Leaves) -> Outcome | None:  # noqa: PLR0911  one case a return
    for one, other in ((gold, answer), (answer, gold)):
        flipped = one is answer

        def again(first: Shape, second: Shape, flipped: bool = flipped) -> Outcome | None:
            return compare(second, first, leaves) if flipped else compare(first, second, leaves)

        if one.kind == "relation" and one.items and other.kind in ("tuple", "union"):
            return again(one.items[0], other)
        if (
            one.kind == "list"
            and other.kind == "union"
            and all(item.kind == "relation" and item.items for item in one.items)
        ):
            return _in_any_order([item.items[0] for item in one.items], other.items, leaves)
        if one.kind == "matrix" and other.kind == "tuple" and (one.columns == 1 or len(one.items) == one.columns):
            return _in_order(one.items, other.items, leaves)
        if one.kind == "matrix" and other.kind == "list" and (one.columns == 1 or len(one.items) == one.columns):
            return _in_order(one.items, other.items, leaves)
    if gold.kind == answer.kind == "relation" and gold.items and answer.items:
        if gold.name.casefold() != answer.name.casefold():
            return "wrong", "exact"
        return compare(gold.items[0], answer.items[0], leaves)
    if gold.kind == "tuple" and answer.kind == "list":
        return _in_order(gold.items, answer.items, leaves)
    if gold.kind == "list" and answer.kind == "tuple":
        if answer.brackets not in ("()", "") and len(answer.items) == 2:
            return "wrong", "exact"
        return _in_any_order(gold.items, answer.items, leaves)
    for one, other in ((gold, answer), (answer, gold)):
        if (
            one.kind in ("tuple", "list", "matrix")
            and len(one.items) > 1
            and other.kind == "value"
            and other.value is not None
        ):
            return "wrong", "exact"
    return leaves(gold, answer)


def _by_notation(gold: Shape, answer: Shape) -> Outcome | None:  # noqa: PLR0911  one case a return
    """What can be told of two values by their notation, number, unit and name."""
    if gold.key == answer.key and gold.key and gold.percent == answer.percent and not (gold.unit and answer.unit):
        return ("wrong", "exact") if _are_other_names(gold, answer) else ("correct", "exact")
    if gold.value is not None and answer.value is not None and "value" in (gold.kind, answer.kind):
        return _by_number(gold, answer)
    if gold.kind == answer.kind == "value":
        if (
            unit_ratio(gold, answer) is None
            or _are_other_names(gold, answer)
            or _is_infinite(gold) != _is_infinite(answer)
        ):
            return "wrong", "exact"
        if _is_infinite(gold):
            return ("correct" if gold.key.lstrip("+") == answer.key.lstrip("+") else "wrong"), "exact"
        return _by_base(gold.key, answer.key) or _by_ratio(gold.key, answer.key) or _by_letters(gold, answer)
    if gold.key == answer.key and gold.key and unit_ratio(gold, answer) == 1 and gold.percent == answer.percent:
        return "correct", "exact"
    return None


def _by_number(gold: Shape, answer: Shape) -> Outcome | None:
    assert gold.value is not None and answer.value is not None
    ratio = unit_ratio(gold, answer)
    if ratio is None or _are_other_names(gold, answer):
        return "wrong", "numeric"
    rounded = gold.decimal or answer.decimal
    if gold.kind != answer.kind:  # a decimal comma on one side
        return ("correct", "numeric") if gold.value == answer.value else None
    if _are_close(gold.value * ratio, answer.value, rounded):
        return "correct", "exact" if gold.text == answer.text else "numeric"
    if gold.percent != answer.percent:
        # 75 % is 0.75. "10 %" for a gold answer "10" was met above: the question asks for per cent.
        divided = (gold.value / 100, answer.value) if gold.percent else (gold.value, answer.value / 100)
        if _are_close(*divided, rounded):
            return "correct", "numeric"
    return "wrong", "numeric"


def _is_infinite(shape: Shape) -> bool:
    return shape.key.lstrip("+-") == "\\infty"


def _by_base(gold: str, answer: str) -> Outcome | None:
    """Numerals with a base: 52 in base 8 is not 52 in base 10; an answer that leaves the base out has its digits."""
    one, other = _BASED.fullmatch(gold), _BASED.fullmatch(answer)
    if one is None or other is None or not (one[2] or other[2]):
        return None
    same = one[1].upper() == other[1].upper() and (one[2] == other[2] or not (one[2] and other[2]))
    return ("correct" if same else "wrong"), "exact"


def _by_ratio(gold: str, answer: str) -> Outcome | None:
    """`2:3` is `4:6`; `1:00` is a time."""
    one, other = gold.split(":"), answer.split(":")
    if len(one) < 2 or len(other) < 2 or not all(part.isdecimal() and len(part) < 20 for part in one + other):
        return None
    terms = [[int(part) for part in parts] for parts in (one, other)]
    is_time = any(part[0] == "0" for part in one[1:] + other[1:])
    same = len(one) == len(other) and (
        terms[0] == terms[1]
        or (
            not is_time
            and all(a * terms[1][0] == b * terms[0][0] for a, b in zip(*terms, strict=True))
            and terms[0][0] > 0
        )
    )
    return ("correct" if same else "wrong"), "numeric"


def _by_letters(gold: Shape, answer: Shape) -> Outcome | None:
    """Option letters: `C` is `c`, `ACD` is `DCA`; and short words: `red` is `Red`."""
    if len(gold.key) > 2 and gold.key.isalpha() and gold.key.casefold() == answer.key.casefold():
        return "correct", "exact"
    letters = [key.upper() if len(key) == 1 else key for key in (gold.key, answer.key)]
    if all(map(_OPTIONS.fullmatch, letters)):
        same = sorted(letters[0]) == sorted(letters[1])
        return ("correct" if same else "wrong"), "exact"
    return None


def _are_close(gold: Fraction, answer: Fraction, rounded: bool) -> bool:
    if gold == answer:
        return True
    return rounded and abs(gold - answer) <= min(_ROUNDING, abs(gold) / 10**5)


def unit_ratio(gold: Shape, answer: Shape) -> Fraction | None:
    """How many of the answer's units one of the gold answer's is: 1 where either has none or is no known unit."""
    if not gold.unit or not answer.unit or gold.unit == answer.unit:
        return Fraction(1)
    one, other = scale(gold.unit), scale(answer.unit)
    if one is None or other is None:
        return Fraction(1)
    return one[1] / other[1] if one[0] == other[0] else None


def _are_other_names(gold: Shape, answer: Shape) -> bool:
    """`x = 5` is not `y = 5`."""
    return len(gold.name) == len(answer.name) == 1 and gold.name.casefold() != answer.name.casefold()


def _are_named(items: Sequence[Shape]) -> bool:
    """Whether each item has a name of its own, so that their order says nothing."""
    names = [item.name for item in items]
    return all(names) and len(set(names)) == len(names)


def _by_words(gold: Shape, answer: Shape) -> Outcome | None:
    """Words are the same words, or the same option letters in any order; never a number or an expression."""
    if gold.key.casefold() == answer.key.casefold():
        return "correct", "exact"
    return "wrong", "exact"


def _in_order(gold: Sequence[Shape], answer: Sequence[Shape], leaves: Leaves) -> Outcome | None:
    if len(gold) != len(answer):
        return "wrong", "exact"
    way: Way = "exact"
    undecided: list[tuple[Shape, Shape]] = []
    for one, other in zip(gold, answer, strict=True):
        outcome = compare(one, other, _undecided)
        if outcome is None:
            undecided.append((one, other))
        elif outcome[0] == "wrong":
            return outcome
        else:
            way = _later(way, outcome[1])
    for one, other in undecided:
        outcome = compare(one, other, leaves)
        if outcome is None or outcome[0] != "correct":
            return outcome
        way = _later(way, outcome[1])
    return "correct", way


def _in_any_order(gold: Sequence[Shape], answer: Sequence[Shape], leaves: Leaves) -> Outcome | None:
    gold, answer = _distinct(gold), _distinct(answer)
    if len(gold) != len(answer):
        return "wrong", "exact"
    way: Way = "exact"
    left = list(answer)
    unmatched: list[Shape] = []
    for one in gold:
        found = next((other for other in left if _is_correct(compare(one, other, _undecided))), None)
        if found is None:
            unmatched.append(one)
        else:
            left.remove(found)
    for one in unmatched:
        outcomes = [(other, compare(one, other, leaves)) for other in left]
        match = next(((other, outcome) for other, outcome in outcomes if _is_correct(outcome)), None)
        if match is None:
            unsure = [outcome for _, outcome in outcomes if outcome is None or outcome[0] == "undetermined"]
            return unsure[0] if unsure else ("wrong", _latest(outcome for _, outcome in outcomes if outcome))
        left.remove(match[0])
        assert match[1] is not None
        way = _later(way, match[1][1])
    return "correct", way


def _distinct(items: Sequence[Shape]) -> list[Shape]:
    return list({(item.key, item.name): item for item in items}.values())


def _is_correct(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome[0] == "correct"


def _undecided(_gold: Shape, _answer: Shape) -> None:
    return None


def _later(way: Way, other: Way) -> Way:
    return other if _RANK.get(other, 3) > _RANK.get(way, 3) else way


def _latest(outcomes: object) -> Way:
    way: Way = "exact"
    for outcome in outcomes:  # type: ignore[attr-defined]
        way = _later(way, outcome[1])
    return way
