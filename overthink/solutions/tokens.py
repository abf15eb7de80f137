"""A response as the segmenter reads it: its paragraphs as token numbers, with each stated answer as one token."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from overthink.records import Span
from overthink.solutions.asked import WORD, asked_words
from overthink.solutions.english import WORDS, in_english
from overthink.solutions.mentions import Mention, Target, mentions
from overthink.text.markup import Plain, plain
from overthink.text.paragraphs import paragraphs

Ints = NDArray[np.int64]

# Tokens that are no words. Their numbers are fixed; the words of the lexicon follow.
OTHER, PARAGRAPH_END, ANSWER, NUMBER, ASKED, LINE_END = range(6)
FIRST_WORD = 6
_END_SIGN, _ANSWER_SIGN, _NUMBER_SIGN = "\x03", "\x02", "\x04"
FIXED = {_END_SIGN: PARAGRAPH_END, _ANSWER_SIGN: ANSWER, _NUMBER_SIGN: NUMBER, "\n": LINE_END}
_CONTROL = str.maketrans(dict.fromkeys("\x02\x03\x04\x05", " "))

_DIGITS = re.compile(r"\d[\d.,]*(?<![.,])")
TOKEN = re.compile(rf"{WORDS}|[\x02-\x04\n=+\-*/?!.,:;√≈⇒<>^\"]|[^\x00-\x7f]")


@dataclass(frozen=True)
class Reading:
    """`paragraphs`: spans in the response. `ids`: tokens of the thinking; `ends[k]`: the one that ends paragraph k.

    `mentions`: in the order of the text, with their spans in the response in `mention_spans` and the paragraph of each
    in `mention_paragraph`; the i-th `ANSWER` token is `mentions[i]`.
    """

    paragraphs: list[Span]
    ids: Ints
    ends: Ints
    mentions: list[Mention]
    mention_spans: list[Span]
    mention_paragraph: Ints
    quoted: NDArray[np.bool_]
    """For each token, whether it is a word of the question, of three letters at least."""
    known: bool
    """Whether one of the numbers looked for is in the question."""
    asked: int
    """How many words of the question's last request count as asked for."""


@lru_cache(maxsize=64)
def _asked(question: str) -> tuple[frozenset[str], frozenset[str], Plain]:
    """What is asked for, all words of the question, and its plain text. Samples of a problem follow each other."""
    given = plain(question, 0, len(question))
    return asked_words(question), frozenset(WORD.findall(in_english(given.text))), given


def read(question: str, response: str, thinking: Span, wanted: list[Target], words: Mapping[str, int]) -> Reading:
    """Read the thinking. `words` numbers the words of the lexicon from `FIRST_WORD`. Linear in the response."""
    spans = paragraphs(response, *thinking)
    view = plain(response, *thinking)
    starts = [start for start, _ in spans]
    begins = [*np.searchsorted(view.at, starts).tolist(), len(view.text)]
    ends = np.searchsorted(view.at, [end for _, end in spans]).tolist()
    found = _without_overlaps(sorted((m for t in wanted for m in mentions(t, view)), key=lambda m: (m.start, -m.end)))
    asked, in_question, given = _asked(question)
    numbers = {**words, **dict.fromkeys(asked, ASKED), **FIXED}
    text = view.text.translate(_CONTROL) if any(sign in view.text for sign in FIXED if sign != "\n") else view.text
    cuts = [(end, begin, _END_SIGN) for end, begin in zip(ends, begins[1:], strict=True)]
    cuts += [(mention.start, mention.end, _ANSWER_SIGN) for mention in found]
    tokens = TOKEN.findall(_marked(text, begins[0], sorted(cuts)))
    ids = np.array([numbers.get(token, OTHER) for token in tokens], dtype=np.int64)
    original = [(int(view.at[m.start]), int(view.at[m.end - 1]) + 1) for m in found]
    return Reading(
        paragraphs=spans,
        ids=ids,
        ends=np.flatnonzero(ids == PARAGRAPH_END),
        mentions=found,
        mention_spans=original,
        mention_paragraph=np.array([bisect_right(starts, start) - 1 for start, _ in original], dtype=np.int64),
        quoted=np.array([token in in_question for token in tokens], dtype=bool),
        known=any(True for t in wanted if t.number is not None for _ in mentions(t, given)),
        asked=len(asked),
    )


def _marked(text: str, at: int, cuts: list[tuple[int, int, str]]) -> str:
    """The text from `at` on, each `[start, end)` of the rising `cuts` replaced by its sign, and numbers by theirs."""
    pieces: list[str] = []
    for start, end, sign in cuts:
        pieces += (text[at:start], sign)
        at = end
    return _DIGITS.sub(_NUMBER_SIGN, in_english("".join(pieces)))


def _without_overlaps(found: list[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept
