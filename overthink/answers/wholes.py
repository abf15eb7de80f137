"""Two answers compared as wholes: by their notation, numbers, units, names and words."""

from __future__ import annotations

import re
from fractions import Fraction

from overthink.answers.numbers import rounded_from
from overthink.answers.shapes import List, Shape, Value
from overthink.answers.units import scale
from overthink.records import Verdict, Way

Outcome = tuple[Verdict, Way]
_BASED = re.compile(r"(\d[\dA-Fa-f.]*)(?:_\{(\d+)\})?")
_POUNDS = re.compile(r"[Pp]ounds?")
_WAYS = re.compile(
    r"\b(?:increase|decrease|gain|loss|profit|above|below|north|south|east|west|left|right|clockwise|counterclockwise)\b",
    re.IGNORECASE,
)
"""Words behind a number that say which way it goes."""
_FACE = re.compile(r"([01]?\d|2[0-4])(?::([0-5]\d)(?::([0-5]\d))?)?")
_HALVES = {"am": 0, "pm": 12}
OPTIONS = re.compile(r"[A-J]{1,6}")
UNKNOWN = re.compile(r"(?<![\\A-Za-z])(?!(?:e|i)(?![A-Za-z]))[A-Za-z]")
_ARTICLE = re.compile(r"^(?:(?:on|in|at)\s)?(?:(?:the|an?)\s)?(?!(?:least|most)\b)|[\s-]")
_SIGN = re.compile(r"\\(?:angle|triangle|overline)|\\[A-Za-z]+|.")
_ARGUMENT = re.compile(r"\([a-z]\)$")
_SIDE = re.compile(r"(?:m?\\angle|\\triangle|\\overline)?[{|\[]?[A-Z]{2,6}[}|\]]?")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z][a-z]+")


def by_notation(gold: Shape, answer: Shape) -> Outcome | None:
    """The verdict on two answers by their notation, number, unit and name; None if these do not decide it."""
    same = bool(gold.key) and gold.key == answer.key and gold.percent == answer.percent
    if same and not (gold.unit and answer.unit):
        return ("correct", "exact") if _is_comparable(gold, answer) else ("wrong", "exact")
    if isinstance(gold, Value) and isinstance(answer, Value):
        return _by_value(gold, answer)
    one, other = (shape.number if isinstance(shape, (Value, List)) else None for shape in (gold, answer))
    if one is not None and other is not None and type(gold) is not type(answer):  # a decimal comma on one side
        if not _is_comparable(gold, answer):
            return "wrong", "numeric"
        return ("correct", "numeric") if one == other else None
    if same and unit_ratio(gold, answer) == 1:
        return "correct", "exact"
    return None


def by_clock(gold: Shape, answer: Shape) -> Outcome | None:
    """Times of day, if one of them says which half: `5:45 PM` is `17:45`, and `5:45` if nothing else is said."""
    halves = [_HALVES.get(shape.unit.casefold().replace(".", "")) for shape in (gold, answer)]
    faces = [_FACE.fullmatch(shape.text) for shape in (gold, answer)]
    if halves == [None, None] or faces[0] is None or faces[1] is None:
        return None
    one, other = ([int(part or 0) for part in face.groups()] for face in faces if face)
    same = _on_24_hours(one, halves[0]) == _on_24_hours(other, halves[1])
    if None in halves:  # "21" is no time of day
        open_face = faces[halves.index(None)]
        same = one == other or (same and open_face is not None and ":" in open_face[0])
    return ("correct" if same else "wrong"), "numeric"


def _on_24_hours(face: list[int], half: int | None) -> list[int]:
    return face if half is None else [face[0] % 12 + half, *face[1:]]


def _by_value(gold: Value, answer: Value) -> Outcome | None:
    if gold.number is not None and answer.number is not None:
        return _by_number(gold, gold.number, answer, answer.number)
    if unit_ratio(gold, answer) is None or _is_infinite(gold) != _is_infinite(answer):
        return "wrong", "exact"
    if _are_other_names(gold, answer):
        is_open = UNKNOWN.search(gold.key) or UNKNOWN.search(answer.key)
        return None if is_open else ("wrong", "exact")  # x = 2y may be y = x/2
    if _is_infinite(gold):
        return ("correct" if gold.key.lstrip("+") == answer.key.lstrip("+") else "wrong"), "exact"
    return _by_base(gold.key, answer.key) or _by_ratio(gold.key, answer.key) or _by_letters(gold, answer)


def _by_number(gold: Value, number: Fraction, answer: Value, other: Fraction) -> Outcome:
    ratio = unit_ratio(gold, answer)
    if ratio is None or not _is_comparable(gold, answer):
        return "wrong", "numeric"
    if _are_close(number * ratio, gold.step * ratio, other, answer.step):
        return "correct", "exact" if gold.text == answer.text else "numeric"
    if gold.percent != answer.percent:
        # 75 % is 0.75. "10 %" for a gold answer "10" was met above: the question asks for per cent.
        one, another = (100, 1) if gold.percent else (1, 100)
        if _are_close(number / one, gold.step / one, other / another, answer.step / another):
            return "correct", "numeric"
    return "wrong", "numeric"


def _is_comparable(gold: Shape, answer: Shape) -> bool:
    """Whether neither their units nor their names or words say that they are different things."""
    if any(one.percent and _is_measured(other) for one, other in ((gold, answer), (answer, gold))):
        return False
    one, other = ({way.casefold() for way in _WAYS.findall(shape.whole)} for shape in (gold, answer))
    if one and other and one != other:
        return False
    return unit_ratio(gold, answer) is not None and not _are_other_names(gold, answer)


def _is_measured(shape: Shape) -> bool:
    """Whether it has a unit, and not only the dollar that TeX may have left."""
    measure = scale(shape.unit)
    return measure is not None and measure[0] != "dollars^1"


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
    if all(map(OPTIONS.fullmatch, letters)):
        same = sorted(letters[0]) == sorted(letters[1])
        return ("correct" if same else "wrong"), "exact"
    return None


def _are_close(gold: Fraction, gold_step: Fraction, answer: Fraction, answer_step: Fraction) -> bool:
    """Whether one of them is the other one, or rounds it."""
    (low, high), (least, most) = rounded_from(gold, gold_step), rounded_from(answer, answer_step)
    return low <= answer <= high or least <= gold <= most


def unit_ratio(gold: Shape, answer: Shape) -> Fraction | None:
    """How many of the answer's units one of the gold answer's is: 1 if either has none or is no known unit."""
    if not gold.unit or not answer.unit or gold.unit == answer.unit:
        return Fraction(1)
    one, other = scale(gold.unit), scale(answer.unit)
    if "£" in (gold.unit, answer.unit) and _POUNDS.search(gold.unit + answer.unit):
        return Fraction(1)
    if one is None or other is None:
        return Fraction(1)
    return one[1] / other[1] if one[0] == other[0] else None


def _are_other_names(gold: Shape, answer: Shape) -> bool:
    """`x = 5` is not `y = 5`, `AB = 5` is not `AC = 5` but `BA = 5`; of `f(x) = 5` and `y = 5` nothing is certain."""
    names = [_ARGUMENT.sub("()", shape.name) for shape in (gold, answer)]
    one, other = map(_SIGN.findall, names)
    if names[0].casefold() == names[1].casefold() or len(one) != len(other) or any(map(_WORD.search, names)):
        return False
    if len(one) > 1 and UNKNOWN.search(answer.key):  # a formula may be of a function with any name
        return False
    if all(map(_SIDE.fullmatch, names)) and sorted(one) == sorted(other):
        return False
    return all(map(_are_alike, one, other))


def _are_alike(sign: str, other: str) -> bool:
    """Whether two signs of names are the same, two letters or two digits."""
    return sign == other or (sign[-1].isalpha() and other[-1].isalpha()) or (sign.isdigit() and other.isdigit())


def by_words(gold: Shape, answer: Shape) -> Outcome | None:
    """Words are the same words, or the same option letters in any order; never a number or an expression."""
    one, other = (_ARTICLE.sub("", shape.text.casefold()) for shape in (gold, answer))
    return ("correct" if one == other else "wrong"), "exact"
