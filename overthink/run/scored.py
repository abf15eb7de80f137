"""The one join of what a run holds of each response. ResponseRows stream: each is read when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError
from overthink.run import STAGES, Run
from overthink.run.rows import ResponseRows
from overthink.run.table import Table
from overthink.text.thinking import Tags


def scored(run: Run) -> Iterator[Joined]:
    """The scored responses of a run, in the order of its score.jsonl."""
    return Join(run).having("score")


def find_response(folder: Path, row: str) -> Joined:
    """One response of a scored run, by its id or by its number, from 1. OverthinkError if a row of it is missing."""
    join = Join(Run(folder))
    responses = join.table("generate")
    ids = list(responses)
    row_id = ids[int(row) - 1] if row.isdigit() and 1 <= int(row) <= len(ids) else row
    if row_id not in responses:
        near = get_close_matches(row, ids, n=3, cutoff=0.3) or ids[:3]
        raise OverthinkError(
            f"{folder}: no response {row!r}", f"Give a number from 1 to {len(ids)}, or an id such as {', '.join(near)}."
        )
    found = join.of(row_id)
    for stage in STAGES:
        found.row(stage)
    return found


class Join:
    """The files of a run, each opened when it is first needed."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._tables: dict[str, Table[Any]] = {}

    def table(self, stage: str) -> Table[Any]:
        """The rows of this stage."""
        if stage not in self._tables:
            self._tables[stage] = self.run.table(stage)
        return self._tables[stage]

    def of(self, row_id: str) -> Joined:
        """The response with this id."""
        return Joined(self, row_id)

    def having(self, stage: str, *others: str) -> Iterator[Joined]:
        """The responses with a row of this stage, in its order, and rows of all others that are named."""
        tables = [self.table(name) for name in others]
        return (self.of(row_id) for row_id in self.table(stage) if all(row_id in table for table in tables))


class Joined(ResponseRows):
    """A response of a run, with the rows that were made of it."""

    __slots__ = ("_join", "_read", "id")

    def __init__(self, join: Join, row_id: str) -> None:
        self.id = row_id
        self._join = join
        self._read: dict[str, Any] = {}

    @property
    def tags(self) -> Tags | None:
        """The thinking tags of its run, if they are not among those known."""
        return self._join.run.manifest.think_tags

    def row(self, stage: str) -> Any:
        """The row of this stage. OverthinkError if there is none."""
        if stage not in self._read:
            table = self._join.table(stage)
            key = self.id.rpartition("#")[0] if stage == "problems" else self.id
            if key not in table:
                folder = self._join.run.folder
                raise OverthinkError(
                    f"{folder}: {self.id} has no row of {stage}", f"Run `overthink score {folder}` first."
                )
            self._read[stage] = table.read(key)
        return self._read[stage]
