"""Answers without members: an option letter, words, or a value with its currency, unit and per cent sign."""

from __future__ import annotations

import re
from dataclasses import replace

from overthink.answers.numbers import SCALES, number_of, step_of
from overthink.answers.shapes import Shape, Value, Words, key_of
from overthink.answers.units import split_unit

_DOTS = "\\ldots"
_CODE = re.compile(r"(?![A-J]+$)[A-Z]{3,12}")  # HTH is no product, and no options
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[a-z]+\}")
_WORD_RUN = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{4,}")
_CHOICE = re.compile(
    r"(?!.*\b(?:incorrect|wrong|false|not)\b)\(?\s*([A-J])\s*\)(?:\s*[:.]?\s.{0,80})?|([A-J])[.:]\s.{0,80}", re.DOTALL
)
_TRAILING = ' .,;:?。="`'
_PREFIX = re.compile(
    r"(?:(?:about|approximately|exactly|roughly|around|rs\.?|usd|us|(?-i:an?)(?=\s\d))\s+|\\approx\s*)?"
    r"(?P<sign>-?)\s?(?:(?P<currency>[$€£¥₹])\s?|(?<=\s))(?=[-\d.\\])",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\s*(?:%|percentage|percent|pct)(?:\s(?:points?|of)\b.*)?$", re.IGNORECASE)


def leaf_of(text: str) -> Shape:
    """Read what has no members: an option letter, or a value or words without prefix, unit and per cent sign."""
    whole = text
    if choice := _CHOICE.fullmatch(text):
        letter = choice[1] or choice[2]
        return Words(letter, letter, whole)
    prefix = _PREFIX.match(text)
    if prefix:
        text = prefix["sign"] + text[prefix.end() :]
    head, unit = split_unit(text)
    text = head or text
    percent = _PERCENT.search(text)
    if percent:
        text = text[: percent.start()]
    elif percent := _PERCENT.match(unit):
        unit = ""
    text = strip_punctuation(text)
    if number_of(digits := text.removesuffix(_DOTS)) is not None:
        text = digits
    if word := next((word for word in (unit.split(" ", 1)[0],) if word.lower() in SCALES), ""):
        return _scaled(text, word.lower(), unit.removeprefix(word).strip(), whole, prefix["currency"] if prefix else "")
    unit = (prefix and prefix["currency"]) or ("$" if "$" in unit else unit)
    leaf = Value(text, key_of(text), whole, unit=unit, percent=bool(percent), number=number_of(text))
    if leaf.number is not None:
        return replace(leaf, step=step_of(text))
    return Words(text, leaf.key, whole, unit=unit, percent=leaf.percent) if _is_words(text) else leaf


def _scaled(text: str, word: str, unit: str, whole: str, currency: str | None) -> Shape:
    """So many thousands or millions."""
    number = number_of(text)
    if number is None:
        return Words(whole, key_of(whole), whole)
    size = str(number * SCALES[word])
    return Value(size, size, whole, unit=currency or ("$" if "$" in unit else unit), number=number * SCALES[word])


def _is_words(text: str) -> bool:
    return any(not run.isupper() for run in _WORD_RUN.findall(_ENVIRONMENT.sub(" ", text))) or bool(
        _CODE.fullmatch(text)
    )


def is_sentence(text: str) -> bool:
    """Whether it has more words than an answer."""
    return len(_WORD_RUN.findall(text)) > 5


def strip_punctuation(text: str) -> str:
    """Without the punctuation, quotes and spare braces at its ends."""
    text = text.strip().rstrip(_TRAILING).lstrip("'\"`:,;} ")
    if text.endswith("}") and text.count("}") > text.count("{"):
        text = text[:-1].rstrip(_TRAILING)  # of a command that begins outside of what was quoted
    return text[:-1].rstrip() if text.endswith("\\") and not text.endswith("\\\\") else text
