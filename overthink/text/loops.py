"""Loops: where a text says the same words, numbers included, at least four times in a row.

find_loops(text := "It is 5. " + "Wait, let me check. It is 5. " * 9, 0, len(text))   # [Loop(start=38, ...)]

What repeats is compared word by word; white space between words is not looked at, so copies may be set apart by blank
lines, by blanks or by nothing. A copy is as short as can be: "A B A B …" has copies of "A B", and a sentence whose
numbers go round 1, 2, 3 has copies of three sentences.

**Where a loop starts.** Its onset is where the text first says what it said one period before, so at the second copy.
That is plain for "A. B. B. B. B.": the second "B". If the end of A is the end of B, the text begins to repeat itself
inside of the first B; then the onset moves on to the next beginning of a paragraph, else of a line, else of a sentence,
less than one period away, if four copies are left. So B is again what is repeated, unless A ends with whole sentences
of B's end and both are in one line: then the first full period begins with these.

**Where it ends.** At the end of the text or of a line or sentence: with the last word that was said one period before,
so a broken last copy belongs to it. But words that it shares with a line that goes on otherwise are no broken copy: the
loop ends with the sentence before them, or with its last whole copy.

**What is none.** Rows of a table, digits, formulas, murmurs and the items of an enumeration repeat themselves, too: a
copy must hold words of a sentence (`_is_said`). The pattern of a loop may be of any length.

Every loop is found (_runs), in O(n log n) of the words at worst, and in two or three passes over a usual text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overthink.records import Loop, Span

COPIES = 4
"""So many copies in a row are a loop."""
_LEAST_SAID = 12
"""Words and numbers of all copies together: three in each of four copies."""
_LONG_COPY = 5
"""Words of a copy that is more than an item of an enumeration although no sentence or line ends in it."""
_MANY = 100
"""Tokens of all copies together that are a loop whatever the words are."""
_WINDOW = 8
"""Tokens of the shortest windows compared: four copies of three tokens hold one such window, and again a copy on."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
_TOKEN = re.compile(rf"[^\W\d_{_CJK}]+|\d+|\S")
_SENTENCE_ENDS = frozenset(".!?。！？…")
_CLOSING = frozenset("\"'”’»)]}*$」』）")
_LINE_OPENINGS = frozenset("*-#•")

Hashes = NDArray[np.uint64]
Indices = NDArray[np.int64]


def find_loops(text: str, start: int, end: int) -> list[Loop]:
    """The loops of `text[start:end]` as offsets into `text`, rising, apart from each other."""
    tokens = _TOKEN.findall(text, start, end)
    if not (runs := _runs(tokens)):
        return []
    said = _Said(text, tokens, [token.span() for token in _TOKEN.finditer(text, start, end)])
    return list(_apart(loop for run in runs if (loop := said.loop(run)) is not None))


def without_loops(text: str, loops: Iterable[Loop]) -> str:
    """The text with blanks for its loops: line breaks and all offsets stay."""
    parts, at = [], 0
    for loop in loops:
        parts += [text[at : loop.start], _blank(text[loop.start : loop.end])]
        at = loop.end
    return "".join([*parts, text[at:]]) if parts else text


def pieces(span: Span, loops: Iterable[Loop]) -> list[Span]:
    """The stretches of this span around the loops, none of them empty."""
    found, at = [], span[0]
    for loop in loops:
        if at < min(loop.start, span[1]):
            found.append((at, min(loop.start, span[1])))
        at = max(at, min(loop.end, span[1]))
    return [*found, (at, span[1])] if at < span[1] else found


def _blank(text: str) -> str:
    return "\n".join(" " * len(line) for line in text.split("\n"))


class _Run(NamedTuple):
    """Tokens `[start, end)` each of which equals that of one period before, and no more around them."""

    start: int
    end: int
    period: int


def _runs(tokens: Sequence[str]) -> list[_Run]:
    """All runs of at least COPIES copies of three tokens or more (and of most of fewer tokens).

    In a run of the shortest period p, a window of p tokens or more was last there exactly p tokens before. So windows
    of 8 tokens find all periods up to 8, those of 16 the ones up to 16, and so on.

    A run with a longer period than the window holds at least 2 · window windows that were there before: with fewer of
    them nothing is left to be found. If runs are known: nor if all windows of the next size lie within these; they
    overlap too little to hold all windows of a longer period.
    """
    count = len(tokens)
    windows = np.fromiter(map(hash, tokens), np.int64, count).view(np.uint64)
    size, runs = 1, []
    known = np.zeros(0, np.int64)  # for each token the end of the last run found that holds it
    while len(windows) > size:
        windows = _doubled(windows, size)
        size *= 2
        if size < _WINDOW:
            continue
        at, back = _last_seen(windows)
        shortest = size // 2 if size > _WINDOW else 0
        at_once = (back <= size) & (back > shortest)
        found = list(_stretches(tokens, at[at_once], back[at_once]))
        if found and not len(known):
            known = np.zeros(count, np.int64)
        for run in found:
            stretch = known[run.start - run.period : run.end]
            np.maximum(stretch, run.end, out=stretch)
        runs += found
        if len(known):
            behind = at + 2 * size
            left = int(np.count_nonzero((behind <= count) & (known[at] < behind)))
        else:
            left = len(at) // (2 * size)
        if not left:
            break
    return runs


def _doubled(windows: Hashes, size: int) -> Hashes:
    """The hashes of windows of twice the size, from those of windows of this size."""
    factor = np.uint64(0x9E3779B97F4A7C15 + 2 * size)
    return windows[:-size] * factor + windows[size:]


def _last_seen(windows: Hashes) -> tuple[Indices, Indices]:
    """The windows that were there before, and how far back each of them was last."""
    order = np.argsort(windows, kind="stable")
    ordered = windows[order]
    again = np.flatnonzero(ordered[1:] == ordered[:-1])
    at = order[again + 1]
    back = at - order[again]
    place = np.argsort(at)
    return at[place], back[place]


def _stretches(tokens: Sequence[str], at: Indices, back: Indices) -> Iterator[_Run]:
    """The runs of at least COPIES copies around these windows. `at` rises."""
    tried: dict[int, int] = {}  # by period: up to where it was tried
    for place, period in zip(at.tolist(), back.tolist(), strict=True):
        if place < tried.get(period, 0):
            continue
        start = end = place
        while start > period and tokens[start - 1] == tokens[start - 1 - period]:
            start -= 1
        while end < len(tokens) and tokens[end] == tokens[end - period]:
            end += 1
        tried[period] = end
        if end - start >= (COPIES - 1) * period:
            yield _Run(start, end, period)


class _Said:
    """A text as tokens with their places, in which runs are read as loops."""

    def __init__(self, text: str, tokens: Sequence[str], spans: Sequence[Span]) -> None:
        self._text = text
        self._tokens = tokens
        self._spans = spans

    def loop(self, run: _Run) -> Loop | None:
        """The loop that a run is, None if its copies say nothing."""
        if not self._is_said(run):
            return None
        start = self._onset(run)
        whole = (run.end - start) // run.period
        end = self._end(run, start + whole * run.period)
        (first, _), (second, _), (_, last) = (self._spans[at] for at in (start, start + run.period, end - 1))
        return Loop(start=first, end=last, period=second - first, copies=1 + whole)

    def _is_said(self, run: _Run) -> bool:
        """Whether a copy holds words of a sentence.

        Two different words at least; a sentence or a line that ends in it, or five words; and three words and numbers a
        copy, or two if there are more copies. Many tokens in all may be any words, if one in four is one.
        """
        copy = range(run.start, run.start + run.period)
        words = [self._tokens[at].casefold() for at in copy if self._is_word(at)]
        copies = (run.end - run.start) // run.period + 1
        if len(words) * 4 >= run.period and copies * run.period >= _MANY:
            return True
        said = len(words) + sum(self._tokens[at].isdecimal() for at in copy)
        if len(set(words)) < 2 or copies * said < _LEAST_SAID:
            return False
        return len(words) >= _LONG_COPY or (any(self._begins(at + 1) for at in copy) and not self._is_row(copy))

    def _is_word(self, at: int) -> bool:
        """Not a letter alone, which is a name in a formula, and no command of TeX. Of CJK each letter is a word."""
        token = self._tokens[at]
        if not token[0].isalpha() or (len(token) == 1 and token.isascii()):
            return False
        return not (at and self._tokens[at - 1] == "\\" and self._spans[at - 1][1] == self._spans[at][0])

    def _is_row(self, copy: range) -> bool:
        """Whether it holds the beginning of a row of a table."""
        return any(self._tokens[at] == "|" and "\n" in self._gap(at) for at in copy)

    def _onset(self, run: _Run) -> int:
        """The token at which the second copy begins: see above."""
        start, period = run.start, run.period
        if self._begins(start) and self._begins(start - period):
            return start
        nearby = range(start, min(start + period, run.end - (COPIES - 1) * period + 1))
        best = max(nearby, key=lambda at: (self._begins(at), -at))
        return best if self._begins(best) else start

    def _end(self, run: _Run, whole: int) -> int:
        """The token behind the loop. `whole`: behind its last whole copy."""
        end, last = run.end, len(self._tokens) - 1
        if end == last and self._tokens[end - run.period].startswith(self._tokens[end]):
            return end + 1  # the last word is broken
        if end > last or "\n" in self._gap(end) or self._begins(end):
            return end
        return next((at for at in range(end - 1, whole, -1) if self._begins(at)), whole)

    def _begins(self, at: int) -> int:
        """What begins with this token: 3 for a paragraph, 2 for a line, 1 for a sentence, 0 for none of them.

        Behind the last token all do. A line that goes on with a formula is none.
        """
        if at == 0 or at == len(self._tokens):
            return 3
        gap = self._gap(at)
        if (lines := gap.count("\n")) > 1:
            return 3
        token, before = self._tokens[at], self._before(at)
        if lines:
            return 2 * (token[0].isalnum() or token in _LINE_OPENINGS or before in _SENTENCE_ENDS)
        return int(before in _SENTENCE_ENDS and (gap != "" or before in "。！？" or token[0].isupper()))

    def _before(self, at: int) -> str:
        """The token before this one, without what closes quotations, brackets and formulas."""
        for place in range(at - 1, max(-1, at - 4), -1):
            if self._tokens[place] not in _CLOSING:
                return self._tokens[place]
        return ""

    def _gap(self, at: int) -> str:
        """The white space before a token that is not the first."""
        return self._text[self._spans[at - 1][1] : self._spans[at][0]]


def _apart(loops: Iterable[Loop]) -> Iterator[Loop]:
    """Those that lie in no other; one that begins in another begins behind it."""
    end = -1
    for loop in sorted(loops, key=lambda loop: (loop.start, -loop.end)):
        if loop.end <= end:
            continue
        yield loop if loop.start >= end else loop.model_copy(update={"start": end})
        end = loop.end
