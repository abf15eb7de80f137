"""Where responses come from: import, generate, and run, which goes on to the report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from overthink.commands.options import Ids, Limit, Mirror, Model, Redo, ReportFormatOption, ThinkTags
from overthink.commands.output import exit_if_failed, print_status, say, session
from overthink.commands.stages import print_report
from overthink.config import Sections, runs_folder
from overthink.options import options

ImportFormat = Literal["lm-eval", "lighteval", "inspect", "openai-batch", "vllm-batch"]
"""Tools whose logs can be read."""

Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="NAME=COLUMN",
        help="The file's COLUMN holds what we call NAME: problem, response, answer, model, dataset, id, level, "
        "subject, sample, finish_reason.",
    ),
]
Datasets = Annotated[
    str | None, typer.Option("--dataset", "-d", help="Benchmarks or files of problems, with commas between.")
]
Levels = Annotated[str | None, typer.Option(metavar="1,2", help="Problems of these levels only.")]


def import_(
    files: Annotated[list[Path], typer.Argument(help="Recorded responses: .jsonl, .jsonl.gz, .json or .parquet.")],
    format: Annotated[
        ImportFormat | None, typer.Option("--format", help="The tool that wrote the files; also takes its folder.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Here one run folder is made for each model.")] = Path("runs/import"),
    dataset: Annotated[str | None, typer.Option("--dataset", "-d", help="The benchmark of these responses.")] = None,
    model: Annotated[str | None, typer.Option(help="The model, where rows do not name it.")] = None,
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


@options("generate")
def generate(
    model: Model = None,
    dataset: Datasets = None,
    out: Annotated[Path | None, typer.Option(help="The run folder. Default: runs/MODEL.")] = None,
    *,
    given: Sections,
    limit: Limit = None,
    levels: Levels = None,
    ids: Ids = None,
    think_tags: ThinkTags = None,
    hub_mirror: Mirror = None,
    redo: Redo = None,
) -> None:
    """Run a model over problems.

    The same command goes on where an earlier one stopped; `-n 4` extends `-n 1`.
    """
    run, outcome = _generated(
        given, redo, model=model, dataset=dataset, out=out, limit=limit, levels=levels, ids=ids,
        think_tags=think_tags, mirror=hub_mirror,
    )  # fmt: skip
    print_status([run], None)
    exit_if_failed(outcome.failed)


@options("generate")
def run(
    source: Annotated[list[Path] | None, typer.Argument(help="Files of recorded responses, or run folders.")] = None,
    model: Model = None,
    dataset: Datasets = None,
    out: Annotated[Path | None, typer.Option(help="The run folder, or where files make them. Default: runs/…")] = None,
    format: ReportFormatOption = None,
    *,
    given: Sections,
    limit: Limit = None,
    levels: Levels = None,
    ids: Ids = None,
    think_tags: ThinkTags = None,
    hub_mirror: Mirror = None,
) -> None:
    """Go all the way, from nothing to a report.

    Generates with --model, or imports files, or takes runs; then scores.
    """
    if source:
        folders = _folders_of(source, out, dataset=dataset, mirror=hub_mirror)
    else:
        made, outcome = _generated(
            given, None, model=model, dataset=dataset, out=out, limit=limit, levels=levels, ids=ids,
            think_tags=think_tags, mirror=hub_mirror,
        )  # fmt: skip
        folders = [made.folder]
        if outcome.failed:
            say(f"{outcome.failed} responses failed and are owed: see failures.jsonl.")
    print_report(folders, dataset if source else None, format, {}, None, None)


def _imported(files: list[Path], out: Path, mirror: Path | None, **options: Any) -> list[Any]:
    """The runs of these files; the user is told what of them cannot be used."""
    from overthink.answers.gold import gold_notes
    from overthink.imports.stage import import_files
    from overthink.problems import Catalogue

    runs = import_files(files, out, catalogue=Catalogue(mirror), say=say, **options)
    for note in gold_notes(runs):
        say(note)
    return runs


def _folders_of(sources: list[Path], out: Path | None, **options: Any) -> list[Path]:
    """The run folders of these sources: a folder stands for itself, files are imported (to runs/NAME by default)."""
    files = [source for source in sources if not source.is_dir()]
    folders = [source for source in sources if source.is_dir()]
    if files:
        out = out or runs_folder() / files[0].name.split(".")[0]
        folders += [run.folder for run in _imported(files, out, **options)]
    return folders


def _generated(
    given: Sections,
    redo: list[str] | None,
    *,
    dataset: str | None,
    limit: int | None,
    levels: str | None,
    ids: str | None = None,
    **where: Any,
) -> tuple[Any, Any]:
    from overthink.generate import responses

    selection = responses.selection(levels, ids, limit)
    return responses.generate(
        session(given, redo), datasets=dataset.split(",") if dataset else (), selection=selection, **where
    )
