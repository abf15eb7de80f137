"""A message that comes in pieces: deltas of any of the shapes that messages have, put together and read once.

stream = Stream()
stream.add({"reasoning": "2 and 3 "})
stream.add({"reasoning": "make 5."})
stream.add({"content": "It is 5."})
put_together(stream.message())      # "<think>\\n2 and 3 make 5.</think>It is 5."

What a single piece says is not judged: only the whole tells whether a key holds thinking, or a setting.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from itertools import chain, groupby, pairwise
from typing import Any

from overthink.text.chats import Raw
from overthink.text.keys import THINKING_KEYS
from overthink.text.marks import USUAL, Tags
from overthink.text.messages import Message, read_turns
from overthink.text.parts import looks_like_thinking

_NAMES = frozenset(("role", "type", "index", "id", "format", "name", "object", "channel"))
"""Keys that every piece may bear, and whose values are no pieces of one."""
_DEEPEST = 12
"""Objects within objects that are put together; what is deeper is taken from the last piece."""


_WORDY = 24
_GROWN = 4
"""Texts of so many lengths, each the beginning of the next and the last of so many characters, are one that grows."""


class Stream:
    """A message as it comes.

    A thought that begins after text begins a turn of its own, so does text on another channel: their order is kept.
    """

    def __init__(self) -> None:
        self._turns: list[list[Raw]] = [[]]
        self._spoken: Any = None  # on which channel there was text in this turn

    def add(self, delta: Raw) -> None:
        """Take one more piece."""
        channel = (delta.get("channel"), delta.get("thought") is True) if delta.get("content") else None
        if self._spoken and (_thinks(delta) if channel is None else channel != self._spoken):
            self._turns.append([])
            self._spoken = None
        self._turns[-1].append(delta)
        self._spoken = channel or self._spoken

    @property
    def started(self) -> bool:
        """Whether a piece has come that says anything."""
        said = (item for turn in self._turns for delta in turn for item in delta.items())
        return any(value and value is not True and key not in _NAMES for key, value in said)

    def message(self, usage: Raw | None = None, tags: Tags | None = None) -> Message:
        """The whole, every character as it was sent. `usage`: the server's own counts."""
        around = [{"usage": usage or {}}]
        whole = read_turns([_whole(chain.from_iterable(self._turns))], around, tags)
        if len(self._turns) == 1 or not any(piece.kind == "thought" for piece in whole.pieces):
            return whole  # no thoughts, or they are in the text, too: some servers send them there and beside it
        return read_turns([_whole(turn) for turn in self._turns], around, tags)


def put_together(message: Message, tags: Tags | None = None, *, ended: bool = True) -> str:
    """The turn that a server took apart: thoughts between tags, nothing else added.

    A last thought stays open unless the model `ended` the response itself.
    """
    opening, closing = tags or USUAL
    texts: list[str] = []
    for piece in message.pieces:
        if piece.kind == "thought" and piece.text:
            texts += [opening if piece.text.startswith("\n") else f"{opening}\n", piece.text, closing]
        elif piece.text:
            texts.append(piece.text)
    if texts and texts[-1] is closing and not ended:
        texts.pop()
    return "".join(texts)


def _whole(turn: Iterable[Raw]) -> Raw:
    """The turn in one, its thoughts as parts: nobody streams settings, though a short thought may look like one."""
    whole = {
        key: {"type": "thinking", "thinking": value} if key in THINKING_KEYS and isinstance(value, str) else value
        for key, value in (_joined(turn) or {}).items()
    }
    return {**whole, "channel": "analysis"} if whole.get("thought") is True else whole


def _thinks(delta: Raw) -> bool:
    """Does it hold a piece of a thought beside the text?"""
    return any(value and value is not True and _is_thinking(key) for key, value in delta.items())


@lru_cache(1024)
def _is_thinking(key: str) -> bool:
    return key in THINKING_KEYS or looks_like_thinking(key)


def _joined(pieces: Iterable[Any], depth: int = _DEEPEST) -> Any:
    """The whole of which these are the pieces; null if none says anything."""
    there = [piece for piece in pieces if piece is not None and piece != ""]
    if not there or depth == 0:
        return there[-1] if there else None
    if all(isinstance(piece, str) for piece in there):
        return there[-1] if _grows(there) else "".join(there)
    if all(isinstance(piece, Mapping) for piece in there):
        keys = dict.fromkeys(key for piece in there for key in piece)
        return {key: _value([piece.get(key) for piece in there], key, depth - 1) for key in keys}
    if any(isinstance(piece, list) for piece in there):
        parts = [part for piece in there for part in (piece if isinstance(piece, list) else [piece])]
        return [_joined(same, depth - 1) for _, same in groupby(parts, _place)]
    return there[-1]


def _grows(texts: list[str]) -> bool:
    """Does every piece begin with the one before, as MiniMax and DashScope may send them: all the text so far?"""
    if len(texts[-1]) < _WORDY or not all(after.startswith(before) for before, after in pairwise(texts)):
        return False
    return len({len(text) for text in texts}) >= _GROWN


def _value(values: list[Any], key: str, depth: int) -> Any:
    if key in _NAMES:
        return next((value for value in values if value is not None), None)
    return _joined(values, depth)


def _place(part: Any) -> Hashable:
    """Neighbouring parts of one place are pieces of one part."""
    if not isinstance(part, Mapping):
        return type(part).__name__
    return str(part.get("type")), str(part.get("index"))
