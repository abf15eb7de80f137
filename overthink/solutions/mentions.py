"""Finds the places of a value in a text: of a number, an expression, a word or an option letter.

Values are compared as numbers (`0.75` = `3/4` = `\\frac{3}{4}`, `sixty` = 60), everything else by its signs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from overthink.answers.numbers import NUMBER_WORDS
from overthink.records import Span
from overthink.text.markup import Plain, compact, plain_text

NUMBER = re.compile(  # its first sign is looked at first, which halves the time
    r"(?=[\d.])(?:(\d+) (?=\d+/\d))?(\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)(?: ?/ ?(\d+(?:,\d{3}(?!\d))*(?:\.\d+)?))?"
)
_ONLY_NUMBER = re.compile(
    rf"(-?) ?(?:{NUMBER.pattern}) ?(?:%|_\d{{1,2}}(?!\d))?(?:[ -]?[a-z/]++[.,]?){{0,6}}(?:²|\^[23])?"
)
_NAMED = re.compile(r"^(?:[a-z](?:\([a-z]\))? ?[=:]|[a-z] ?∈) ?")
_WORDS = dict(enumerate(NUMBER_WORDS)) | {
    30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety", 100: "hundred",
}  # fmt: skip
_NUMBERS_OF_WORDS = {word: value for value, word in _WORDS.items()}
_PROSE = re.compile(r"(?=.*[a-z]{2})[a-z][a-z', -]+")
_WORDS_AROUND = re.compile(r"^(?:[a-z]{2,} )+|(?: +[a-z]{2,}(?:[²³]|\^[23])?\.?)+$")
_ANY_LETTER = re.compile(r"[a-z]")
_LETTER = re.compile(r"\(?([a-z])\)?")
# What must not be around the digits of a whole number: more digits, a fraction, other thousands.
_AFTER_DIGITS = re.compile(r"(?:\.0+)?(?!\d|\.\d|,\d{3}(?!\d)| ?/ ?\d| \d+/\d)")
_BEFORE_DIGITS = re.compile(r"(?:\d|\.|\d ?/ ?)$")
_OPERAND = re.compile(r"[\w)²π] ?$")
_WORD_BEFORE = re.compile(r"(?<![a-z])[a-z]{2,} $")
_NO_BLANKS = "\u3040"
"""From here on scripts have no blanks between a number and the words around it."""
_WORD_GLUED = re.compile(r"(?<![a-z])(?:is|are|equals|gives|get)$")
_BASE = re.compile(r"_\d{1,2}(?!\d)|[₀-₉]{1,2}")
_BASE_BEGINS = frozenset("_₀₁₂₃₄₅₆₇₈₉")
_SYMBOL = (  # in the place of a result
    r"(?:[=≈:]|\b(?:is|equals?|gives?|get|simply|just|answer|(?:equal|simplif\w{{1,5}}|reduces?|comes|down) to)|\n)"
    r" ?({0})(?= ?(?:[.,;:?!)\n]|$)| (?:and|but|so|because|since|as|for|when|which)\b)"
)
_OPERATOR_BEFORE, _OPERATOR_AFTER = re.compile(r"[-+*/^] ?$"), re.compile(r" ?[-+*/^](?! ?[a-z]{2})|\(")
_SHORT = 3
"""Signs of an expression that is often only a part of another."""
_LONGEST_DECIMAL, _FEWEST_DIGITS = 12, 3
_MOST_DIGITS = 40  # of a fraction that is a value
_LONGEST_ANSWER = 300


@dataclass(frozen=True)
class Target:
    """What to look for: a number, else a word or a letter, else the signs of an expression."""

    number: float | None = None
    signs: str = ""
    prose: str = ""
    letter: str = ""
    spelled: str = ""
    """The English word for `number`, or ""."""


class Mention(NamedTuple):
    """`start`, `end`: offsets into the plain text. `spelled`: the number is written as a word. `rounded`: it is
    only near the value.
    """

    start: int
    end: int
    spelled: bool = False
    rounded: bool = False


def target_of(answer: str) -> Target:
    """What an answer looks like in any place; nothing at all if it is too long for one."""
    if len(answer) > _LONGEST_ANSWER:
        return Target()
    text = plain_text(answer)
    letter = _LETTER.fullmatch(text.lower().strip(" .*"))
    text = _end_of_chain(_NAMED.sub("", text.lower().strip(" .*"), count=1))
    number = _ONLY_NUMBER.fullmatch(text) or _ONLY_NUMBER.fullmatch(_WORDS_AROUND.sub("", text))
    if number and (value := value_of(NUMBER.search(text))) is not None:
        value = -value if number[1] else value
        return Target(number=value, spelled=_WORDS.get(int(value), "") if value.is_integer() else "")
    if letter:
        return Target(letter=letter[1].upper())
    if text in _NUMBERS_OF_WORDS:
        return Target(number=float(_NUMBERS_OF_WORDS[text]), spelled=text)
    prose = _PROSE.fullmatch(text)
    return Target(prose=text.strip()) if prose else Target(signs=compact(_WORDS_AROUND.sub("", text)).text)


def _end_of_chain(text: str) -> str:
    """`√117 = √(9*13) = 3√13` states 3√13; an equation in letters is an answer as it is."""
    *before, last = text.split("=")
    worked_out = len(before) > 1 or (before and not _ANY_LETTER.search(before[0]))
    return last.strip() if worked_out else text


def mentions(target: Target, view: Plain) -> Iterator[Mention]:
    """The places of `target` in a plain text, rising for each way of writing it. Linear in the text."""
    if target.number is not None:
        yield from _numbers(target, view)
    elif target.letter:
        for found in re.finditer(rf"(?<![\w\\]){target.letter}(?![\w'’]| ?=)", view.cased):
            yield Mention(*found.span())
    elif target.prose:
        for found in re.finditer(rf"(?<!\w){re.escape(target.prose)}(?!\w)", view.text):
            yield Mention(*found.span())
    elif len(target.signs) == 1 and "a" <= target.signs <= "z":
        yield from (Mention(*found.span(1)) for found in re.finditer(_SYMBOL.format(target.signs), view.text))
    elif target.signs:
        yield from _expressions(target.signs, view.text)


def value_of(number: re.Match[str] | None) -> float | None:
    """The value of a match of the number pattern; None if it has none."""
    if number is None:
        return None
    value = float(number[2].replace(",", ""))
    if number[3]:
        if (below := float(number[3].replace(",", ""))) == 0:
            return None
        value /= below
    value += float(number[1] or 0)
    return value if math.isfinite(value) else None


def _numbers(target: Target, view: Plain) -> Iterator[Mention]:
    wanted = target.number or 0.0
    size = abs(wanted)
    text = view.text
    places = _whole_numbers(int(size), text) if size.is_integer() else _values(size, text)
    for start, end in places:
        if stands_alone(view, start, end):
            minus = minus_before(text, start)
            if (minus >= 0) == (wanted < 0):
                rounded = _is_endless(size) and "/" not in text[start:end]
                yield Mention(minus if minus >= 0 else start, end, rounded=rounded)
    if target.spelled and wanted >= 0:
        for found in re.finditer(rf"\b{target.spelled}\b", text):
            yield Mention(*found.span(), spelled=True)


def _values(size: float, text: str) -> Iterator[Span]:
    """The places of numbers of this value, however they are written: as a fraction, in percent, or rounded."""
    endless = _is_endless(size)

    def is_meant(value: float, digits: str, one: float) -> bool:
        return _is_same(value, one) or (endless and _rounds(digits, value, one))

    for found in NUMBER.finditer(text):
        value = value_of(found)
        if value is None or is_division(found):
            continue
        if is_meant(value, found[0], size):
            yield found.start(), end_of_base(text, found.end())
        elif text.startswith("%", found.end()) and is_meant(value, found[0], 100 * size):
            yield found.start(), found.end() + 1


def _is_endless(size: float) -> bool:
    return len(f"{size:.15g}") > _LONGEST_DECIMAL


def _is_same(value: float, size: float) -> bool:
    return math.isclose(value, size, rel_tol=1e-9, abs_tol=1e-12)


def _rounds(digits: str, value: float, size: float) -> bool:
    """Whether a decimal of three significant digits or more is `size` rounded to them."""
    decimals = len(digits.partition(".")[2])
    significant = len(digits.replace(".", "").strip("0"))
    return decimals > 0 and significant >= _FEWEST_DIGITS and abs(value - size) <= 0.5000001 * 10.0**-decimals


def _whole_numbers(size: int, text: str) -> Iterator[Span]:
    """`_values` for whole numbers, which are most answers: their digits are looked for first."""
    for digits in {str(size), f"{size:,}"}:
        at = text.find(digits)
        while at >= 0:
            rest = _AFTER_DIGITS.match(text, at + len(digits))
            thousands = len(digits) == 3 and at > 1 and text[at - 1] == "," and text[at - 2].isdigit()
            if rest and not thousands and not _BEFORE_DIGITS.search(text, max(0, at - 3), at):
                yield at, end_of_base(text, rest.end())
            at = text.find(digits, at + len(digits))


def is_division(number: re.Match[str]) -> bool:
    """Whether `a/b` is still to be worked out: 48/6 and 150/200 are, 3/4 is not."""
    if number[3] is None:
        return False
    above, below = number[2].replace(",", ""), number[3].replace(",", "")
    if len(above) + len(below) > _MOST_DIGITS:
        return True
    return not (above.isdigit() and below.isdigit() and int(below) > 1 and math.gcd(int(above), int(below)) == 1)


def end_of_base(text: str, end: int) -> int:
    """The end of the base that a number at `end` is written in: of `1104_9`, `24₇`."""
    base = _BASE.match(text, end) if text[end : end + 1] in _BASE_BEGINS else None
    return base.end() if base else end


def stands_alone(view: Plain, start: int, end: int) -> bool:
    """Whether the number is a value by itself, not a part of a name, a power, a product such as `2x`, or a time."""
    text = view.text
    before = text[start - 1] if start else " "
    after, next_one = text[end : end + 1] or " ", text[end + 1 : end + 2]
    if before.isalnum() and before < _NO_BLANKS:
        if not _WORD_GLUED.search(text, max(0, start - 8), start):
            return False
    elif before in "._^√":
        return False
    if after in "√π^²³!_/" or (before == ":" and text[start - 2 : start - 1].isdigit()):
        return False
    if after.isalpha() and after < _NO_BLANKS:
        return next_one.isalpha() or (after in "cf" and not next_one.isalnum() and _had_sign(view, end))
    return not (after == ":" and next_one.isdigit())


def _had_sign(view: Plain, at: int) -> bool:
    """Whether a sign was dropped there: that of degrees in `54°F`."""
    return bool(view.at[at] - view.at[at - 1] > 1)


def minus_before(text: str, start: int) -> int:
    """The place of the sign of the number at `start`; -1 if there is none or if it subtracts."""
    spaced = text[start - 1 : start] == " "
    at = start - 2 if spaced else start - 1
    if at < 0 or text[at] != "-":
        return -1
    left = text[max(0, at - 12) : at]
    if left.endswith(" ") and not spaced:
        return at
    operand = _OPERAND.search(left)
    return -1 if operand and not _WORD_BEFORE.search(left) else at


def _expressions(signs: str, text: str) -> Iterator[Mention]:
    dense = compact(text)
    at = dense.text.find(signs)
    while at >= 0:
        start, end = int(dense.at[at]), int(dense.at[at + len(signs) - 1]) + 1
        before = text[start - 1] if start else " "
        after = text[end] if end < len(text) else " "
        glued_left = signs[0].isalnum() and ((before.isalnum() and before < _NO_BLANKS) or before == ".")
        glued_right = signs[-1].isalnum() and after.isalnum() and after < _NO_BLANKS
        operand = len(signs) <= _SHORT and (
            _OPERATOR_BEFORE.search(text, max(0, start - 2), start) or _OPERATOR_AFTER.match(text, end)
        )
        if not (glued_left or glued_right or operand):
            yield Mention(start, end)
        at = dense.text.find(signs, at + 1)
