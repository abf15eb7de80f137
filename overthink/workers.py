"""Processes that make rows side by side. A row that kills its process becomes a failure; the others are made."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain, islice
from types import TracebackType
from typing import Any

from pebble import ProcessExpired

from overthink.errors import OverthinkError, UnreadableReply
from overthink.records import Failure, Row
from overthink.run.owed import Item, Work
from overthink.run.processes import start_pool

CHUNK = 16
AHEAD = 4
"""Chunks in flight for each process: enough to keep it busy, few enough to keep memory flat."""
WALL_SECONDS = 600.0
"""A chunk that takes longer hangs."""

Make = Callable[[Item], Row]
"""Makes one row from its inputs; it must be picklable."""


class Workers:
    """A pool that starts when it is first worth it, and serves all stages and runs of one command."""

    def __init__(self, processes: int | None = None) -> None:
        self.processes = processes or os.cpu_count() or 1
        self._pool: Any = None  # a ProcessPool; its methods carry no types

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.close() if kind is None else self._pool.stop()
            self._pool.join()

    def each(self, stage: str, make: Make) -> Work:
        """A stage that makes every row by itself."""

        def work(items: Iterator[Item]) -> Iterator[Row | Failure]:
            first = list(islice(items, CHUNK * 2))
            if len(first) < CHUNK * 2 or self.processes == 1:
                yield from one_by_one(stage, make)(chain(first, items))
            else:
                yield from self._side_by_side(stage, make, chain(first, items))

        return work

    def _side_by_side(self, stage: str, make: Make, items: Iterator[Item]) -> Iterator[Row | Failure]:
        chunks = iter(lambda: list(islice(items, CHUNK)), [])
        flying: deque[tuple[list[Item], Any]] = deque()
        for chunk in chunks:
            flying.append((chunk, self._send(stage, make, chunk)))
            if len(flying) >= self.processes * AHEAD:
                yield from self._landed(stage, make, *flying.popleft())
        while flying:
            yield from self._landed(stage, make, *flying.popleft())

    def _send(self, stage: str, make: Make, chunk: list[Item]) -> Any:
        if self._pool is None:
            self._pool = start_pool(self.processes)
        return self._pool.schedule(_made_chunk, args=(stage, make, chunk), timeout=WALL_SECONDS)

    def _landed(self, stage: str, make: Make, chunk: list[Item], future: Any) -> Iterator[Row | Failure]:
        try:
            yield from future.result()
        except (ProcessExpired, TimeoutError) as error:
            if len(chunk) == 1:
                kind = "timeout" if isinstance(error, TimeoutError) else "crash"
                yield Failure(stage=stage, id=chunk[0].id, kind=kind, message=str(error))
                return
            for item in chunk:
                yield from self._landed(stage, make, [item], self._send(stage, make, [item]))


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
