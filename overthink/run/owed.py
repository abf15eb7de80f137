"""What a stage of a run owes, and how it is made: rows missing, failed, or made from other rows than today's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from overthink.errors import OverthinkError
from overthink.records import Failure, Response, Row
from overthink.run import ROW_TYPES, Run
from overthink.run.rows import ResponseRows
from overthink.run.table import PartFile, Table
from overthink.text.digest import digest
from overthink.text.thinking import Tags

INPUTS: dict[str, tuple[str, ...]] = {
    "segment": ("problems", "generate"),
    "cluster": ("problems", "generate", "segment"),
    "verify": ("problems", "generate", "segment"),
    "score": ("problems", "generate", "segment", "cluster", "verify"),
    "follow": ("problems", "generate"),
    "constraints": ("problems", "generate"),
    "attention": ("problems", "generate", "constraints"),
}
"""What the rows of a stage are made from."""


@dataclass(frozen=True, slots=True)
class Item(ResponseRows):
    """One owed row: its id, the digest of what it is made from, and those rows by the stage that made them (INPUTS).

    A response has no source: its problem never changes.
    """

    id: str
    source: str
    rows: Mapping[str, Row]
    think_tags: Tags | None = None

    @property
    def tags(self) -> Tags | None:
        """The thinking tags of its run, if they are not among those known."""
        return self.think_tags

    def row(self, stage: str) -> Any:
        """The row of this stage. KeyError if it is none of the inputs."""
        return self.rows[stage]

    def having(self, stage: str, row: Row) -> Item:
        """The same item with one row more."""
        return replace(self, rows={**self.rows, stage: row})


Work = Callable[[Iterator[Item]], Iterator[Row | Failure]]
"""A stage at work: takes owed items as it can use them, gives rows or failures in any order."""


class Progress(Protocol):
    """Told how far a stage is."""

    def start(self, label: str, total: int) -> None:
        """A stage begins, with so many rows to make."""

    def step(self) -> None:
        """One more row is made, or has failed."""

    def response(self, row: Response) -> None:
        """This response is done."""

    def stop(self) -> None:
        """The stage ended, or was stopped."""


@dataclass(frozen=True)
class StageOutcome:
    """What a stage did just now: rows made, rows that failed."""

    made: int
    failed: int


def advance(run: Run, stage: str, work: Work, progress: Progress) -> StageOutcome:
    """Make the rows that this stage owes: those that are missing, failed, or made from other rows than today's.

    The caller holds the lock and has called `start`.
    """
    inputs = {name: run.table(name) for name in INPUTS[stage]}
    return _make(run, stage, _sources(inputs), inputs, work, progress)


def make_responses(run: Run, planned: Iterable[str], work: Work, progress: Progress) -> StageOutcome:
    """Make the responses with these ids that are missing, and those that failed before; what is there stays.

    The caller holds the lock and has called `start`; the problems are there.
    """
    problems = run.table("problems")
    place = {problem_id: position for position, problem_id in enumerate(problems)}
    failed = (failure.id for failure in run.failures() if failure.stage == "generate")
    there = PartFile(run.path("generate"), Response).rows_there()

    def position(row_id: str) -> tuple[int, int]:
        problem_id, _, sample = row_id.rpartition("#")
        return place[problem_id], int(sample)

    order = sorted({*there, *planned, *failed}, key=position)
    return _make(run, "generate", dict.fromkeys(order), {"problems": problems}, work, progress)


def _make(
    run: Run,
    stage: str,
    sources: Mapping[str, str | None],
    inputs: dict[str, Table[Any]],
    work: Work,
    progress: Progress,
) -> StageOutcome:
    """Keep the good rows of an earlier try, make the others, and note the failures and the time that it took.

    `sources`: the digest of what each row is made from, in the order of the finished file.
    """
    part: PartFile[Any] = PartFile(run.path(stage), ROW_TYPES[stage])
    good = _good_rows(part, sources)
    owed = [row_id for row_id in sources if row_id not in good]
    if not owed and run.finished(stage) and len(run.table(stage)) == len(good):
        return StageOutcome(0, 0)
    began = time.monotonic()
    part.keep(table.line(row_id) for row_id, table in good.items())
    failures: list[Failure] = []
    made = 0
    progress.start(f"{run.name}: {stage}", len(owed))
    try:
        for row in work(_items(owed, sources, inputs, run.manifest.think_tags)):
            if isinstance(row, Failure):
                failures.append(row)
            else:
                part.append(row)
                made += 1
            progress.step()
    finally:
        progress.stop()
        part.close()
    part.finish(sources)
    place = {row_id: k for k, row_id in enumerate(sources)}
    failures.sort(key=lambda failure: place[failure.id])
    run.replace_failures(stage, failures)
    record = run.manifest.stages[stage]
    run.record(
        stage,
        record.model_copy(
            update={
                "rows": len(sources) - len(failures),
                "failed": len(failures),
                "seconds": round(record.seconds + time.monotonic() - began, 3),
            }
        ),
    )
    return StageOutcome(made, len(failures))


def count_owed(run: Run, stage: str) -> int:
    """How many rows this stage owes today."""
    return len(_owed(run, stage)[0])


def items_of(run: Run, stage: str, *, anew: bool = False) -> Iterator[Item]:
    """The rows that this stage owes today, or `anew` all of them, with what they are to be made from."""
    owed, sources, inputs = _owed(run, stage)
    return _items(list(sources) if anew else owed, sources, inputs, run.manifest.think_tags)


def _owed(run: Run, stage: str) -> tuple[list[str], dict[str, str], dict[str, Table[Any]]]:
    inputs = {name: run.table(name) for name in INPUTS[stage]}
    sources = _sources(inputs)
    good = _good_rows(PartFile(run.path(stage), ROW_TYPES[stage]), sources)
    return [row_id for row_id in sources if row_id not in good], sources, inputs


def _sources(inputs: dict[str, Table[Any]]) -> dict[str, str]:
    """The source digest of each row whose inputs are all there, in the order of generate.jsonl."""
    problems, responses = inputs["problems"], inputs["generate"]
    later = [table for name, table in inputs.items() if name not in ("problems", "generate")]
    sources: dict[str, str] = {}
    for row_id, entry in responses.entries.items():
        problem_id = row_id.rpartition("#")[0]
        if problem_id not in problems:
            raise OverthinkError(
                f"{responses.path}: row {row_id!r} belongs to no problem of problems.jsonl",
                "Import or generate again into another folder.",
            )
        if all(row_id in table for table in later):
            digests = [problems.entries[problem_id].digest, entry.digest, *(t.entries[row_id].digest for t in later)]
            sources[row_id] = digest(*digests)
    return sources


def _good_rows(part: PartFile[Any], sources: Mapping[str, str | None]) -> dict[str, Table[Any]]:
    """The rows of an earlier try that are made from today's rows."""
    return {
        row_id: table
        for row_id, table in part.rows_there().items()
        if row_id in sources and sources[row_id] == table.entries[row_id].source
    }


def _items(
    owed: list[str], sources: Mapping[str, str | None], inputs: dict[str, Table[Any]], tags: Tags | None
) -> Iterator[Item]:
    for row_id in owed:
        problem_id = row_id.rpartition("#")[0]
        rows = {name: table.read(problem_id if name == "problems" else row_id) for name, table in inputs.items()}
        yield Item(row_id, sources[row_id] or "", rows, tags)
