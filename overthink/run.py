"""The run folder: its manifest (run.json), its rows, who may write it, what is owed, and how a stage is carried out."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout
from pydantic import Field, ValidationError

from overthink.errors import OverthinkError
from overthink.jsonl import PartFile, Table, digest, disk_errors, write_text
from overthink.records import (
    Attended,
    Clusters,
    Failure,
    Followed,
    JudgeAgreement,
    JudgeUse,
    Marked,
    Problem,
    Response,
    Row,
    Score,
    Segments,
    Verdicts,
)

SCHEMA_VERSION = 1
MANIFEST = "run.json"

ROW_TYPES: dict[str, type[Row]] = {
    "problems": Problem,
    "generate": Response,
    "segment": Segments,
    "cluster": Clusters,
    "verify": Verdicts,
    "score": Score,
    "follow": Followed,
    "constraints": Marked,
    "attention": Attended,
}
"""The files of a run in the order of the pipeline, and the rows they hold."""

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

STAGES = ("segment", "cluster", "verify", "score")
"""The stages between responses and the report, in order; the others are of a wing of its own, `follow`."""


class StageRecord(Row):
    """What run.json keeps of a stage: the config it was started with, and what became of it."""

    config: dict[str, Any]
    rows: int = 0
    failed: int = 0
    seconds: float = 0.0
    judge: JudgeUse | None = Field(None, exclude_if=lambda value: value is None)


class Manifest(Row):
    """run.json."""

    schema_version: int = SCHEMA_VERSION
    created: str
    model: str
    origin: str
    overthink: str
    libraries: dict[str, str] = {}
    think_tags: tuple[str, str] | None = None
    mode: str | None = Field(
        None, description="Of `overthink follow`: base, cot or a remedy.", exclude_if=lambda value: value is None
    )
    thinks: str | None = Field(
        None, description="Of `overthink follow`: how the model comes to think.", exclude_if=lambda value: value is None
    )
    agreement: JudgeAgreement | None = Field(None, exclude_if=lambda value: value is None)
    datasets: dict[str, str] = Field({}, description="Dataset: its revision, as loaded.")
    splits: dict[str, str] = Field({}, description="Dataset: train, test or unknown, where it was loaded to be asked.")
    stages: dict[str, StageRecord] = {}


@dataclass(frozen=True, slots=True)
class Item:
    """One owed row: its id, the digest of what it is made from, and those rows in the order of INPUTS.

    A response has no source: its problem never changes.
    """

    id: str
    source: str
    rows: tuple[Any, ...]


Work = Callable[[Iterator[Item]], Iterator[Row | Failure]]
"""A stage at work: takes owed items as it can use them, gives rows or failures in any order."""


class Progress(Protocol):
    """Told how far a stage is."""

    def start(self, label: str, total: int) -> None:
        """A stage begins, with so many rows to make."""

    def step(self) -> None:
        """One more row is made, or has failed."""

    def stop(self) -> None:
        """The stage ended, or was stopped."""


@dataclass(frozen=True)
class Outcome:
    """What a stage did just now: rows made, rows that failed."""

    made: int
    failed: int


class Run:
    """One model's responses and what was made of them."""

    def __init__(self, folder: Path) -> None:
        """Open an existing run folder."""
        self.folder = folder
        self.manifest = _read_manifest(folder)

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.folder.name

    @classmethod
    def create(cls, folder: Path, manifest: Manifest) -> Run:
        """Make the folder, or open the one that is there if it is the same model's."""
        if (folder / MANIFEST).exists():
            run = cls(folder)
            for key in ("model", "think_tags", "mode"):
                old, new = getattr(run.manifest, key), getattr(manifest, key)
                if old != new:
                    raise OverthinkError(f"{folder}: {key} was {old!r}, now {new!r}", "Give another folder with --out.")
            return run
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        _write_manifest(folder, manifest)
        return cls(folder)

    def update(self, **changes: Any) -> None:
        """Change the manifest, on disk and here."""
        self.manifest = self.manifest.model_copy(update=changes)
        _write_manifest(self.folder, self.manifest)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the run for this process. The kernel gives the lock back when the process dies."""
        lock = FileLock(self.folder / ".lock")
        with disk_errors(self.folder):
            try:
                lock.acquire(timeout=0)
            except Timeout:  # it is an OSError, too
                raise OverthinkError(
                    f"{self.folder}: another overthink process is writing this run",
                    "Wait for it to end, or stop it; nothing was changed.",
                ) from None
        try:
            yield
        finally:
            lock.release()

    def path(self, name: str) -> Path:
        """The finished file of a stage."""
        return self.folder / f"{name}.jsonl"

    def finished(self, name: str) -> bool:
        """Is the file of this stage whole?"""
        return self.path(name).exists() and not self.path(name).with_name(f"{name}.jsonl.part").exists()

    def table(self, name: str) -> Table[Any]:
        """The rows of a finished stage."""
        return Table(self.path(name), ROW_TYPES[name])

    def failures(self) -> list[Failure]:
        """The rows that could not be made, of all stages."""
        path = self.folder / "failures.jsonl"
        if not path.exists():
            return []
        lines = path.read_bytes().split(b"\n")
        return [Failure.model_validate_json(line) for line in lines if line.strip()]

    def put_failures(self, stage: str, failures: list[Failure]) -> None:
        """Replace what is noted of this stage."""
        kept = [failure for failure in self.failures() if failure.stage != stage]
        path = self.folder / "failures.jsonl"
        if kept or failures or path.exists():
            write_text(path, "".join(row.model_dump_json() + "\n" for row in [*kept, *failures]))

    def redo(self, stage: str) -> None:
        """Forget a stage: its rows and the config it was started with."""
        for path in (self.path(stage), self.path(stage).with_name(f"{stage}.jsonl.part")):
            with disk_errors(path):
                path.unlink(missing_ok=True)
        self.update(stages={name: record for name, record in self.manifest.stages.items() if name != stage})

    def forget(self) -> None:
        """Remove what a run without any response holds: the next try starts anew, with whatever model and options."""
        if not self.holds_responses():
            for name in ("problems.jsonl", "generate.jsonl.part", "failures.jsonl", MANIFEST):
                with disk_errors(self.folder / name):
                    (self.folder / name).unlink(missing_ok=True)

    def holds_responses(self) -> bool:
        """Is any response there, from a finished or a killed try?"""
        return bool(_rows_there(PartFile(self.path("generate"), Response)))

    def start(self, stage: str, config: dict[str, Any], free: Collection[str] = ()) -> None:
        """Note the config of a stage; refuse another one than it was started with, the `free` keys apart."""
        record = self.manifest.stages.get(stage)
        if record is None:
            self._record(stage, StageRecord(config=config))
            return
        changed = sorted(
            key
            for key in (record.config.keys() | config.keys()).difference(free)
            if record.config.get(key) != config.get(key)
        )
        if changed:
            changed = ["judge"] if "judge" in changed else changed  # all others follow from it
            what = ", ".join(f"{key} was {record.config.get(key)!r}, now {config.get(key)!r}" for key in changed)
            raise OverthinkError(
                f"{self.folder}: {stage} was started with another config: {what}",
                f"Give --redo {stage} to make its rows anew, or use another run folder.",
            )
        if record.config != config:
            self._record(stage, record.model_copy(update={"config": config}))

    def judge_of(self, stage: str) -> str:
        """Who judged this stage: the name of the rules, or of the way to ask a model, and that model."""
        config = self.manifest.stages[stage].config
        name: str = config[{"segment": "segmenter", "cluster": "clusterer", "verify": "verifier"}[stage]]
        return f"{name} ({config['judge_model']})" if "judge_model" in config else name

    def judged(self, stage: str, use: JudgeUse) -> None:
        """Note what a judge was asked for this stage."""
        self._record(stage, self.manifest.stages[stage].model_copy(update={"judge": use}))

    def _record(self, stage: str, record: StageRecord) -> None:
        self.update(stages={**self.manifest.stages, stage: record})

    def advance(self, stage: str, work: Work, progress: Progress) -> Outcome:
        """Make the rows that this stage owes: those that are missing, failed, or made from other rows than today's.

        The caller holds the lock and has called `start`.
        """
        inputs = {name: self.table(name) for name in INPUTS[stage]}
        return self._make(stage, _sources(inputs), inputs, work, progress)

    def generate(self, planned: Iterable[str], work: Work, progress: Progress) -> Outcome:
        """Make the responses with these ids that are missing, and those that failed before; what is there stays.

        The caller holds the lock and has called `start`; the problems are there.
        """
        problems = self.table("problems")
        place = {problem_id: position for position, problem_id in enumerate(problems)}
        failed = (failure.id for failure in self.failures() if failure.stage == "generate")
        there = _rows_there(PartFile(self.path("generate"), Response))

        def position(row_id: str) -> tuple[int, int]:
            problem_id, _, sample = row_id.rpartition("#")
            return place[problem_id], int(sample)

        order = sorted({*there, *planned, *failed}, key=position)
        return self._make("generate", dict.fromkeys(order), {"problems": problems}, work, progress)

    def _make(
        self,
        stage: str,
        sources: Mapping[str, str | None],
        inputs: dict[str, Table[Any]],
        work: Work,
        progress: Progress,
    ) -> Outcome:
        part: PartFile[Any] = PartFile(self.path(stage), ROW_TYPES[stage])
        good = _good_rows(part, sources)
        owed = [row_id for row_id in sources if row_id not in good]
        if not owed and self.finished(stage) and len(self.table(stage)) == len(good):
            return Outcome(0, 0)
        began = time.monotonic()
        part.keep(table.line(row_id) for row_id, table in good.items())
        failures: list[Failure] = []
        made = 0
        progress.start(f"{self.name}: {stage}", len(owed))
        try:
            for row in work(_items(owed, sources, inputs)):
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
        self.put_failures(stage, failures)
        record = self.manifest.stages[stage]
        self._record(
            stage,
            record.model_copy(
                update={
                    "rows": len(sources) - len(failures),
                    "failed": len(failures),
                    "seconds": round(record.seconds + time.monotonic() - began, 3),
                }
            ),
        )
        return Outcome(made, len(failures))

    def owed(self, stage: str) -> int:
        """How many rows this stage owes today."""
        return len(self._owed(stage)[0])

    def items(self, stage: str, *, anew: bool = False) -> Iterator[Item]:
        """The rows that this stage owes today, or `anew` all of them, with what they are to be made from."""
        owed, sources, inputs = self._owed(stage)
        return _items(list(sources) if anew else owed, sources, inputs)

    def _owed(self, stage: str) -> tuple[list[str], dict[str, str], dict[str, Table[Any]]]:
        inputs = {name: self.table(name) for name in INPUTS[stage]}
        sources = _sources(inputs)
        good = _good_rows(PartFile(self.path(stage), ROW_TYPES[stage]), sources)
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


def _rows_there(part: PartFile[Any]) -> dict[str, Table[Any]]:
    """The rows of an earlier try, finished or killed: their ids, and the file that holds each."""
    there: dict[str, Table[Any]] = {}
    for path in (part.path, part.part):
        table = Table(path, part.row_type, torn=True)
        there.update(dict.fromkeys(table, table))
    return there


def _good_rows(part: PartFile[Any], sources: Mapping[str, str | None]) -> dict[str, Table[Any]]:
    """The rows of an earlier try that are made from today's rows."""
    return {
        row_id: table
        for row_id, table in _rows_there(part).items()
        if row_id in sources and sources[row_id] == table.entries[row_id].source
    }


def _items(owed: list[str], sources: Mapping[str, str | None], inputs: dict[str, Table[Any]]) -> Iterator[Item]:
    for row_id in owed:
        problem_id = row_id.rpartition("#")[0]
        rows = tuple(table.read(problem_id if name == "problems" else row_id) for name, table in inputs.items())
        yield Item(row_id, sources[row_id] or "", rows)


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise OverthinkError(
            f"{folder}: not a run folder (it holds no {MANIFEST})",
            "Make one with `overthink import FILE --out DIR`, or name the folder of a model inside DIR.",
        ) from None
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        raise OverthinkError(
            ": ".join(filter(None, (str(path), ".".join(map(str, first["loc"])), first["msg"]))),
            "The file was changed by hand or written by a newer overthink: update overthink, or import again.",
        ) from None
    if manifest.schema_version > SCHEMA_VERSION:
        raise OverthinkError(
            f"{path}: written by a newer overthink (schema {manifest.schema_version}, known: {SCHEMA_VERSION})",
            "Update overthink.",
        )
    return manifest


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    write_text(folder / MANIFEST, manifest.model_dump_json(indent=2) + "\n")
