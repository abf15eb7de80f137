"""Windows: a row of pieces cut into runs of whole pieces that fit a model's context."""

from __future__ import annotations

from collections.abc import Sequence

from overthink.errors import UnreadableReply


def windows(sizes: Sequence[int], limit: int, piece: str) -> list[range]:
    """Cut pieces into runs whose sizes add up to `limit` at most: their indices, without a gap or an overlap.

    UnreadableReply if one piece alone is larger than that: a piece is shown whole or not at all. `piece` is what its
    message calls them, counted from 1.
    """
    found: list[range] = []
    start = used = 0
    for index, size in enumerate(sizes):
        if size > limit:
            raise too_long(f"{piece} {index + 1} has", size, limit)
        if used + size > limit:
            found.append(range(start, index))
            start, used = index, 0
        used += size
    return [*found, range(start, len(sizes))] if sizes else []


def too_long(what_has: str, size: int, limit: int) -> UnreadableReply:
    """Return the error for what no judge with this context can read, e.g. `paragraph 3 has`."""
    return UnreadableReply(
        "too_long", f"{what_has} {size} tokens, and the judge's context leaves {max(limit, 0)} for text"
    )
