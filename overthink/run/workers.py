"""Processes that make rows side by side. A row that kills its process becomes a failure; the others are made."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain, islice

from pebble import ProcessExpired

from overthink.errors import OverthinkError, UnreadableReply
from overthink.records import Failure, Row
from overthink.run.owed import Item, Work
from overthink.run.processes import Call, Pool

CHUNK = 16
AHEAD = 4
"""Chunks under way for each process: enough to keep it busy, few enough to keep memory flat."""
WALL_SECONDS = 600.0
"""A chunk that takes longer hangs."""

Make = Callable[[Item], Row]
"""Makes one row from its inputs; it must be picklable."""
Made = Call[list[Row | Failure]]


class Workers:
    """A pool that starts when it is first worth it, and serves all stages and runs of one command."""

    def __init__(self, processes: int | None = None) -> None:
        self._pool = Pool(processes or os.cpu_count() or 1)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.close()

    def each(self, stage: str, make: Make) -> Work:
        """A stage that makes every row by itself."""

        def work(items: Iterator[Item]) -> Iterator[Row | Failure]:
            first = list(islice(items, CHUNK * 2))
            if len(first) < CHUNK * 2 or self._pool.processes == 1:
                yield from one_by_one(stage, make)(chain(first, items))
            else:
                yield from self._side_by_side(stage, make, chain(first, items))

        return work

    def _side_by_side(self, stage: str, make: Make, items: Iterator[Item]) -> Iterator[Row | Failure]:
        chunks = iter(lambda: list(islice(items, CHUNK)), [])
        under_way: deque[tuple[list[Item], Made]] = deque()
        for chunk in chunks:
            under_way.append((chunk, self._send(stage, make, chunk)))
            if len(under_way) >= self._pool.processes * AHEAD:
                yield from self._rows_of(stage, make, *under_way.popleft())
        while under_way:
            yield from self._rows_of(stage, make, *under_way.popleft())

    def _send(self, stage: str, make: Make, chunk: list[Item]) -> Made:
        return self._pool.send(_made_chunk, stage, make, chunk, seconds=WALL_SECONDS)

    def _rows_of(self, stage: str, make: Make, chunk: list[Item], call: Made) -> Iterator[Row | Failure]:
        """The rows of a chunk. If it killed its process or took too long, its items are tried one by one."""
        try:
            yield from self._pool.result(call)
        except (ProcessExpired, TimeoutError) as error:
            if len(chunk) == 1:
                kind = "timeout" if isinstance(error, TimeoutError) else "crash"
                yield Failure(stage=stage, id=chunk[0].id, kind=kind, message=str(error))
                return
            for item in chunk:
                yield from self._rows_of(stage, make, [item], self._send(stage, make, [item]))


def one_by_one(stage: str, make: Make) -> Work:
    """A stage that makes every row by itself, in this process: for rows that cost less than their way to another."""

    def work(items: Iterator[Item]) -> Iterator[Row | Failure]:
        return (_made(stage, make, item) for item in items)

    return work


def _made_chunk(stage: str, make: Make, chunk: list[Item]) -> list[Row | Failure]:
    return [_made(stage, make, item) for item in chunk]


def _made(stage: str, make: Make, item: Item) -> Row | Failure:
    try:
        return make(item)
    except OverthinkError:
        raise
    except UnreadableReply as error:
        return Failure(stage=stage, id=item.id, kind=error.kind, message=error.message)
    except Exception as error:  # one odd row must not end the run; it is shown, counted and owed again
        return Failure(stage=stage, id=item.id, kind=type(error).__name__, message=str(error))
