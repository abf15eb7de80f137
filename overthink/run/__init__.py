"""The run folder: one model's responses and what was made of them; who may write it, and what it forgets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from overthink.config import typed, typed_option
from overthink.errors import OverthinkError
from overthink.records import (
    Attended,
    Clusters,
    Failure,
    Followed,
    JudgeUse,
    Marked,
    Problem,
    Response,
    Row,
    Score,
    Segments,
    Verdicts,
)
from overthink.run.manifest import MANIFEST, Manifest, StageRecord, read_manifest, write_manifest
from overthink.run.table import PartFile, Table, disk_errors, write_text

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

STAGES = ("segment", "cluster", "verify", "score")
"""The stages between responses and the report, in order; the others are of a wing of its own, `follow`."""


class Run:
    """One model's responses and what was made of them."""

    def __init__(self, folder: Path) -> None:
        """Open an existing run folder."""
        self.folder = folder
        self.manifest = read_manifest(folder)

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.folder.name

    @classmethod
    def create(cls, folder: Path, manifest: Manifest) -> Run:
        """Make the folder, or open the one that is there. OverthinkError if that is of another model, tags or mode."""
        if (folder / MANIFEST).exists():
            run = cls(folder)
            for key, name in (("model", "--model"), ("think_tags", "--think-tags"), ("mode", "mode")):
                old, new = (typed(name, getattr(each, key)) for each in (run.manifest, manifest))
                if old != new:
                    raise OverthinkError(f"{folder}: made with {old}, now {new}", "Give another folder with --out.")
            return run
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        write_manifest(folder, manifest)
        return cls(folder)

    def update(self, **changes: Any) -> None:
        """Change the manifest, on disk and here."""
        self.manifest = self.manifest.model_copy(update=changes)
        write_manifest(self.folder, self.manifest)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the run for this process, until it dies at the latest. OverthinkError if another holds it."""
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

    def failed(self) -> dict[str, int]:
        """How many rows could not be made, by stage."""
        return dict(sorted(Counter(failure.stage for failure in self.failures()).items()))

    def replace_failures(self, stage: str, failures: list[Failure]) -> None:
        """Replace what is noted of this stage."""
        kept = [failure for failure in self.failures() if failure.stage != stage]
        path = self.folder / "failures.jsonl"
        if kept or failures or path.exists():
            write_text(path, "".join(row.model_dump_json() + "\n" for row in [*kept, *failures]))

    def redo(self, stage: str) -> None:
        """Forget a stage: its rows, the config it was started with, and what was seen while responses were read."""
        for path in (self.path(stage), self.path(stage).with_name(f"{stage}.jsonl.part")):
            with disk_errors(path):
                path.unlink(missing_ok=True)
        caveats = [] if stage == "generate" else self.manifest.caveats
        stages = {name: record for name, record in self.manifest.stages.items() if name != stage}
        self.update(stages=stages, caveats=caveats)

    def forget(self) -> None:
        """Remove what a run without any response holds: the next try starts anew, with whatever model and options."""
        if not self.holds_responses():
            for name in ("problems.jsonl", "generate.jsonl.part", "failures.jsonl", MANIFEST):
                with disk_errors(self.folder / name):
                    (self.folder / name).unlink(missing_ok=True)

    def holds_responses(self) -> bool:
        """Is any response there, from a finished or a killed try?"""
        return self.count_responses() > 0

    def count_responses(self) -> int:
        """How many responses are there, from finished and killed tries."""
        return len(PartFile(self.path("generate"), Response).rows_there())

    def start(self, stage: str, config: dict[str, Any], free: Collection[str] = ()) -> None:
        """Note the config of a stage. OverthinkError if it was started with another one, the `free` keys apart."""
        record = self.manifest.stages.get(stage)
        if record is None:
            self.record(stage, StageRecord(config=config))
            return
        changed = sorted(
            key
            for key in (record.config.keys() | config.keys()).difference(free)
            if record.config.get(key) != config.get(key)
        )
        if changed:
            changed = ["judge"] if "judge" in changed else changed  # all others follow from it
            old, new = (
                " ".join(typed_option(stage, key, each.get(key)) for key in changed) for each in (record.config, config)
            )
            raise OverthinkError(
                f"{self.folder}: {stage} was started with {old}, now with {new}",
                f"Give --redo {stage} to make its rows anew, or use another run folder.",
            )
        if record.config != config:
            self.record(stage, record.model_copy(update={"config": config}))

    def record_judge(self, stage: str, use: JudgeUse) -> None:
        """Note what a judge was asked for this stage."""
        self.record(stage, self.manifest.stages[stage].model_copy(update={"judge": use}))

    def record(self, stage: str, record: StageRecord) -> None:
        """Replace what run.json keeps of a stage."""
        self.update(stages={**self.manifest.stages, stage: record})
