"""import: responses that exist already become run folders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from overthink.config import runs_folder
from overthink.imports.formats import described
from overthink.options import FileModel, ImportFormat, Map, Mirror, ThinkTags
from overthink.render.output import exit_if_failed, say
from overthink.run.command import print_status, tell_caveats
from overthink.run.find import holds_runs


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Recorded responses: .jsonl, .json, .csv (also .gz, .zst) or .parquet; or a tool's folder."
        ),
    ],
    format: ImportFormat = None,
    out: Annotated[Path, typer.Option(help="Here one run folder is made for each model.")] = Path("runs/import"),
    dataset: Annotated[
        str | None, typer.Option("--dataset", "-d", help="The benchmark of these responses, or a name of your own.")
    ] = None,
    model: FileModel = None,
    columns: Map = None,
    think_tags: ThinkTags = None,
    hub_mirror: Mirror = None,
) -> None:
    """Read responses that exist already into run folders."""
    runs = _imported(
        files, out, dataset=dataset, model=model, columns=columns or [], form=format, think_tags=think_tags,
        mirror=hub_mirror,
    )  # fmt: skip
    print_status(runs, None)
    exit_if_failed(sum(len(run.failures()) for run in runs))


_FORMATS = [f"{name:<14}{line}" for name, line in described().items()]
import_.__doc__ = "\n".join([f"{import_.__doc__}\n\n\b", "Formats, guessed by what a file begins with:", *_FORMATS])


def _imported(files: list[Path], out: Path, mirror: Path | None, **options: Any) -> list[Any]:
    """The runs of these files; the user is told what of them cannot be used."""
    from overthink.answers.gold import gold_notes
    from overthink.imports.stage import import_files
    from overthink.problems import Catalogue

    runs = import_files(files, out, catalogue=Catalogue(mirror), say=say, **options)
    for note in gold_notes(runs):
        say(note)
    tell_caveats(runs)
    return runs


def files_among(sources: list[Path]) -> list[Path]:
    """Those that are to be imported: files, and folders that hold no run but what a tool wrote."""
    return [source for source in sources if not source.is_dir() or not (holds_runs(source) or _is_empty(source))]


def folders_of(sources: list[Path], out: Path | None, **options: Any) -> list[Path]:
    """The run folders of these sources: some are there already, the others are imported (to runs/NAME by default)."""
    files = files_among(sources)
    folders = [source for source in sources if source not in files]
    if files:
        out = out or runs_folder() / files[0].name.split(".")[0]
        folders += [run.folder for run in _imported(files, out, **options)]
    return folders


def _is_empty(folder: Path) -> bool:
    return next(folder.iterdir(), None) is None
