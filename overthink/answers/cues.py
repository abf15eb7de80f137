"""How texts announce an answer, in many languages: cues.toml as patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from overthink.answers.rules import data_file

DATA = data_file("cues.toml")


@dataclass(frozen=True, slots=True)
class Cues:
    """`final` and `forward` end where the value may begin; `backward` starts where it ends.

    `filler` is what a value may follow, `equates` what is said between a thing and its value.
    """

    final: re.Pattern[str]
    forward: re.Pattern[str]
    backward: re.Pattern[str]
    filler: re.Pattern[str]
    equates: re.Pattern[str]


def cues(data: Mapping[str, list[dict[str, Any]]] = DATA) -> Cues:
    """The patterns for the entries of cues.toml. All of them are linear in the length of the text."""
    link = rf"(?:(?:{_any(data['linked'], 'links')})\b|[=:：])"
    gap = r"[\s*_]{0,8}"
    forward = (
        rf"\b(?:{_any(data['linked'])})s?\b(?: to [^.\n]{{1,60}}?)?(?:{gap}{link})+{gap}",
        rf"\b(?:{_any(data['before_maths'])})\s{{1,4}}(?=\$|\\\(|\\\[)",
        rf"\b(?:{_any(data['alone'])})\b[\s:*—-]{{0,8}}",
        *(
            rf"(?:{_any([entry])})[\s*]{{0,8}}(?:{_any([entry], 'links')}|[:：])+[\s*]{{0,8}}"
            for entry in data["unspaced"]
        ),
    )
    return Cues(
        final=re.compile(
            rf"\b(?:{_any(data['final'])})\b(?:{gap}{link})*{gap}|(?:{_any(data['mark'])})[ \t]{{0,8}}", re.IGNORECASE
        ),
        forward=re.compile("|".join(forward), re.IGNORECASE),
        backward=re.compile("|".join(map(_behind, data["backward"])), re.IGNORECASE),
        filler=re.compile(
            rf"(?:{_any(data['filler'])}|[:：]|≈|\\approx|~|\*\*|\\?[\"“'‘]|\s)+",
            re.IGNORECASE,
        ),
        equates=re.compile(
            rf"(?<![A-Za-z])(?:{_any(data['equates'])})(?![A-Za-z'’])"
            r"|(?<![<>!:=])=(?![=>])|[:：](?!\d)|≈|\\approx"
        ),
    )


def _behind(entry: Mapping[str, Any]) -> str:
    links, owners, adjectives, words = (_any([entry], key) for key in ("links", "owners", "adjectives", "words"))
    return rf"\s(?:{links}) (?:{owners}) (?:(?:{adjectives}) )?(?:{words})\b"


def _any(entries: Iterable[Mapping[str, Any]], key: str = "words") -> str:
    """An alternation of all words of the entries; it never matches if there are none."""
    return "|".join(re.escape(word) for entry in entries for word in entry[key]) or "(?!)"
