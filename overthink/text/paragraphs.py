"""Paragraphs: the pieces of a text between its blank lines. Solutions end at their ends only."""

from __future__ import annotations

import re

from overthink.records import Span

# Greedy from the first line break of a run of white space: each run is read at most twice, whatever it holds.
_GAP = re.compile(r"\n\s*\n\s*")


def paragraphs(text: str, start: int, end: int) -> list[Span]:
    """Return the paragraphs of `text[start:end]` as offsets into `text`, rising, none of them empty.

    A paragraph begins at its first visible character and stops before the line break that opens the next gap;
    the last one stops after its last visible character. Linear in `end - start`.
    """
    begin, stop = stripped(text, start, end)
    spans: list[Span] = []
    for gap in _GAP.finditer(text, begin, stop):
        spans.append((begin, gap.start()))
        begin = gap.end()
    if begin < stop:
        spans.append((begin, stop))
    return spans


def stripped(text: str, start: int, end: int) -> Span:
    """Return `[start, end)` without the white space at its edges; `(start, start)` if it holds nothing else."""
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end
