"""Paragraphs: the pieces of a text at whose ends solutions end: between blank lines, else lines, else sentences.

A text with blank lines has a paragraph for each block between them, but for a very long block, which is cut like a text
without blank lines: at its lines, or at its sentences if it has but one line. How a long block is cut depends on that
block alone, so that text which comes later changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from overthink.records import Span

# Each run of white space is read at most twice, whatever it holds.
_GAP = re.compile(r"\n\s*\n\s*")
_LINE_BREAK = re.compile(r"(?<!\s)\s*\n\s*")
_ITEM = re.compile(r"(?:[-*•+–|#>]|\(?\w{1,3}[.)])\s")
_WORD = re.compile(r"[^\W\d_]{2,}|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_ENDED = re.compile(r"[.?!。？！…][\"'”’)\]*_$]{0,4}\Z")
_SENTENCE_BREAK = re.compile(
    r"(?<=[.?!…])[\"'”’)\]*]{0,3}\s+(?=[^\s\d,;.?!a-z])|(?<=[.?!])\s+(?=\d)|(?<=[。？！])[”’」』）]{0,2}\s*(?=\S)"
)
# A lone letter or "No" is none: sentences of mathematics end in `x.` and `option B.`, and thoughts begin with "No."
_ABBREVIATED = re.compile(r"\b(?:[A-Za-z]\.(?:[A-Za-z]|ej)|etc|vs|cf|Mr|Mrs|Ms|Dr|St|Eq|Fig|approx|bzw|ca)\.\Z")
_LABEL = re.compile(r"\(?(?:\d{1,2}|[A-Za-z])[.)]")
_FEWEST_WORDS = 5
_MANY = 30
_MANY_CHARACTERS = 2_500


def paragraphs(text: str, start: int, end: int) -> list[Span]:
    """Return the paragraphs of `text[start:end]` as offsets into `text`, rising, none of them empty.

    A paragraph begins at its first visible character and stops before the line break that opens the next gap;
    the last one stops after its last visible character. Linear in `end - start`.
    """
    begin, stop = stripped(text, start, end)
    gaps = list(_GAP.finditer(text, begin, stop))
    spans: list[Span] = []
    for gap in gaps:
        spans += _pieces(text, begin, gap.start(), few=_MANY)
        begin = gap.end()
    if begin < stop:
        spans += _pieces(text, begin, stop, few=_MANY if gaps else 2)
    return spans


def stripped(text: str, start: int, end: int) -> Span:
    """Return `[start, end)` without the white space at its edges; `(start, start)` if it holds nothing else."""
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def _pieces(text: str, start: int, end: int, *, few: int) -> list[Span]:
    """A block cut at its lines, or at its sentences if it is one line; the block itself if these are too few."""
    if few == _MANY and end - start < _MANY_CHARACTERS:
        return [(start, end)]
    if text.find("\n", start, end) < 0:
        pieces = said = list(_joined(text, _between(text, start, end, _SENTENCE_BREAK)))
    else:
        pieces = _between(text, start, end, _LINE_BREAK)
        said = [line for line in pieces if few < _MANY or _is_prose(text[slice(*line)])]
    return pieces if len(said) >= few else [(start, end)]


def _is_prose(line: str) -> bool:
    """Whether a line is a sentence at least, and no item of a list."""
    return bool(_ENDED.search(line)) and not _ITEM.match(line) and len(_WORD.findall(line)) >= _FEWEST_WORDS


def _joined(text: str, pieces: list[Span]) -> Iterator[Span]:
    """The pieces, abbreviations and labels of items (`1.`, `A.`) together with the next one."""
    begin = None
    for start, end in pieces:
        begin = start if begin is None else begin
        if not _ABBREVIATED.search(text, max(begin, end - 8), end) and not _LABEL.fullmatch(text, begin, end):
            yield begin, end
            begin = None
    if begin is not None:
        yield begin, pieces[-1][1]


def _between(text: str, start: int, end: int, breaks: re.Pattern[str]) -> list[Span]:
    """The pieces of `text[start:end]` between its breaks, none of them empty. What a break holds before its white
    space (a closing quote) belongs to the piece before it."""
    spans: list[Span] = []
    begin = start
    for found in breaks.finditer(text, start, end):
        _, stop = stripped(text, begin, found.end())
        if begin < stop:
            spans.append((begin, stop))
        begin = found.end()
    if begin < end:
        spans.append((begin, end))
    return spans
