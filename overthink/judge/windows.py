"""Windows: a row of pieces cut into runs of whole pieces that fit a model's context."""

from __future__ import annotations

from collections.abc import Sequence

from overthink.errors import UnreadableReply


def windows(sizes: Sequence[int], room: int, piece: str) -> list[range]:
    """The indices of the pieces, in runs whose sizes add up to `room` at most. Without a gap, without an overlap.

    UnreadableReply where one piece alone is larger than that: a piece is shown whole or not at all. `piece` is what
    its message calls them, counted from 1.
    """
    found: list[range] = []
    start = used = 0
    for index, size in enumerate(sizes):
        if size > room:
            raise too_long(f"{piece} {index + 1} has", size, room)
        if used + size > room:
            found.append(range(start, index))
            start, used = index, 0
        used += size
    return [*found, range(start, len(sizes))] if sizes else []


def too_long(what_has: str, size: int, room: int) -> UnreadableReply:
    """What to raise where something does not fit, e.g. `paragraph 3 has`: no judge with this context can read it."""
    return UnreadableReply(
        "too_long", f"{what_has} {size} tokens, and the judge's context leaves {max(room, 0)} for text"
    )
