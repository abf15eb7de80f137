"""import: recorded responses become run folders, one for each model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from overthink import __version__
from overthink.errors import OverthinkError
from overthink.imports.counts import Note, NoteCounts
from overthink.imports.recording import Recorded, Recording
from overthink.problems import Catalogue
from overthink.problems.rows import column_map
from overthink.records import Caveat, Failure, Problem, Response
from overthink.run import ROW_TYPES, Run
from overthink.run.caveats import extended
from overthink.run.manifest import Manifest, folder_name
from overthink.run.table import Additions
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
        files, catalogue, model=model, dataset=dataset, columns=column_map(columns), format=form, tags=think_tags
    )
    manifest = Manifest(created=now(), model="", origin="import", overthink=__version__, think_tags=think_tags)
    runs = list(import_responses(recording, out, manifest, whole=recording.tally.whole).values())
    for run in runs:
        run.update(datasets={**run.manifest.datasets, **recording.tally.revisions})
    for note in recording.notes():
        say(note)
    return runs


def import_responses(
    rows: Iterable[Recorded], out: Path, manifest: Manifest, whole: Sequence[Caveat] = ()
) -> dict[str, Run]:
    """Write the rows, each with its model, into one run folder for each model under `out`. The runs by model.

    Rows that are there already are left alone; a row that is there with another text is refused, and nothing is
    changed. `manifest` is that of a new run, its model aside. The notes of new responses are kept in run.json, and with
    them `whole`, the caveats of their files, which is read when all rows are.
    """
    folders: dict[str, _Folder] = {}
    try:
        with ExitStack() as stack:
            for model, problem, row, notes in rows:
                if model not in folders:
                    name = folder_name(model)
                    if name in {folder.run.name for folder in folders.values()}:
                        name += f"-{digest(model)[:6]}"
                    run = Run.create(out / name, manifest.model_copy(update={"model": model}))
                    stack.enter_context(run.lock())
                    folders[model] = stack.enter_context(_Folder(run))
                folders[model].add(problem, row, notes)
            for folder in folders.values():
                folder.finish(whole)
    except OverthinkError:
        for folder in folders.values():
            folder.run.forget()
        raise
    return {model: folder.run for model, folder in folders.items()}


class _Folder:
    """The two files of one model while they are written."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._files = {name: Additions(run.path(name), ROW_TYPES[name]) for name in ("problems", "generate")}
        self._failures: list[Failure] = []
        self._notes = NoteCounts()
        self._new = 0

    def __enter__(self) -> _Folder:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.discard()

    def add(self, problem: Problem, row: Response | Failure, notes: tuple[Note, ...]) -> None:
        self._files["problems"].add(problem)
        if isinstance(row, Failure):
            self._failures.append(row)
        elif self._files["generate"].add(row):
            self._new += 1
            self._notes.add(notes)

    def finish(self, whole: Sequence[Caveat]) -> None:
        for file in self._files.values():
            file.finish()
        self.run.replace_failures("import", self._failures)
        if self._new:
            new = [*self._notes.written(self._new), *whole]
            self.run.update(caveats=extended(self.run.manifest.caveats, new, len(self.run.table("generate"))))
