"""import: recorded responses become run folders, one for each model."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError
from overthink.jsonl import PartFile, Table, digest
from overthink.records import Failure, Problem, Response, Row
from overthink.run import ROW_TYPES, Manifest, Run


def folder_name(model: str) -> str:
    """A folder name for a model: `Qwen/QwQ-32B` gives `Qwen--QwQ-32B`."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", model.replace("/", "--")).strip("-.") or "model"


def import_responses(
    rows: Iterable[tuple[str, Problem, Response | Failure]], out: Path, manifest: Manifest
) -> dict[str, Run]:
    """Write the rows, each with its model, into one run folder for each model under `out`. The runs by model.

    Rows that are there already are left alone; a row that is there with another text is refused, and nothing is
    changed. `manifest` is that of a new run, its model aside.
    """
    folders: dict[str, _Folder] = {}
    with ExitStack() as stack:
        for model, problem, row in rows:
            if model not in folders:
                name = folder_name(model)
                if name in {folder.run.name for folder in folders.values()}:
                    name += f"-{digest(model)[:6]}"
                run = Run.create(out / name, manifest.model_copy(update={"model": model}))
                stack.enter_context(run.lock())
                folders[model] = stack.enter_context(_Folder(run))
            folders[model].add(problem, row)
        for folder in folders.values():
            folder.finish()
    return {model: folder.run for model, folder in folders.items()}


class _Folder:
    """The two files of one model while they are written."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._files = {name: _Additions(run, name) for name in ("problems", "generate")}
        self._failures: list[Failure] = []

    def __enter__(self) -> _Folder:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.discard()

    def add(self, problem: Problem, row: Response | Failure) -> None:
        self._files["problems"].add(problem)
        if isinstance(row, Failure):
            self._failures.append(row)
        else:
            self._files["generate"].add(row)

    def finish(self) -> None:
        for file in self._files.values():
            file.finish()
        self.run.put_failures("import", self._failures)


class _Additions:
    """A file to which rows are only added: what is there stays, and a new row goes behind it."""

    def __init__(self, run: Run, name: str) -> None:
        self._part: PartFile[Any] = PartFile(run.path(name), ROW_TYPES[name])
        self._there = Table(run.path(name), ROW_TYPES[name])
        self._added: dict[str, str] = {}
        self._part.keep(self._there.line(row_id) for row_id in self._there)

    def add(self, row: Problem | Response) -> None:
        """Write the row if it is new. OverthinkError where its id is taken by another text."""
        line = digest(_line(row))
        known = self._there.entries[row.id].digest if row.id in self._there else self._added.get(row.id)
        if known is None:
            self._part.append(row)
            self._added[row.id] = line
        elif known != line:
            raise OverthinkError(
                f"{self._part.path}: row {row.id!r} is there already, with another content",
                "Import both files in one command (they become further samples), or give another folder with --out.",
            )

    def finish(self) -> None:
        self._part.finish([*self._there, *self._added])

    def discard(self) -> None:
        """Leave the finished file as it was, if `finish` was not reached."""
        self._part.discard()


def _line(row: Row) -> bytes:
    return row.model_dump_json().encode()
