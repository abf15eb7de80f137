"""Units and nouns behind a number: "12 cm", "15 square inches", "6 trinkets", "9 (apples)"."""

from __future__ import annotations

import re
from fractions import Fraction

from overthink.answers.rewrite import COMMON_FUNCTIONS
from overthink.answers.rules import data_file

# By name: what it measures, and its size in that; a unit without one is all that it measures.
_UNITS: dict[str, tuple[str, Fraction]] = {
    name: (dimension, Fraction(entry["size"])) if "size" in entry else (unit, Fraction(1))
    for dimension, table in data_file("units.toml").items()
    for unit, entry in table.items()
    for name in (unit, *entry.get("names", ()))
}
_POWERS = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}
_POWER = re.compile(r"\d")
_SHORT = {"mph": "miles per hour", "kph": "km/h", "kmh": "km/h", "fps": "feet per second"}

_NUMBER_END = re.compile(r"[\d})%!](?![\d})%!,.]*[\d})%!])|\\pi(?![A-Za-z])")
_TAIL = re.compile(
    r"\s?(?:\^?\{?\s?(?:st|nd|rd|th)\s?\}?(?![A-Za-z]))?[-A-Za-z'’().$¢€¥₹£/ ]*(?:\^\s?\{?\s?-?\s?\d\s?\}?)?\s?\.?"
)
_TEMPERATURE = re.compile(r"(?<=\d)\s?\^\\circ\s?([FC])$")
_BARE_POWER = re.compile(r"[mk]?m\^[23]")
_UNIT_FRACTION = re.compile(
    r"(?<=[\d}])\s\\frac\s?\{\s?([A-Za-z]{1,12})\s?\}\s?\{\s?([A-Za-z]{1,12})\s?((?:\^\s?\d)?)\s?\}$"
)
_FOREIGN = re.compile(r"\s*[^\x00-\x7f¢€¥₹£°][^\d]*$")
_UNKNOWN = re.compile(r"(?<![\\A-Za-z])[A-Za-z]")
_VOWEL = re.compile(r"[aeiouyAEIOUY]")
_UNIT_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*(?:\.[A-Za-z](?=\.|\s|$))?|[$¢€¥₹£]")
# Words and letters that are no unit although they follow a number: functions, constants, joining words.
_JOINING = (
    "and or to of pi mod where when if for is are with at not does do than only unless except but more less fewer"
    " wrong incorrect invalid false rejected"
)
_NOT_UNITS = frozenset((*_JOINING.split(), *COMMON_FUNCTIONS)) - {"min", "sec"}
_PER = re.compile(r"\s?/\s?|\sper\s")
TRIGONOMETRY = re.compile(r"\\(?:sin|cos|tan|cot|sec|csc)(?![A-Za-z])")
_LONGEST = 60


def split_unit(text: str) -> tuple[str, str]:
    """A tidy answer without the unit or noun at its end, and that unit ("" if there is none)."""
    if text.endswith(r"^\circ") and not TRIGONOMETRY.search(text):
        return text[: -len(r"^\circ")].rstrip(), "degree"
    if scale := _TEMPERATURE.search(text):
        return text[: scale.start()], "fahrenheit" if scale[1] == "F" else "celsius"
    if foreign := _FOREIGN.search(text, max(0, len(text) - _LONGEST)):
        head = text[: foreign.start()].rstrip()
        return (head, foreign[0].strip()) if head and (head[-1].isdigit() or head[-1] in "})%") else (text, "")
    if (ratio := _UNIT_FRACTION.search(text)) and _known(ratio[1]) and _known(ratio[2]):
        return text[: ratio.start()], f"{ratio[1]}/{ratio[2]}{ratio[3]}"
    for end in _NUMBER_END.finditer(text, max(0, len(text) - _LONGEST)):
        tail = _TAIL.fullmatch(text, end.end())
        if (tail and _is_unit(tail[0], text[: end.end()])) or (
            text[0].isdigit() and _BARE_POWER.fullmatch(text, end.end())
        ):
            return text[: end.end()], text[end.end() :].strip(" .{}")
    return text, ""


def _is_unit(tail: str, head: str) -> bool:
    words = _UNIT_WORD.findall(tail)
    if not words or any(word in _NOT_UNITS for word in words):
        return False
    first = words[0]
    if not first[0].isascii() or first in ("$", "st", "nd", "rd", "th") or first.lower() in (*_POWERS, *_SHORT):
        return True
    # "5 m" is five metres; "5m" may be five times m, "5ab" a product, "5 x" and "r^2 h" too.
    if len(first) == 1:
        return tail[0] == " " and (first in _UNITS or first == "L") and not _UNKNOWN.search(head)
    return (
        _known(first) is not None
        or len(first) > 3
        or (tail[0] == " " and len(first) == 3 and bool(_VOWEL.search(first)))
    )


def _known(word: str) -> tuple[str, Fraction] | None:
    """What a unit measures and its size in that, by its singular or plural; None for a word that is no known unit."""
    lower = word.lower()
    forms = (word, lower, lower.removesuffix("s"), lower.removesuffix("es"))
    return next((_UNITS[form] for form in forms if form in _UNITS), None)


def scale(unit: str) -> tuple[str, Fraction] | None:
    """The dimension of a known unit ("km/h", "cm^2") and its size in that; None for nouns and other units."""
    parts = [_scale(part) for part in _PER.split(_SHORT.get(unit.strip().lower(), unit))]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or len(parts) > 2:
        return None
    (dimension, size), *below = known
    return (f"{dimension}/{below[0][0]}", size / below[0][1]) if below else (dimension, size)


def _scale(unit: str) -> tuple[str, Fraction] | None:
    words = _UNIT_WORD.findall(unit)
    power = _POWER.search(unit)
    exponent = int(power[0]) if power else 1
    if words and words[0].lower() in _POWERS:
        exponent = _POWERS[words.pop(0).lower()]
    if len(words) != 1:
        return None
    known = _known(words[0])
    if known is None:
        return None
    dimension, _, own = known[0].partition("^")
    return f"{dimension}^{int(own or 1) * exponent}", known[1] ** exponent


DEGREE, RADIAN = scale("degree"), scale("radian")
