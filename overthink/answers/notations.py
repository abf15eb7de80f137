"""Answers in words or in a notation of their own: in the notation that all are compared in."""

from __future__ import annotations

import re
from fractions import Fraction

from overthink.answers.numbers import MONTHS, NUMBER_WORDS, spelled_number
from overthink.answers.rules import Rule, rewritten
from overthink.answers.shapes import Value, Words, key_of
from overthink.answers.units import scale

_NOUNS_BEHIND = re.compile(r"(?:[ -](?!(?:and|or)\b)[A-Za-z.$%]+){0,3}\s?[%.]?")
_UNENDING = re.compile(r"(-?\d{0,9}\.\d{0,12}?)(\d{1,8}?)\2{2,12}\d?\s?\\ldots")
_OUTWARD = re.compile(r"([\[\]])([^\[\]]{1,200})([\[\]])")
_EXCEPT = re.compile(
    r"(?:all |any )?(?:real )?numbers? (?:except|but|other than) (?:for )?(?:x\s?=\s?)?(.{1,40})", re.IGNORECASE
)
_OPERAND = (
    r"(\d[\d,]{0,12}(?:\.\d{1,9})?|[A-Za-z]|\\(?:pi|theta|alpha|beta|lambda)|\\frac\{[^{}]{1,20}\}\{[^{}]{1,20}\}"
    r"|\\sqrt\{[^{}]{1,20}\})"
)
_COUNT = rf"(?:{_OPERAND}|({'|'.join(NUMBER_WORDS[2:])}))"
SPOKEN = (
    Rule(
        "twice, half of",
        re.compile(rf"^(?:(twice|double)|(thrice|triple)|half(?: of)?) (?!a$){_OPERAND}$", re.IGNORECASE),
        lambda found: (
            rf"\frac{{{found[3]}}}{{2}}" if not (found[1] or found[2]) else f"{2 if found[1] else 3} {found[3]}"
        ),
        examples=(("twice x", "2 x"), ("Triple n", "3 n"), ("half of x", r"\frac{x}{2}"), ("half x", r"\frac{x}{2}")),
        not_examples=("twice as many", "half of the cake", "half a", "twice"),
    ),
    Rule(
        "a product, a sum in words",
        re.compile(
            rf"^{_COUNT} (?:(times|multiplied by)|(plus)|(minus)|(?:divided by|over)) {_OPERAND}$", re.IGNORECASE
        ),
        lambda found: _joined(found[1] or found[2], found[6], [bool(found[at]) for at in (3, 4, 5)]),
        examples=(
            ("three times n", r"3\cdot n"),
            ("x plus 5", "x+5"),
            ("x minus y", "x-y"),
            ("x divided by 5", r"\frac{x}{5}"),
        ),
        not_examples=("three times", "three times a day", "x plus", "plus 5"),
    ),
    Rule(
        "a power, a root in words",
        re.compile(
            rf"^(?:the )?(?:(square)|cube) root of {_OPERAND}$|^the square of {_OPERAND}$"
            rf"|^{_OPERAND} (?:(squared)|cubed)$",
            re.IGNORECASE,
        ),
        lambda found: (
            rf"\sqrt{'' if found[1] else '[3]'}{{{found[2]}}}"
            if found[2]
            else f"{{{found[3] or found[4]}}}^{2 if found[3] or found[5] else 3}"
        ),
        examples=(
            ("the square root of 5", r"\sqrt{5}"),
            ("cube root of x", r"\sqrt[3]{x}"),
            ("x squared", "{x}^2"),
            ("the square of x", "{x}^2"),
            ("x cubed", "{x}^3"),
        ),
        not_examples=("square root", "5 squared cm", "the square of the side"),
    ),
)
"""Expressions in words, as wholes."""
_AMOUNT = r"(\d[\d,]{0,12}(?:\.\d{1,9})?)"
_QUANTITY = re.compile(rf"(?:(\$)\s?{_AMOUNT}|{_AMOUNT}\s?([A-Za-z¢]{{1,14}}))\.?")
_QUANTITIES = re.compile(rf"{_QUANTITY.pattern}(?:\s?(?:,|and)?\s?{_QUANTITY.pattern}){{1,3}}")
_MONTH = "|".join(rf"{month[:3]}(?:{month[3:]}|t?\.)?" for month in MONTHS)
_DATE = re.compile(
    rf"(?:(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})|({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?)(?:,? (\d{{4}}))?",
    re.IGNORECASE,
)
_ISO_DATE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-([0-2]\d|3[01])")
_BETWEEN = re.compile(r"between (-?[\d.]{1,12}) and (-?[\d.]{1,12})")
_DAYTIME = re.compile(r"(\d{1,2}(?::\d\d)?) (?:(in the morning)|in the (?:afternoon|evening)|at night)")
_ABOUT = re.compile(r"(?:about|approximately|exactly|roughly|around|nearly)\s", re.IGNORECASE)
_RATIO_WORDS = re.compile(r"(\d{1,9}) to (\d{1,9})(?: to (\d{1,9}))?")
# Answers in words that have a notation, or that say the same.
_SAME_WORDS = {
    **dict.fromkeys(("allrealnumber", "allreal", r"\mathbb{r}", "realnumber", "real"), r"(-\infty,\infty)"),
    **dict.fromkeys(("allpositiverealnumber", "allpositivenumber", "allpositivereal"), r"(0,\infty)"),
    **dict.fromkeys(("allnegativerealnumber", "allnegativenumber", "allnegativereal"), r"(-\infty,0)"),
    **dict.fromkeys(
        (
            *(r"\emptyset", r"\{\}", "emptyset", "theemptyset", "nosolution", "norealsolution", "none"),
            *(
                "therearenosolution",
                "thereisnosolution",
                "therearenorealsolution",
                "nosolutionexist",
                "nosolutionsexist",
            ),
        ),
        "no solution",
    ),
    "no": "No",
    **dict.fromkeys(("noon", "12noon"), "12:00 PM"),
    **dict.fromkeys(("midnight", "12midnight"), "12:00 AM"),
    **dict.fromkeys(
        ("infinite", "infinitelymany", "infinitelymanysolution", "infinitesolution", "infinitenumberofsolution"),
        r"\infty",
    ),
    "true": "Yes",
    "false": "No",
    **dict.fromkeys(("dne", "doesnotexist", "undefined"), "undefined"),
}


def _usual(text: str) -> str | None:
    """The notation, or the usual words, for what is said in words."""
    same = _SAME_WORDS.get(key_of(text).casefold().rstrip("s."))
    return same if same != text else None


def _spelled(text: str) -> str | None:
    """A number in words as one in digits, and its unit: "two and a half hours"."""
    text = _ABOUT.sub("", text, count=1) if text[:1].isalpha() else text
    found = spelled_number(text) if text[:1].isalpha() else None
    if found is None or not _NOUNS_BEHIND.fullmatch(text, found[1]):
        return None
    number, end = found
    digits = str(number) if number.denominator == 1 else rf"\frac{{{number.numerator}}}{{{number.denominator}}}"
    return digits + text[end:]


def _joined(one: str, other: str, signs: list[bool]) -> str:
    """The product, sum or difference of two, or their quotient."""
    left = str(NUMBER_WORDS.index(one.lower())) if one.lower() in NUMBER_WORDS else one
    sign = next((sign for sign, used in zip((r"\cdot ", "+", "-"), signs, strict=True) if used), "")
    return f"{left}{sign}{other}" if sign else rf"\frac{{{left}}}{{{other}}}"


def spoken(text: str) -> str:
    """The expression that a text is in words, else the text."""
    return rewritten(text, SPOKEN)


def _said(text: str) -> str | None:
    """A range, a time of day."""
    if found := _BETWEEN.fullmatch(text):
        return f"({found[1]},{found[2]})"
    found = _DAYTIME.fullmatch(text)
    return f"{found[1]} {'AM' if found[2] else 'PM'}" if found else None


def _plainer(text: str) -> str | None:
    r"""All but one number, a decimal that never ends (`0.1666\ldots`), `]1, 3]`, "3 to 4"."""
    if found := _EXCEPT.fullmatch(text):
        return rf"x \ne {found[1]}"
    if found := _UNENDING.fullmatch(text):
        return rf"{found[1]}\overline{{{found[2]}}}"
    if found := _RATIO_WORDS.fullmatch(text):
        return ":".join(filter(None, found.groups()))
    found = _OUTWARD.fullmatch(text)
    if found is None or found[1] + found[3] == "[]":
        return None
    return f"{'(' if found[1] == ']' else '['}{found[2]}{')' if found[3] == '[' else ']'}"


def in_notation(text: str) -> str | None:
    """The answer in the notation that answers are compared in; None if it is already."""
    expression = spoken(text)
    return _usual(text) or (expression if expression != text else _spelled(text) or _said(text) or _plainer(text))


def date(text: str) -> Words | None:
    """A day of the year: "5 May", "May 5th, 2020"."""
    if found := _ISO_DATE.fullmatch(text):
        return Words.of(f"{MONTHS[int(found[2]) - 1]} {int(found[3])}, {found[1]}")
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    month = next(month for month in MONTHS if month.startswith((found[2] or found[3])[:3].capitalize()))
    day = f"{month} {found[1] or found[4]}"
    return Words.of(f"{day}, {found[5]}" if found[5] else day)


def quantities(text: str) -> Value | None:
    """Hours and minutes, feet and inches, dollars and cents as so many of the last unit."""
    if not _QUANTITIES.fullmatch(text):
        return None
    total = Fraction(0)
    sizes: list[tuple[str, Fraction]] = []
    for currency, money, amount, unit in _QUANTITY.findall(text):
        known = scale(currency or unit)
        if known is None or (sizes and (sizes[-1][0] != known[0] or sizes[-1][1] <= known[1])):
            return None
        sizes.append(known)
        total += Fraction((money or amount).replace(",", "")) * known[1]
        last = currency or unit
    return Value.of(text, unit=last, number=total / sizes[-1][1]) if len(sizes) > 1 else None
