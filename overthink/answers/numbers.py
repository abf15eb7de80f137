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
_TENS_WORDS = "thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: 10 * tens for tens, word in enumerate(_TENS_WORDS.split(), 3)}
_SMALL = {**{word: value for value, word in enumerate(NUMBER_WORDS)}, **_TENS}
SCALES = {
    **{"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "lakh": 10**5, "crore": 10**7},
    **{"dozen": 12, "hundred": 100},
}
"""Words that multiply the number before them."""
_PARTS = {
    **{"half": 2, "halve": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8},
    **{"ninth": 9, "tenth": 10, "twelfth": 12, "twentieth": 20, "hundredth": 100, "thousandth": 1000},
}
_RANK_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth"
)
_RANKS = {
    **{word: rank for rank, word in enumerate(_RANK_WORDS.split(), 1)},
    **{word[:-1] + "ieth": tens for word, tens in _TENS.items()},
    **{"once": 1, "twice": 2, "double": 2, "thrice": 3, "triple": 3},
}
_BELOW_20 = "|".join(NUMBER_WORDS[:-1])
_BELOW_100 = rf"(?:(?:twenty|{'|'.join(_TENS)})(?:[ -](?:{'|'.join(NUMBER_WORDS[1:10])}))?|{_BELOW_20})(?![a-z])"
_BELOW_1000 = rf"(?:(?:{_BELOW_100}|an?) hundred(?:(?: and)? {_BELOW_100})?|{_BELOW_100})(?![a-z])"
_LARGE = "|".join(word for word in SCALES if word != "hundred")
_CARDINAL = (
    rf"(?:(?:{_BELOW_1000}|an?) (?:{_LARGE})(?:,? (?:and )?{_BELOW_1000}(?: (?:{_LARGE}))?){{0,4}}|{_BELOW_1000})"
    "(?![a-z])"
)
_ANY_PART = "|".join(_PARTS)
_SPELLED = re.compile(
    rf"(?P<sign>(?:minus|negative) )?(?:(?P<whole>{_CARDINAL})"
    rf"(?: and (?P<count>an?|{_BELOW_100})[ -](?P<part>{_ANY_PART})s?)?(?![a-z]|[ -](?:{_ANY_PART}))"
    rf"|(?:(?P<top>an?|{_BELOW_100})[ -])?(?P<alone>{_ANY_PART})s?(?![a-z]))"
    rf"(?: (?:an? )?(?P<scale>{_LARGE})(?![a-z]))?",
    re.IGNORECASE,
)
_WORD = re.compile("[a-z]+")
_RANK = re.compile(
    rf"(?:the )?(?:(twenty|{'|'.join(_TENS)})[ -])?({'|'.join(_RANKS)})(?: place| as [a-z]{{3,10}})?", re.IGNORECASE
)

_MONTHS = "January February March April May June July August September October November December"
MONTHS = tuple(_MONTHS.split())

_MOST_DIGITS = 60
_MOST_BITS = 2000
_LARGEST_EXPONENT = 400
_COARSEST, _FINEST = Fraction(1, 10**6), Fraction(1, 10**12)  # last places

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


def spelled_number(text: str) -> tuple[Fraction, int] | None:
    """The number that a text begins with in words, and where they end; None if it begins with none.

    "two and a half hours", "three quarters", "half a dozen", "minus six", "one hundred and five", "a third"; a place or
    "twice" if nothing else is said.
    """
    if rank := _RANK.fullmatch(text):
        return Fraction(_RANKS[rank[2].lower()] + _SMALL.get((rank[1] or "zero").lower(), 0)), len(text)
    found = _SPELLED.match(text)
    if found is None or (found["alone"] and found["alone"].lower() != "half" and not found["top"]):
        return None
    size = Fraction(_count(found["whole"])) if found["whole"] else Fraction(0)
    for top, part in ((found["count"], found["part"]), (found["top"] or "one", found["alone"])):
        if part:
            size += Fraction(_count(top), _PARTS[part.lower()])
    size *= SCALES[found["scale"].lower()] if found["scale"] else 1
    return (-size if found["sign"] else size), found.end()


def _count(words: str) -> int:
    """The whole number in words; "a" is one."""
    total = group = 0
    for word in _WORD.findall(words.lower()):
        scale = SCALES.get(word, 1)
        if scale > 100:
            total, group = total + (group or 1) * scale, 0
        else:
            group = (group or 1) * scale if scale > 1 else group + _SMALL.get(word, 0)
    return total + group if total + group or words.lower() == "zero" else 1


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


def step_of(text: str) -> Fraction:
    """One unit of the last decimal place that a number is written with; 0 if it has none."""
    found = _NUMBER.fullmatch(text.strip().replace(",", "." if _COMMA.fullmatch(text.strip()) else ""))
    places = len(found["decimal"].partition(".")[2]) if found and found["decimal"] else 0
    exponent = int(found["exponent"] or 0) if found else 0
    return Fraction(10) ** (exponent - places) if places or exponent else Fraction(0)


def rounded_from(number: Fraction, step: Fraction) -> tuple[Fraction, Fraction]:
    """The least and the largest number that this one may be, rounded or cut off behind its last decimal place.

    Itself alone if it has fewer than six places. More than twelve are mere noise, and five digits have to agree.
    """
    if not 0 < step <= _COARSEST:
        return number, number
    step, most = max(step, _FINEST), abs(number) / 10**5
    low, high = abs(number) - min(step / 2, most), abs(number) + min(step * Fraction(99, 100), most)
    return (low, high) if number > 0 else (-high, -low)


def _decimal(text: str) -> Fraction:
    return Fraction(text.replace(",", "").replace(" ", "").rstrip(".") or "0")


def _power(base: int, exponent: int) -> Fraction | None:
    if base.bit_length() * abs(exponent) > _MOST_BITS or (base == 0 and exponent <= 0):
        return None
    return Fraction(base) ** exponent
