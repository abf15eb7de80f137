"""A folder of runs, as the server shows it. Nothing is written into it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from pydantic import ValidationError

from overthink.compare.page import to_html
from overthink.compare.rows import Comparison
from overthink.compare.stage import compare
from overthink.errors import OverthinkError
from overthink.exits.stage import exits
from overthink.metrics.report import REPORT, report_of
from overthink.records import Report
from overthink.render.formats import to_json
from overthink.report.page import write_page
from overthink.run import Run
from overthink.run.find import scored_runs
from overthink.run.manifest import MANIFEST
from overthink.session import Session

PAGE = "report.html"


class UnknownRun(Exception):  # noqa: N818 - the words of its page
    """No run has this id."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One run folder. `id` is its path inside the folder that is served; `report` is null if `problem` says why."""

    id: str
    model: str
    created: str
    responses: int | None
    report: Report | None
    problem: str | None = None


class Runs:
    """All runs under one folder, read anew for each request. Comparisons are kept while their runs do not change.

    Its methods raise UnknownRun for an unknown id, OverthinkError if a run is not scored or two cannot be compared.
    """

    def __init__(self, root: Path, session: Session) -> None:
        if not root.is_dir():
            raise OverthinkError(f"{root}: there is no such folder", "Name the folder that holds your runs.")
        self._root = root
        self._session = session
        self._work = Lock()  # a page or a comparison takes seconds of a core: one at a time
        self._compared: dict[tuple[object, ...], Comparison] = {}
        self._pages: dict[tuple[object, ...], bytes] = {}

    def listed(self) -> list[Listed]:
        """All runs, newest first; one that cannot be read comes last, with the reason."""
        listed = [_listed(run_id, folder) for run_id, folder in self._folders().items()]
        return sorted(listed, key=lambda one: (one.created, one.id), reverse=True)

    def page(self, run_id: str) -> bytes:
        """The report.html of a run if its folder has one that is no older than the scores; else one made in memory."""
        folder = self._folder(run_id)
        there = folder / PAGE
        if there.is_file() and not there.is_symlink() and there.stat().st_mtime >= _scored_at(folder):
            return there.read_bytes()
        key = (run_id, _scored_at(folder))
        with self._work:
            if key not in self._pages:
                self._pages = {key: _made(self._session, folder)}  # the last one is enough
            return self._pages[key]

    def compared(self, base: str, new: str, *, anyway: bool) -> str:
        """The comparison as JSON."""
        return to_json(self._comparison(base, new, anyway))

    def compared_page(self, base: str, new: str, *, anyway: bool) -> str:
        """The comparison as a page."""
        return to_html(self._comparison(base, new, anyway))

    def _comparison(self, base: str, new: str, anyway: bool) -> Comparison:
        folders = [self._folder(base), self._folder(new)]
        key = (base, new, anyway, *map(_scored_at, folders))
        with self._work:
            if key not in self._compared:
                self._compared = {
                    **dict(list(self._compared.items())[-7:]),
                    key: compare(self._session, folders, anyway=anyway),
                }
            return self._compared[key]

    def _folder(self, run_id: str) -> Path:
        """Only what was found is served: an id is looked up, never joined to a path."""
        folder = self._folders().get(run_id)
        if folder is None:
            raise UnknownRun(repr(run_id))
        return folder

    def _folders(self) -> dict[str, Path]:
        root = self._root
        own = {root.name: root} if (root / MANIFEST).exists() else {}
        found = {
            path.parent.relative_to(root).as_posix(): path.parent for path in sorted(root.glob(f"*/**/{MANIFEST}"))
        }
        return {**own, **found}


def _listed(run_id: str, folder: Path) -> Listed:
    try:
        run = Run(folder)
    except OverthinkError as error:
        return Listed(run_id, run_id, "", None, None, error.message)
    record = run.manifest.stages.get("score")
    about = (run_id, run.manifest.model, run.manifest.created, record.rows if record else None)
    try:
        return Listed(*about, Report.model_validate_json((folder / REPORT).read_bytes()))
    except FileNotFoundError:
        return Listed(*about, None, f"not scored yet: overthink score {folder}")
    except (OSError, ValidationError):
        return Listed(*about, None, f"{REPORT} is of another version: overthink score {folder}")


def _scored_at(folder: Path) -> float:
    try:
        return (folder / "score.jsonl").stat().st_mtime
    except OSError:
        raise OverthinkError(f"{folder}: its responses are not scored", f"Run `overthink score {folder}`.") from None


def _made(session: Session, folder: Path) -> bytes:
    """The page of one run, made beside all runs and kept in memory."""
    (run,) = scored_runs([folder])
    report = report_of(run, session.options.report)
    with TemporaryDirectory() as beside:
        path = Path(beside) / PAGE
        write_page(report, [run], exits(session, [folder]), path)
        return path.read_bytes()
