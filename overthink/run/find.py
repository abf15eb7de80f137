"""The runs that a command is given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from overthink.config import runs_folder
from overthink.errors import OverthinkError
from overthink.run import Run
from overthink.run.manifest import MANIFEST


def find_runs(folders: Sequence[Path]) -> list[Run]:
    """The runs that were named, or the newest import or generation under the runs folder.

    A folder that holds runs (what `import --out` was given) names all of them. OverthinkError if there is none.
    """
    if folders:
        return [Run(folder) for named in folders for folder in _run_folders(named)]
    root = runs_folder()
    runs = [Run(manifest.parent) for manifest in sorted(root.glob(f"**/{MANIFEST}"))]
    if not runs:
        raise OverthinkError(
            f"{root}: no runs here",
            "Make one with `overthink import FILE --out DIR`, or name a run folder (OVERTHINK_RUNS sets the default).",
        )
    newest = max(runs, key=lambda run: run.manifest.created)
    beside = newest.folder.parent
    return [run for run in runs if run.folder.parent == beside and run.manifest.origin == newest.manifest.origin]


def holds_runs(folder: Path) -> bool:
    """Is it a run folder, or one that holds some, however deep?"""
    return next(folder.glob(f"**/{MANIFEST}"), None) is not None


def _run_folders(named: Path) -> list[Path]:
    if (named / MANIFEST).exists():
        return [named]
    inside = sorted(manifest.parent for manifest in named.glob(f"*/{MANIFEST}"))
    return inside or [named]


def scored_runs(folders: Sequence[Path]) -> list[Run]:
    """The runs that these folders name. OverthinkError if one is not scored."""
    runs = find_runs(folders)
    for run in runs:
        if not run.finished("score"):
            raise OverthinkError(f"{run.folder}: its responses are not scored", f"Run `overthink score {run.folder}`.")
    return runs
