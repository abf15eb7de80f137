"""Does a text go round in circles: the same words, numbers included, at least four times in a row?

loops("Wait, the answer is 5. " * 60)        # True

Of patterns that are shorter than MANY tokens in all copies together, or hold no words, nothing is said: rows of a
table and digits repeat themselves, too. Linear in the text.
"""

from __future__ import annotations

import re
from collections import Counter

COPIES = 4
MANY = 60
_TOKEN = re.compile(r"[A-Za-z]+|\d+|[^\sA-Za-z\d]")
_PIECE = re.compile(r"[.\n。!?！？;]+")
_LETTERS = MANY  # no loop has fewer
_LONGEST_PIECE = 400  # characters: a text without ends of sentences is looked at whatever its pieces are
_SHINGLE = 16
_COMPARED = 8


def loops(text: str) -> bool:
    """Whether some stretch of the text is at least COPIES copies of the same words in a row."""
    return _repeats_a_piece(text) and _has_period(_TOKEN.findall(text))


def _repeats_a_piece(text: str) -> bool:
    """Whether it is worth a closer look: a loop says each of its sentences as often as it goes round."""
    pieces = Counter(map(str.strip, _PIECE.split(text)))
    again = sum(count * len(piece) for piece, count in pieces.items() if count >= COPIES)
    return again >= _LETTERS or any(len(piece) > _LONGEST_PIECE for piece in pieces)


def _has_period(tokens: list[str]) -> bool:
    """Whether the tokens say for long enough what they said so many tokens before, always as many.

    Each run of _SHINGLE tokens is looked for where it was last: how far back that is may be a period, and is tried on
    all tokens around, each of which is compared a bounded number of times.
    """
    last: dict[tuple[str, ...], int] = {}
    tried: dict[int, int] = {}  # by period: up to where it was tried
    budget = _COMPARED * len(tokens)
    for at, shingle in enumerate(zip(*(tokens[k:] for k in range(_SHINGLE)), strict=False)):
        period = at - last.get(shingle, at)
        last[shingle] = at
        if not period or at < tried.get(period, 0):
            continue
        start, end = _stretch(tokens, at, period)
        tried[period], budget = end, budget - (end - start)
        if end - start + period >= max(COPIES * period, MANY) and _has_words(tokens[at - period : at]):
            return True
        if budget < 0:
            break
    return False


def _stretch(tokens: list[str], at: int, period: int) -> tuple[int, int]:
    """From where to where around `at` every token is that of one period before."""
    start = end = at
    while start > period and tokens[start - 1] == tokens[start - 1 - period]:
        start -= 1
    while end < len(tokens) and tokens[end] == tokens[end - period]:
        end += 1
    return start, end


def _has_words(tokens: list[str]) -> bool:
    """Letters of scripts without blanks between words are words."""
    return sum(token.isalpha() and (len(token) > 1 or not token.isascii()) for token in tokens) * 4 >= len(tokens)
