"""Units and nouns that stand behind a number: "12 cm", "15 square inches", "6 trinkets", "9 (apples)"."""

from __future__ import annotations

import re
from fractions import Fraction

_LENGTH = {"mm": "1/1000", "cm": "1/100", "dm": "1/10", "m": "1", "km": "1000", "inch": "127/5000", "foot": "381/1250",
           "yard": "1143/1250", "mile": "201168/125"}  # fmt: skip
_MASS = {"mg": "1/1000", "g": "1", "kg": "1000", "ton": "1000000", "ounce": "45359237/1600000", "lb": "45359237/100000"}
_TIME = {"ms": "1/1000", "second": "1", "minute": "60", "hour": "3600", "day": "86400", "week": "604800"}
_LONG_TIME = {"month": "1", "year": "12", "decade": "120", "century": "1200"}
_VOLUME = {"ml": "1/1000", "liter": "1", "gallon": "3785411784/1000000000"}
_DOLLARS = {"dollar": "1", "cent": "1/100", "$": "1"}
_ANGLE = {"degree": "1", "radian": "0"}
_CLOCK = {"am": "1"}, {"pm": "1"}
_HEAT = {"fahrenheit": "1"}, {"celsius": "1"}
_MONEY = {"euro": "1"}, {"yuan": "1"}, {"rupee": "1"}, {"yen": "1"}

_SCALES: dict[str, tuple[int, Fraction]] = {
    unit: (dimension, Fraction(scale))
    for dimension, table in enumerate(
        (_LENGTH, _MASS, _TIME, _LONG_TIME, _VOLUME, _DOLLARS, _ANGLE, *_CLOCK, *_HEAT, *_MONEY)
    )
    for unit, scale in table.items()
}
_SYNONYMS = {
    "millimeter": "mm", "centimeter": "cm", "decimeter": "dm", "meter": "m", "kilometer": "km", "millimetre": "mm",
    "centimetre": "cm", "metre": "m", "kilometre": "km", "inches": "inch", "in": "inch", "feet": "foot", "ft": "foot",
    "yd": "yard", "mi": "mile", "gram": "g", "kilogram": "kg", "milligram": "mg", "oz": "ounce", "pound": "lb",
    "sec": "second", "s": "second", "min": "minute", "hr": "hour", "h": "hour", "yr": "year", "centuries": "century",
    "litre": "liter", "l": "liter", "milliliter": "ml", "millilitre": "ml", "gal": "gallon", "usd": "dollar",
    "¢": "cent", "€": "euro", "eur": "euro", "¥": "yuan", "rs": "rupee", "₹": "rupee", "a.m": "am", "p.m": "pm",
    "deg": "degree", "rad": "radian",
}  # fmt: skip
_POWERS = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}
_POWER = re.compile(r"\d")

_NUMBER_END = re.compile(r"[\d})%!](?![\d})%!,.]*[\d})%!])|\\pi(?![A-Za-z])")
_TAIL = re.compile(
    r"\s?(?:\^?\{?\s?(?:st|nd|rd|th)\s?\}?(?![A-Za-z]))?[-A-Za-z'’().$¢€¥₹£/ ]*(?:\^\s?\{?\s?\d\s?\}?)?\s?\.?"
)
_TEMPERATURE = re.compile(r"(?<=\d)\s?\^\\circ\s?([FC])$")
_BARE_POWER = re.compile(r"[mk]?m\^[23]")
_FOREIGN = re.compile(r"\s*[^\x00-\x7f¢€¥₹£°][^\d]*$")
_UNIT_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*(?:\.[A-Za-z](?=\.|\s|$))?|[$¢€¥₹£]")
# Words and letters that are no unit although they stand behind a number: functions, constants, joining words.
_JOINING = (
    "and or to of sin cos tan cot sec csc log ln exp sqrt pi mod lim max min gcd lcm det where when if for is are with"
)
_NOT_UNITS = frozenset(_JOINING.split())
_TRIGONOMETRY = re.compile(r"\\(?:sin|cos|tan|cot|sec|csc)(?![A-Za-z])")
_LONGEST = 60


def split_unit(text: str) -> tuple[str, str]:
    """A tidy answer without the unit or noun at its end, and that unit ("" where none stands there)."""
    if text.endswith(r"^\circ") and not _TRIGONOMETRY.search(text):
        return text[: -len(r"^\circ")].rstrip(), "degree"
    if scale := _TEMPERATURE.search(text):
        return text[: scale.start()], "fahrenheit" if scale[1] == "F" else "celsius"
    if foreign := _FOREIGN.search(text, max(0, len(text) - _LONGEST)):
        head = text[: foreign.start()].rstrip()
        return (head, foreign[0].strip()) if head and (head[-1].isdigit() or head[-1] in "})%") else (text, "")
    for end in _NUMBER_END.finditer(text, max(0, len(text) - _LONGEST)):
        tail = _TAIL.fullmatch(text, end.end())
        if (tail and _is_unit(tail[0])) or (text[0].isdigit() and _BARE_POWER.fullmatch(text, end.end())):
            return text[: end.end()], text[end.end() :].strip(" .{}")
    return text, ""


def _is_unit(tail: str) -> bool:
    words = _UNIT_WORD.findall(tail)
    if not words or any(word in _NOT_UNITS for word in words):
        return False
    first = words[0]
    if not first[0].isascii() or first == "$" or first in ("st", "nd", "rd", "th"):
        return True
    # "5 m" is five metres; "5m" may be five times m, "5ab" a product, "5 x" too.
    if len(first) == 1:
        return tail[0] == " " and _canonical(first) in _SCALES and (first.islower() or first == "L")
    return tail[0] in " (" or len(first) > 3 or _canonical(first) in _SCALES


def _canonical(word: str) -> str:
    word = word.lower()
    for form in (word, word.removesuffix("s"), word.removesuffix("es")):
        if form in _SYNONYMS:
            return _SYNONYMS[form]
        if form in _SCALES:
            return form
    return word


def scale(unit: str) -> tuple[str, Fraction] | None:
    """The dimension of a known unit and its size in it; None for nouns and units that are not known."""
    words = _UNIT_WORD.findall(unit)
    power = _POWER.search(unit)
    exponent = int(power[0]) if power else 1
    if words and words[0].lower() in _POWERS:
        exponent = _POWERS[words.pop(0).lower()]
    if len(words) != 1 or "/" in unit:
        return None
    known = _SCALES.get(_canonical(words[0]))
    if known is None or not known[1]:
        return None
    return f"{known[0]}^{exponent}", known[1] ** exponent
