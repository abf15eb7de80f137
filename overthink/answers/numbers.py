"""Rational and decimal numbers as answers write them, exactly and bounded in size."""

from __future__ import annotations

import re
from fractions import Fraction

_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
)
NUMBER_WORDS = tuple(_WORDS.split())
"""In English, from 0 on."""

_MOST_DIGITS = 60
_MOST_BITS = 2000
_LARGEST_EXPONENT = 400

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+(?![\d/])|\d+)"
_DECIMAL = rf"(?:{_DIGITS}(?:\.\d*)?|\.\d+)"
_NUMBER = re.compile(
    rf"(?P<sign>[-+]?)\s?(?:(?P<whole>\d+)\s?(?=\\frac|\d+\s?/)(?:(?<=\s)|(?=\\)))?"
    rf"(?:\\frac\s?\{{\s?(?P<top>-?\s?{_DECIMAL})\s?\}}\s?\{{\s?(?P<bottom>-?\s?{_DECIMAL})\s?\}}"
    rf"|(?P<numerator>{_DECIMAL})\s?/\s?(?P<denominator>{_DECIMAL})"
    rf"|(?P<decimal>{_DECIMAL}))"
    rf"(?:\s?\\cdot\s?10\s?\^\s?(?:\{{\s?)?(?P<exponent>[-+]?\d{{1,4}})(?:\s?\}})?)?"
)
_POWER = re.compile(r"(-?\d{1,20})\s?\^\s?(?:(\d)|\{\s?(-?\d{1,4})\s?\})")
_FULL_HOUR = re.compile(r"([01]?\d|2[0-4]):00")
_COMMA = re.compile(r"-?0,\d+")


def number_of(text: str) -> Fraction | None:
    r"""The number that a tidy text is: `1,000.5`, `-3/4`, `1\frac{1}{2}`, `1 1/4`, `3\cdot 10^{-7}`, `2^{10}`, `2:00`.

    None for everything else, and for numbers of more than 60 digits or 2,000 bits.
    """
    if len(text) > 2 * _MOST_DIGITS or not any(letter.isdigit() for letter in text):
        return None
    text = text.strip()
    if _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    if hour := _FULL_HOUR.fullmatch(text):
        text = hour[1]
    if found := _NUMBER.fullmatch(text):
        return _value(found)
    power = _POWER.fullmatch(text)
    return _power(int(power[1]), int(power[2] or power[3])) if power else None


def _value(found: re.Match[str]) -> Fraction | None:
    size = _size(found)
    exponent = int(found["exponent"] or 0)
    if size is None or abs(exponent) > _LARGEST_EXPONENT:
        return None
    if exponent:
        size *= Fraction(10) ** exponent
    return -size if found["sign"] == "-" else size


def _size(found: re.Match[str]) -> Fraction | None:
    """The value without its sign and power of ten; None for a fraction that is none."""
    whole = found["whole"]
    if found["decimal"]:
        return None if whole else _decimal(found["decimal"])
    top = _decimal(found["top"] or found["numerator"])
    bottom = _decimal(found["bottom"] or found["denominator"])
    if not bottom:
        return None
    if not whole:
        return top / bottom
    is_proper = 0 <= top / bottom < 1 and top.denominator == bottom.denominator == 1
    return int(whole) + top / bottom if is_proper else None


def is_decimal(text: str) -> bool:
    """Whether a number is written with a decimal point, and so may be rounded."""
    return "." in text or "10^" in text or bool(_COMMA.fullmatch(text.strip()))


def _decimal(text: str) -> Fraction:
    return Fraction(text.replace(",", "").replace(" ", "").rstrip(".") or "0")


def _power(base: int, exponent: int) -> Fraction | None:
    if base.bit_length() * abs(exponent) > _MOST_BITS or (base == 0 and exponent <= 0):
        return None
    return Fraction(base) ** exponent
