"""import: recorded responses become run folders, one for each model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from overthink import __version__
from overthink.errors import OverthinkError
from overthink.imports.counts import ImportCounts, NoteCounts
from overthink.imports.log import MISSING_REPLY
from overthink.imports.recording import STAGE, Recorded, Recording
from overthink.problems import Catalogue
from overthink.problems.rows import column_map
from overthink.records import Failure, Problem, Response
from overthink.render.cells import printable
from overthink.run import ROW_TYPES, Run
from overthink.run.caveats import extended
from overthink.run.manifest import MANIFEST, FileRead, Manifest, folder_name
from overthink.run.table import Additions, disk_errors
from overthink.session import now
from overthink.text.digest import digest
from overthink.text.thinking import Tags


def import_files(
    files: Sequence[Path],
    out: Path,
    *,
    dataset: str | None = None,
    model: str | None = None,
    columns: Sequence[str] = (),
    form: str | None = None,
    think_tags: Tags | None = None,
    catalogue: Catalogue,
    say: Callable[[str], None],
) -> list[Run]:
    """Recorded responses become one run a model under `out`; `say` is told what the user should know of the rows."""
    recording = Recording(
        files, catalogue, model=model, dataset=dataset, columns=column_map(columns), format=form, tags=think_tags,
        there=_problems_under(out),
    )  # fmt: skip
    digests = {file: _sha256(file) for file in recording.files}
    read = {key: FileRead(name=file.name, options=recording.options) for file, key in digests.items()}
    manifest = Manifest(
        created=now(), model="", origin="import", overthink=__version__, think_tags=think_tags, read=read
    )
    runs = list(import_responses(recording, out, manifest, recording.tally).values())
    read |= {key: read[key].model_copy(update={"columns": recording.columns_of(file)}) for file, key in digests.items()}
    for run in runs:
        datasets = {**run.manifest.datasets, **recording.tally.revisions}
        run.update(datasets=datasets, read={**run.manifest.read, **read})
    for note in recording.notes():
        say(printable(note))
    return runs


def _sha256(file: Path) -> str:
    with disk_errors(file), file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _problems_under(out: Path) -> Iterator[Problem]:
    """The problems of the runs in this folder, those that cannot be read left out: only who writes one must read it."""
    for path in sorted(out.glob(f"*/{MANIFEST}")):
        with suppress(OverthinkError):
            yield from list(Run(path.parent).table("problems").rows())


def import_responses(
    rows: Iterable[Recorded], out: Path, manifest: Manifest, tally: ImportCounts | None = None
) -> dict[str, Run]:
    """Write the rows, each with its model, into one run folder for each model under `out`. The runs by model.

    Responses that are there already, word for word, are left alone. Those that have no sample number of their own are
    further samples of problems that are there; a number that is taken by another text is refused, and nothing is
    changed. `manifest` is that of a new run, its model aside. What was noted of new responses, and in `tally` of their
    files, is kept in run.json.
    """
    tally = tally or ImportCounts()
    folders: dict[str, _Folder] = {}
    try:
        with ExitStack() as stack:
            for recorded in rows:
                model = recorded.model
                if model not in folders:
                    name = folder_name(model)
                    if name in {folder.run.name for folder in folders.values()}:
                        name += f"-{digest(model)[:6]}"
                    run = Run.create(out / name, manifest.model_copy(update={"model": model, "read": {}}))
                    stack.enter_context(run.lock())
                    _check_read(run, manifest.read)
                    folders[model] = stack.enter_context(_Folder(run, tally, manifest.read))
                folders[model].add(recorded)
            for folder in folders.values():
                folder.finish()
    except OverthinkError:
        for folder in folders.values():
            folder.run.forget()
        raise
    return {model: folder.run for model, folder in folders.items()}


def _check_read(run: Run, files: Mapping[str, FileRead]) -> None:
    """OverthinkError if the run holds one of these files, read with other options: its rows would be there twice."""
    for key, new in files.items():
        old = run.manifest.read.get(key)
        if old is not None and old.options != new.options:
            raise OverthinkError(
                f"{run.folder}: {new.name} was imported with {old.options}, now with {new.options}",
                "Give another folder with --out, or remove this one and import once more.",
            )


class _Folder:
    """The two files of one model while they are written."""

    def __init__(self, run: Run, tally: ImportCounts, files: Mapping[str, FileRead]) -> None:
        self.run = run
        self._tally = tally
        self._held = _Held(run)
        self._files = {name: Additions(run.path(name), ROW_TYPES[name]) for name in ("problems", "generate")}
        self._failures: dict[str, Failure] = {}
        self._notes = NoteCounts()
        self._new = 0
        names = {file.name for file in files.values()}
        self._read_before = bool(names) and names <= {file.name for file in run.manifest.read.values()}

    def __enter__(self) -> _Folder:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.discard()

    def add(self, recorded: Recorded) -> None:
        if recorded.problem.id not in self._files["problems"]:
            self._files["problems"].add(recorded.problem)
        row = self._held.placed(recorded.problem.id, recorded.row, counted=recorded.counted)
        if isinstance(row, Failure):
            self._failures[row.id] = row
        elif row is None:
            self._tally.there += isinstance(recorded.row, Response)
        elif self._files["generate"].add(row):
            self._new += 1
            self._tally.further += recorded.problem.id in self._held
            self._notes.add(recorded.notes)

    def finish(self) -> None:
        for file in self._files.values():
            file.finish()
        failures = {failure.id: failure for failure in self.run.failures() if failure.stage == STAGE} | self._failures
        responses = self.run.table("generate")
        self.run.replace_failures(STAGE, [one for row_id, one in failures.items() if row_id not in responses])
        if self._new:
            whole = [] if self._read_before else self._tally.whole
            new = [*self._notes.written(self._new), *whole]
            self.run.update(caveats=extended(self.run.manifest.caveats, new, len(responses)))


class _Held:
    """The samples that a run held before: which numbers are taken, and by which texts."""

    def __init__(self, run: Run) -> None:
        self._texts: dict[str, dict[int, str]] = {}
        self._found: set[tuple[str, int]] = set()
        self._given: set[tuple[str, int]] = set()
        for row in run.table("generate").rows():
            self._texts.setdefault(row.problem_id, {})[row.sample] = digest(row.response)

    def __contains__(self, problem: str) -> bool:
        return problem in self._texts

    def placed(self, problem: str, row: Response | Failure, *, counted: bool) -> Response | Failure | None:
        """The row under a number that is free, if its own is only counted; null if the run holds it already.

        A request without a reply is none any more if the run holds a response in its place.
        """
        held = self._texts.get(problem)
        if held is None:
            return row
        number = int(row.id.rpartition("#")[2])
        if isinstance(row, Response):
            text = digest(row.response)
            places = [number, *held] if counted else [number]
            same = next((at for at in places if held.get(at) == text and (problem, at) not in self._found), None)
            if same is not None:
                self._found.add((problem, same))
                return None
        if not counted or (isinstance(row, Failure) and row.kind == MISSING_REPLY):
            return None if isinstance(row, Failure) and number in held else row
        while number in held or (problem, number) in self._given:
            number += 1
        self._given.add((problem, number))
        changes: dict[str, Any] = {"id": f"{problem}#{number}"}
        return row.model_copy(update=changes | ({"sample": number} if isinstance(row, Response) else {}))
