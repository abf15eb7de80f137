"""What a named benchmark is: where its rows are, and how one of them becomes a Problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from overthink.records import Problem

Split = Literal["train", "test", "unknown"]
"""What the problems are for; nothing may be trained on those of a test split."""

RawRow = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """One split of one configuration of a repository on the hub, pinned to a commit.

    `files` are the names it may have below the repository's folder in a mirror; the first that is there is read.
    """

    repository: str
    config: str | None
    split: str
    revision: str | None
    files: tuple[str, ...]


@dataclass(frozen=True)
class DatasetInfo:
    """What `overthink datasets` lists. `levels` is empty if problems have none; `problems` null if unknown."""

    name: str
    aliases: tuple[str, ...]
    problems: int | None
    levels: tuple[int, ...]
    split: Split
    repository: str
    licence: str


@dataclass(frozen=True)
class Rows:
    """Raw rows, and the words for run.json that tell which revision they are."""

    rows: Iterator[RawRow]
    revision: str


Reader = Callable[[Path | None], Rows]
"""Gives the rows of a benchmark, from a mirror or (None) from the hub."""


def first_then(first: Rows, again: Callable[[], Rows]) -> Callable[[], Rows]:
    """Gives the rows that were opened already, and opens them again each time after."""
    opened = [first]
    return lambda: opened.pop() if opened else again()


@dataclass(frozen=True)
class Benchmark:
    """A named benchmark. `problem` turns the row with this index, counted from 0, into a Problem.

    `row_key`: a file of the user whose rows have this key is read as this benchmark's; None if no key is its alone.
    """

    info: DatasetInfo
    read: Reader
    problem: Callable[[RawRow, int], Problem]
    row_key: str | None = None


@dataclass(frozen=True)
class LoadedDataset:
    """The problems of a dataset; iterating a second time reads it again.

    `revision` tells run.json which rows these are: a commit of the hub, or the digest of a file.
    """

    name: str
    split: Split
    revision: str
    problems: Callable[[], Iterator[Problem]] = field(repr=False)

    def __iter__(self) -> Iterator[Problem]:
        return self.problems()


Columns = Mapping[str, str]
