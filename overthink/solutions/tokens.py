"""A response as the segmenter reads it: its paragraphs as token numbers, with each candidate answer as one token."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overthink.records import Span
from overthink.solutions.asked import WORD, asked_chains, asked_words
from overthink.solutions.candidates import Candidate, Form, candidates, form_of
from overthink.solutions.english import WORDS, in_english, with_decimal_points
from overthink.solutions.mentions import mentions
from overthink.solutions.wanted import NOTHING, Wanted
from overthink.text.markup import Plain, plain
from overthink.text.paragraphs import paragraphs

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

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
    whether the question has that value. `own`: whether the own answer is known, and `own_form` what it looks like.
    """

    paragraphs: list[Span]
    ids: Ints
    ends: Ints
    candidates: list[Candidate]
    spans: list[Span]
    paragraph: Ints
    given: NDArray[np.bool_]
    own: bool
    own_form: Form | None
    quoted: NDArray[np.bool_]
    """For each token, whether it is a word of the question, of three letters at least."""
    asked: int
    """How many words of the question's last request count as asked for."""
    equated: Floats
    """For each candidate, whether the text equates it with an expression that is asked for; -1 if none is."""


class Question(NamedTuple):
    """A question as the segmenter reads it: the words that are asked for, all its words, its plain text, its values.

    `chains` finds the equations that begin with an expression that is asked for, if one is.
    """

    asked: frozenset[str]
    words: frozenset[str]
    plain: Plain
    values: frozenset[str]
    chains: re.Pattern[str] | None


@lru_cache(maxsize=64)
def question_of(text: str) -> Question:
    """Read a question. Samples of a problem follow each other."""
    given = plain(text, 0, len(text))
    values = frozenset(one.key for one in candidates(NOTHING, given))
    words = frozenset(WORD.findall(in_english(given.text)))
    return Question(asked_words(text), words, given, values, asked_chains(text))


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
    about = question_of(question)
    numbers = {**words, **dict.fromkeys(about.asked, ASKED), **FIXED}
    text = view.text.translate(_CONTROL) if any(sign in view.text for sign in FIXED if sign != "\n") else view.text
    cuts = [(end, begin, _END_SIGN) for end, begin in zip(ends, begins[1:], strict=True)]
    cuts += [(one.start, one.end, _ANSWER_SIGN if one.own else _VALUE_SIGN) for one in found]
    tokens = TOKEN.findall(_marked(text, begins[0], sorted(cuts)))
    ids = np.array([numbers.get(token, OTHER) for token in tokens], dtype=np.int64)
    original = [(int(view.at[one.start]), int(view.at[one.end - 1]) + 1) for one in found]
    own_given = any(True for target in look_for.own for _ in mentions(target, about.plain))
    return Reading(
        paragraphs=spans,
        ids=ids,
        ends=np.flatnonzero(ids == PARAGRAPH_END),
        candidates=found,
        spans=original,
        paragraph=np.array([bisect_right(starts, start) - 1 for start, _ in original], dtype=np.int64),
        given=np.array([own_given if one.own else one.key in about.values for one in found], dtype=bool),
        own=bool(look_for.own),
        own_form=form_of(look_for.own[0]) if look_for.own else None,
        quoted=np.array([token in about.words for token in tokens], dtype=bool),
        asked=len(about.asked),
        equated=_equated(about.chains, view.text, found),
    )


def _equated(chains: re.Pattern[str] | None, text: str, found: Sequence[Candidate]) -> Floats:
    """For each candidate, whether it is in one of the chains; -1 without any to look for."""
    if chains is None:
        return np.full(len(found), -1.0)
    inside = np.zeros(len(text) + 1, dtype=bool)
    for chain in chains.finditer(text):
        inside[slice(*chain.span(1))] = True
    return np.asarray(inside[[one.start for one in found]], dtype=float)


def _marked(text: str, at: int, cuts: list[tuple[int, int, str]]) -> str:
    """The text from `at` on, each `[start, end)` of the rising `cuts` replaced by its sign, and numbers by theirs."""
    pieces: list[str] = []
    for start, end, sign in cuts:
        pieces += (text[at:start], sign)
        at = end
    return _DIGITS.sub(_NUMBER_SIGN, in_english("".join(pieces)))
