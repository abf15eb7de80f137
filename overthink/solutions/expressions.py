"""Finds the expressions of a plain text in the place of a result: right sides, what a verb comes to, points."""

from __future__ import annotations

import re
from collections.abc import Iterator

from overthink.records import Span
from overthink.solutions.mentions import NUMBER, is_division, value_of
from overthink.solutions.wanted import MOST_SIGNS
from overthink.text.markup import compact_text

_LETTERS = "à-öø-ÿа-яё\u0100-\u017f\u3000-\u9fff\uac00-\ud7af\uff01-\uff60"  # of words, not of formulas
_WORD = r"(?:[a-z]{3,}|is|so|or|if|to|in|as|we|it)\b"
_RELATIONS = "=≈⇒→⟹≡"
_RIGHT_SIDE = re.compile(
    rf"[=≈≡] ?((?:(?!\s{_WORD})[^{_RELATIONS};:?!\n\"“”.{_LETTERS}]|\.(?=\d)){{1,60}}?)"
    rf"(?= ?(?:[{_RELATIONS};:?!\n\"”{_LETTERS}]|\.(?!\d)|,\s)|\s{_WORD}| ?\(?mod|$)"
)
_AFTER_VERB = re.compile(
    r"\b(?:is|be|are|was|equals?|gets?|gives?|yields?|obtain|have|answer|becomes?|to|with) {1,3}"
    r"(?=\S*[√π^²/()+*|-]|\S+ [≤<≥>]|[^\s=]+ [-+] [^\s=]*[a-z√π](?![a-z]))(?![a-z]{3,})"
    rf"((?:[^\s;:?!\"“”.,{_LETTERS}]|\.(?=\d)|,(?=\S))"
    rf"(?:(?:[^;:?!\n\"“”.\s{_LETTERS}]|\.(?=\d)| (?![a-z]{{2,}}))){{0,48}})"
)
# Signs that it begins with are looked for first: several times as fast. So is the next one.
_TUPLE = re.compile(r"[(\[](?<![a-z\d_^].) ?[^()\[\]\n,;=]{1,24}, ?[^()\[\]\n=;]{1,40}[)\]]")
_ANSWER_IS = re.compile(
    r"answer(?<=\banswer)(?: is| should be| would be| must be|:)"
    r" (?:also |still |indeed |just |then |actually )?([^\n.!?,;]{1,40})"
)
_WORKED_OUT = re.compile(r"[^=a-z]*= ?(?=[^=]*\Z)")  # of `1 + 6 = 7`, not of `y = 2x + 3`
_HAS_FORM = re.compile(r"[√π^²³/()\[\]]|[a-z]|\d")
_PROSE = re.compile(r"[a-z]{4,}")
_FUNCTION = re.compile(r"arc|sin|cos|tan|log|sqrt|infinity")


def expressions(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """`(start, end, key, fraction)` of what equations come to and of what is said to be the answer.

    Whole and decimal numbers are left out. `fraction`: the key is the value of a fraction, not its signs.
    """
    for pattern in (_RIGHT_SIDE, _AFTER_VERB, _ANSWER_IS):
        for found in pattern.finditer(text):
            start, end = found.span(1)
            if worked_out := _WORKED_OUT.match(text, start, end):
                start = worked_out.end()
            while end > start and (text[end - 1].isspace() or text[end - 1] in ",.*"):
                end -= 1
            if (one := _expression(text, (start, end))) is not None:
                yield start, end, *one
    for found in _TUPLE.finditer(text):
        if (one := _expression(text, found.span())) is not None:
            yield *found.span(), *one


def _expression(text: str, span: Span) -> tuple[str, bool] | None:
    signs = compact_text(text[slice(*span)])
    if not 0 < len(signs) <= MOST_SIGNS or _PROSE.search(_FUNCTION.sub("", signs)) or not _HAS_FORM.search(signs):
        return None
    number = NUMBER.fullmatch(signs.lstrip("-"))
    if number is None:
        return signs, False
    minus = signs.startswith("-")
    if not is_division(number) and not (minus and number[3] and "(" in text[slice(*span)]):
        return None  # a number that is found as such
    value = value_of(number)
    return None if value is None else (f"{-value if minus else value:.15g}", True)
