"""A response as the segmenter reads it: its paragraphs as token numbers, with each candidate answer as one token."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from overthink.records import Span
from overthink.solutions.asked import WORD, asked_words
from overthink.solutions.candidates import Candidate, candidates
from overthink.solutions.english import WORDS, in_english, with_decimal_points
from overthink.solutions.mentions import mentions
from overthink.solutions.wanted import NOTHING, Wanted
from overthink.text.markup import Plain, plain
from overthink.text.paragraphs import paragraphs

Ints = NDArray[np.int64]

# Tokens that are no words. Their numbers are fixed; the words of the lexicon follow.
OTHER, PARAGRAPH_END, ANSWER, NUMBER, ASKED, LINE_END, VALUE = range(7)
FIRST_WORD = 7
_END_SIGN, _ANSWER_SIGN, _NUMBER_SIGN, _VALUE_SIGN = "\x03", "\x02", "\x04", "\x05"
FIXED = {
    _END_SIGN: PARAGRAPH_END, _ANSWER_SIGN: ANSWER, _NUMBER_SIGN: NUMBER, _VALUE_SIGN: VALUE, "\n": LINE_END,
}  # fmt: skip
_CONTROL = str.maketrans(dict.fromkeys("\x02\x03\x04\x05", " "))

_DIGITS = re.compile(r"\d[\d.,]*(?<![.,])")
TOKEN = re.compile(rf"{WORDS}|[\x02-\x05\n=+\-*/?!.,:;√≈⇒<>^\"]|[^\x00-\x7f]")


@dataclass(frozen=True)
class Reading:
    """`paragraphs`: spans in the response. `ids`: tokens of the thinking; `ends[k]`: the one that ends paragraph k.

    `candidates`: in the order of the text, with their spans in the response in `spans` and the paragraph of each in
    `paragraph`; the i-th token that is `ANSWER` (the own answer) or `VALUE` (another) is `candidates[i]`. `given[i]`:
    whether the question has that value. `own`: whether the own answer is known.
    """

    paragraphs: list[Span]
    ids: Ints
    ends: Ints
    candidates: list[Candidate]
    spans: list[Span]
    paragraph: Ints
    given: NDArray[np.bool_]
    own: bool
    quoted: NDArray[np.bool_]
    """For each token, whether it is a word of the question, of three letters at least."""
    asked: int
    """How many words of the question's last request count as asked for."""


@lru_cache(maxsize=64)
def _asked(question: str) -> tuple[frozenset[str], frozenset[str], Plain, frozenset[str]]:
    """What is asked for, all words of the question, its plain text and its values. Samples of a problem follow each
    other."""
    given = plain(question, 0, len(question))
    values = frozenset(one.key for one in candidates(NOTHING, given))
    return asked_words(question), frozenset(WORD.findall(in_english(given.text))), given, values


def read(question: str, response: str, thinking: Span, look_for: Wanted, words: Mapping[str, int]) -> Reading:
    """Read the thinking. `words` numbers the words of the lexicon from `FIRST_WORD`. Linear in the response."""
    spans = paragraphs(response, *thinking)
    view = plain(response, *thinking)
    view = replace(view, text=with_decimal_points(view.text))
    starts = [start for start, _ in spans]
    begins = [*np.searchsorted(view.at, starts).tolist(), len(view.text)]
    ends = np.searchsorted(view.at, [end for _, end in spans]).tolist()
    found = [
        one
        for one in candidates(look_for, view)
        if bisect_right(begins, one.start) == bisect_right(begins, one.end - 1)
    ]
    asked, in_question, given, known = _asked(question)
    numbers = {**words, **dict.fromkeys(asked, ASKED), **FIXED}
    text = view.text.translate(_CONTROL) if any(sign in view.text for sign in FIXED if sign != "\n") else view.text
    cuts = [(end, begin, _END_SIGN) for end, begin in zip(ends, begins[1:], strict=True)]
    cuts += [(one.start, one.end, _ANSWER_SIGN if one.own else _VALUE_SIGN) for one in found]
    tokens = TOKEN.findall(_marked(text, begins[0], sorted(cuts)))
    ids = np.array([numbers.get(token, OTHER) for token in tokens], dtype=np.int64)
    original = [(int(view.at[one.start]), int(view.at[one.end - 1]) + 1) for one in found]
    own_given = any(True for target in look_for.own for _ in mentions(target, given))
    return Reading(
        paragraphs=spans,
        ids=ids,
        ends=np.flatnonzero(ids == PARAGRAPH_END),
        candidates=found,
        spans=original,
        paragraph=np.array([bisect_right(starts, start) - 1 for start, _ in original], dtype=np.int64),
        given=np.array([own_given if one.own else one.key in known for one in found], dtype=bool),
        own=bool(look_for.own),
        quoted=np.array([token in in_question for token in tokens], dtype=bool),
        asked=len(asked),
    )


def _marked(text: str, at: int, cuts: list[tuple[int, int, str]]) -> str:
    """The text from `at` on, each `[start, end)` of the rising `cuts` replaced by its sign, and numbers by theirs."""
    pieces: list[str] = []
    for start, end, sign in cuts:
        pieces += (text[at:start], sign)
        at = end
    return _DIGITS.sub(_NUMBER_SIGN, in_english("".join(pieces)))
