"""Find a quotation in a text: white space inside a paragraph equals any other, all else must be letter for letter."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from operator import itemgetter

from overthink.records import Span

LONGEST = 300
"""Characters of a quotation at most: an answer is short."""

# A quotation must not cut one of these in two: `5` is not in `125`, in `1,250` or in `2.5`.
_WHOLE = re.compile(r"\d+(?:,\d{3}(?!\d))*(?:\.\d+)?|[A-Za-z]+")
_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n")
# `"\frac"` in JSON is a form feed and `rac`: models forget to double the backslash.
_UNESCAPED = str.maketrans({"\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


def find_quote(text: str, quote: str, start: int, end: int) -> Span | None:
    """Find the last place of the quotation in `text[start:end]` that cuts no word or number; None if there is none.

    A quotation whose backslashes JSON took for control characters is read back, if that is what the text has.
    """
    if len(quote) > LONGEST:
        return None
    readings = dict.fromkeys((quote, quote.translate(_UNESCAPED)))
    return next(filter(None, (_last(text, reading, start, end) for reading in readings)), None)


def _last(text: str, quote: str, start: int, end: int) -> Span | None:
    words = quote.split()
    if not words:
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    wholes = [whole.span() for whole in _WHOLE.finditer(text, start, end)]
    found = (match.span() for match in pattern.finditer(text, start, end) if not _PARAGRAPH_BREAK.search(match[0]))
    return max((span for span in found if not any(_is_inside(at, wholes) for at in span)), default=None)


def _is_inside(at: int, wholes: Sequence[Span]) -> bool:
    """Whether a place is inside one of these rising spans, and not at its edges."""
    before = bisect_left(wholes, at, key=itemgetter(0)) - 1
    return before >= 0 and at < wholes[before][1]
